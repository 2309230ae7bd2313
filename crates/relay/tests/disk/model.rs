//! Anything in any order, with restarts in between: the disk does what memory does.

use nightjar_protocol::link::Epoch;
use nightjar_relay::store::Memory;
use proptest::prelude::*;

use super::folder::Folder;
use super::*;

const CEILING: u64 = 128 * 1024;
const QUOTA: u32 = 5;

#[derive(Clone, Debug)]
enum Operation {
    Create(u8, u32),
    Renew(u8, Option<u32>),
    Append(u8, u32),
    Read(u8, u64, usize),
    Acknowledge(u8, u64),
    Delete(u8),
    Expire,
    Wait(u64),
    Restart,
}

fn operation() -> impl Strategy<Value = Operation> {
    let mailbox = 0..3_u8;
    prop_oneof![
        2 => (mailbox.clone(), 1..60_u32).prop_map(|(mailbox, ttl)| Operation::Create(mailbox, ttl)),
        1 => (mailbox.clone(), proptest::option::of(1..60_u32)).prop_map(|(mailbox, ttl)| Operation::Renew(mailbox, ttl)),
        6 => (mailbox.clone(), 1..40_u32).prop_map(|(mailbox, ttl)| Operation::Append(mailbox, ttl)),
        3 => (mailbox.clone(), 0..12_u64, 1..8_usize).prop_map(|(mailbox, after, most)| Operation::Read(mailbox, after, most)),
        2 => (mailbox.clone(), 0..12_u64).prop_map(|(mailbox, up_to)| Operation::Acknowledge(mailbox, up_to)),
        1 => mailbox.prop_map(Operation::Delete),
        1 => Just(Operation::Expire),
        2 => (0..15_u64).prop_map(Operation::Wait),
        1 => Just(Operation::Restart),
    ]
}

async fn run(operations: Vec<Operation>) {
    let folder = Folder::new("model");
    let mut disk = Disk::open(&folder.path, CEILING).unwrap();
    let memory = Memory::new(1 << 30, Epoch(*b"epoch 01"));
    let (mut now, mut restarted, mut last) = (T, false, 0);
    let epoch = disk.epoch();
    for operation in operations {
        last += 1;
        match operation {
            Operation::Create(mailbox, ttl) => {
                assert_eq!(disk.create(id(mailbox), ttl, now).await, memory.create(id(mailbox), ttl, now).await);
            }
            Operation::Renew(mailbox, ttl) => {
                assert_eq!(disk.renew(id(mailbox), ttl, now).await, memory.renew(id(mailbox), ttl, now).await);
            }
            Operation::Append(mailbox, ttl) => {
                let (a, b) = (cell(last as u8), cell(last as u8));
                let appended = disk.append(id(mailbox), a, ttl, QUOTA, now).await;
                assert_eq!(appended, memory.append(id(mailbox), b, ttl, QUOTA, now).await);
            }
            Operation::Read(mailbox, after, most) => {
                let read = disk.read_after(id(mailbox), after, most, now).await;
                assert_eq!(read, memory.read_after(id(mailbox), after, most, now).await);
            }
            Operation::Acknowledge(mailbox, up_to) => {
                let acknowledged = disk.acknowledge(id(mailbox), up_to, now).await;
                assert_eq!(acknowledged, memory.acknowledge(id(mailbox), up_to, now).await);
            }
            Operation::Delete(mailbox) => {
                assert_eq!(disk.delete(id(mailbox), now).await, memory.delete(id(mailbox), now).await);
            }
            Operation::Expire => {
                let (told, all) = (disk.expire(now).await.unwrap(), memory.expire(now).await.unwrap());
                assert!(told.iter().all(|id| all.contains(id)), "nobody is told of what is not gone");
                assert!(restarted || told.len() == all.len(), "without a restart every id is known");
            }
            Operation::Wait(seconds) => now = now.plus(seconds),
            Operation::Restart => {
                drop(disk);
                disk = Disk::open(&folder.path, CEILING).unwrap();
                restarted = true;
            }
        }
        let (a, b) = (disk.usage(), memory.usage());
        assert_eq!((a.mailboxes, a.cells), (b.mailboxes, b.cells));
        assert_eq!(disk.epoch(), epoch);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_disk_does_what_memory_does(operations in proptest::collection::vec(operation(), 1..120)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(operations));
    }
}
