//! What every store does: one suite, mounted on each of them. Spec: relay, "Mailbox".

use nightjar_protocol::keys::{MailboxId, UnixTime};
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::Cell;
use nightjar_relay::store::{Created, Disk, Error, Memory, Store, Usage};

#[path = "disk/folder.rs"]
mod folder;

#[cfg(unix)]
mod servers;

/// A moment to start from.
const T: UnixTime = UnixTime(1_800_000_000);
/// A quota that no case means to reach.
const QUOTA: u32 = 100_000;

fn id(byte: u8) -> MailboxId {
    MailboxId::from_bytes([byte; 32])
}

fn cell(byte: u8) -> Cell {
    Cell::from_bytes([byte; CELL_LEN])
}

async fn numbers(store: &impl Store, mailbox: MailboxId, after: u64, now: UnixTime) -> Vec<u64> {
    store.read_after(mailbox, after, 1000, now).await.unwrap().iter().map(|stored| stored.seq).collect()
}

mod cases {
    use super::*;

    pub async fn cells_come_out_as_they_went_in(store: impl Store) {
        assert_eq!(store.create(id(1), 100, T).await, Ok(Created::New));
        for byte in 1..=5 {
            let seq = store.append(id(1), cell(byte), 10 + u32::from(byte), QUOTA, T).await.unwrap();
            assert_eq!(seq, u64::from(byte), "numbers start at 1 and ascend");
        }
        let read = store.read_after(id(1), 2, 2, T).await.unwrap();
        let seen: Vec<_> = read.iter().map(|stored| (stored.seq, stored.expires, Cell::clone(&stored.cell))).collect();
        assert_eq!(seen, [(3, T.plus(13), cell(3)), (4, T.plus(14), cell(4))]);
        assert_eq!(numbers(&store, id(1), 0, T).await, [1, 2, 3, 4, 5], "reading erases nothing");
        assert!(numbers(&store, id(1), 5, T).await.is_empty());
        assert!(numbers(&store, id(1), u64::MAX, T).await.is_empty());
    }

    pub async fn acknowledging_erases_up_to_a_number(store: impl Store) {
        store.create(id(1), 100, T).await.unwrap();
        for byte in 1..=5 {
            store.append(id(1), cell(byte), 10, QUOTA, T).await.unwrap();
        }
        store.acknowledge(id(1), 3, T).await.unwrap();
        assert_eq!(numbers(&store, id(1), 0, T).await, [4, 5]);
        store.acknowledge(id(1), 3, T).await.unwrap();
        assert_eq!(store.renew(id(1), None, T).await, Ok(2));
        store.acknowledge(id(1), u64::MAX, T).await.unwrap();
        assert_eq!(store.usage().cells, 0);
        let seq = store.append(id(1), cell(6), 10, QUOTA, T).await.unwrap();
        assert_eq!(seq, 6, "a number is not given twice");
    }

    pub async fn what_is_not_there_is_unknown(store: impl Store) {
        store.create(id(1), 100, T).await.unwrap();
        let before = store.usage();
        assert_eq!(store.renew(id(2), Some(5), T).await, Err(Error::Unknown));
        assert_eq!(store.append(id(2), cell(1), 10, QUOTA, T).await, Err(Error::Unknown));
        assert_eq!(store.read_after(id(2), 0, 1, T).await, Err(Error::Unknown));
        assert_eq!(store.acknowledge(id(2), 1, T).await, Err(Error::Unknown));
        assert_eq!(store.delete(id(2), T).await, Err(Error::Unknown));
        assert_eq!(store.usage(), before, "a refused operation changes nothing");
    }

    pub async fn deleting_leaves_nothing(store: impl Store) {
        store.create(id(1), 100, T).await.unwrap();
        store.create(id(2), 100, T).await.unwrap();
        store.append(id(1), cell(1), 10, QUOTA, T).await.unwrap();
        store.append(id(2), cell(2), 10, QUOTA, T).await.unwrap();
        store.delete(id(1), T).await.unwrap();
        assert_eq!(store.delete(id(1), T).await, Err(Error::Unknown));
        assert_eq!(numbers(&store, id(2), 0, T).await, [1], "the neighbour keeps its cell");
        store.delete(id(2), T).await.unwrap();
        assert_eq!(store.usage(), Usage::default());
        assert_eq!(store.expire(T.plus(1000)).await, Ok(vec![]), "what was deleted does not expire");
    }

    pub async fn creating_again_renews(store: impl Store) {
        store.create(id(1), 100, T).await.unwrap();
        store.append(id(1), cell(1), 1000, QUOTA, T).await.unwrap();
        assert_eq!(store.create(id(1), 50, T.plus(60)).await, Ok(Created::Renewed));
        assert_eq!(store.renew(id(1), None, T.plus(109)).await, Ok(1), "as long as it was last given");
        assert_eq!(numbers(&store, id(1), 0, T.plus(158)).await, [1]);
        assert_eq!(store.read_after(id(1), 0, 1, T.plus(159)).await, Err(Error::Unknown));
        assert_eq!(store.usage().mailboxes, 1);
    }

    pub async fn an_expired_cell_is_gone_before_it_is_erased(store: impl Store) {
        store.create(id(1), 1000, T).await.unwrap();
        for ttl in [10, 30, 20] {
            store.append(id(1), cell(1), ttl, QUOTA, T).await.unwrap();
        }
        assert_eq!(numbers(&store, id(1), 0, T.plus(9)).await, [1, 2, 3]);
        assert_eq!(numbers(&store, id(1), 0, T.plus(10)).await, [2, 3]);
        assert_eq!(numbers(&store, id(1), 0, T.plus(20)).await, [2]);
        assert_eq!(store.renew(id(1), None, T.plus(20)).await, Ok(1));
        assert_eq!(store.usage().cells, 3);
        assert_eq!(store.expire(T.plus(20)).await, Ok(vec![]));
        assert_eq!(store.usage().cells, 1);
        store.expire(T.plus(29)).await.unwrap();
        assert_eq!(store.usage().cells, 1);
        store.expire(T.plus(30)).await.unwrap();
        assert_eq!(store.usage().cells, 0);
    }

    pub async fn an_expired_mailbox_takes_its_cells_along(store: impl Store) {
        store.create(id(1), 10, T).await.unwrap();
        store.create(id(2), 20, T).await.unwrap();
        store.append(id(1), cell(1), 1000, QUOTA, T).await.unwrap();
        let gone = T.plus(10);
        assert_eq!(store.append(id(1), cell(2), 10, QUOTA, gone).await, Err(Error::Unknown));
        assert_eq!(store.read_after(id(1), 0, 1, gone).await, Err(Error::Unknown));
        assert_eq!(store.acknowledge(id(1), 1, gone).await, Err(Error::Unknown));
        assert_eq!(store.delete(id(1), gone).await, Err(Error::Unknown));
        assert_eq!(store.renew(id(1), Some(50), gone).await, Err(Error::Unknown));
        assert_eq!(store.expire(gone).await, Ok(vec![id(1)]));
        assert_eq!(store.expire(gone).await, Ok(vec![]), "told once");
        assert_eq!(store.usage().mailboxes, 1);
        assert_eq!(store.usage().cells, 0);
    }

    pub async fn a_mailbox_made_again_before_it_was_erased_counts_on(store: impl Store) {
        store.create(id(1), 10, T).await.unwrap();
        store.append(id(1), cell(1), 1000, QUOTA, T).await.unwrap();
        assert_eq!(store.create(id(1), 10, T.plus(10)).await, Ok(Created::New));
        assert!(numbers(&store, id(1), 0, T.plus(10)).await.is_empty());
        assert_eq!(store.append(id(1), cell(2), 1000, QUOTA, T.plus(10)).await, Ok(2));
        assert_eq!(store.expire(T.plus(10)).await, Ok(vec![]), "its subscription still stands");
        assert_eq!(store.usage().mailboxes, 1);
    }

    pub async fn a_full_mailbox_refuses_and_its_neighbour_does_not(store: impl Store) {
        store.create(id(1), 100, T).await.unwrap();
        store.create(id(2), 100, T).await.unwrap();
        store.append(id(1), cell(1), 5, 2, T).await.unwrap();
        store.append(id(1), cell(2), 50, 2, T).await.unwrap();
        let before = store.usage();
        assert_eq!(store.append(id(1), cell(3), 50, 2, T).await, Err(Error::MailboxFull));
        assert_eq!(store.usage(), before);
        store.append(id(2), cell(1), 50, 2, T).await.unwrap();
        let seq = store.append(id(1), cell(3), 50, 2, T.plus(5)).await;
        assert_eq!(seq, Ok(3), "a cell that is gone takes no room, and a refused one no number");
        store.acknowledge(id(1), 2, T.plus(5)).await.unwrap();
        assert_eq!(store.append(id(1), cell(4), 50, 2, T.plus(5)).await, Ok(4));
    }

    pub async fn a_full_store_refuses_until_something_is_gone(store: impl Store) {
        store.create(id(1), 100, T).await.unwrap();
        let mut held = 0;
        let full = loop {
            match store.append(id(1), cell(1), 50, QUOTA, T).await {
                Ok(_) => held += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(full, Error::Full);
        assert!((10..CEILING / CELL_LEN as u64).contains(&held), "{held} cells under the ceiling");
        let before = store.usage();
        assert!(before.bytes <= CEILING && before.bytes >= held * CELL_LEN as u64);
        assert_eq!(before.cells, held);
        assert_eq!(store.append(id(1), cell(1), 50, QUOTA, T.plus(49)).await, Err(Error::Full), "nothing makes room");
        assert_eq!(store.usage(), before);
        store.acknowledge(id(1), 1, T).await.unwrap();
        store.append(id(1), cell(2), 50, QUOTA, T).await.unwrap();
        store.append(id(1), cell(2), 50, QUOTA, T.plus(50)).await.expect("what is gone takes no room");
        let mut made = 0;
        while store.create(MailboxId::from_bytes([made; 32]), 9, T).await.is_ok() && made < 255 {
            made += 1;
        }
        assert!(store.usage().bytes <= CEILING, "empty mailboxes are counted, too");
    }

    pub async fn the_books_agree_after_anything(store: impl Store) {
        let mut random = 0x9e37_79b9_u64;
        let mut draw = |most: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % most
        };
        let mut now = T;
        for _ in 0..4000 {
            let mailbox = id(draw(4) as u8);
            let ttl = 1 + draw(30) as u32;
            match draw(12) {
                0 => drop(store.create(mailbox, 5 * ttl, now).await),
                1 => drop(store.renew(mailbox, None, now).await),
                2 => drop(store.acknowledge(mailbox, draw(200), now).await),
                3 => drop(store.delete(mailbox, now).await),
                4 => drop(store.expire(now).await),
                5 => now = now.plus(draw(5)),
                _ => drop(store.append(mailbox, cell(7), ttl, 20, now).await),
            }
            let usage = store.usage();
            assert!(usage.bytes >= usage.cells * CELL_LEN as u64 && usage.bytes <= CEILING);
        }
        let mut living = 0;
        store.expire(now).await.unwrap();
        for byte in 0..4 {
            living += store.read_after(id(byte), 0, 1000, now).await.map_or(0, |cells| cells.len() as u64);
        }
        assert_eq!(store.usage().cells, living);
        store.expire(now.plus(1000)).await.unwrap();
        assert_eq!(store.usage(), Usage::default(), "nothing outlives its time");
    }

    pub async fn many_expire_at_once(store: impl Store) {
        for byte in 0..3 {
            store.create(id(byte), 100, T).await.unwrap();
            for _ in 0..30 {
                store.append(id(byte), cell(byte), 10, QUOTA, T).await.unwrap();
            }
        }
        store.expire(T.plus(10)).await.unwrap();
        assert_eq!(store.usage().cells, 0);
        let mut gone = store.expire(T.plus(100)).await.unwrap();
        gone.sort_by_key(|id| id.as_bytes()[0]);
        assert_eq!(gone, [id(0), id(1), id(2)]);
        assert_eq!(store.usage(), Usage::default());
    }
}

/// Bytes that a store under test may hold.
const CEILING: u64 = 512 * 1024;

macro_rules! mount {
    ($store:ident, $make:expr; $($case:ident)*) => {
        mod $store {
            use super::*;
            $(
                #[tokio::test]
                async fn $case() {
                    let (store, _guard) = $make;
                    cases::$case(store).await;
                }
            )*
        }
    };
}

macro_rules! suite {
    ($store:ident, $make:expr) => {
        mount! { $store, $make;
            cells_come_out_as_they_went_in
            acknowledging_erases_up_to_a_number
            what_is_not_there_is_unknown
            deleting_leaves_nothing
            creating_again_renews
            an_expired_cell_is_gone_before_it_is_erased
            an_expired_mailbox_takes_its_cells_along
            a_mailbox_made_again_before_it_was_erased_counts_on
            a_full_mailbox_refuses_and_its_neighbour_does_not
            a_full_store_refuses_until_something_is_gone
            the_books_agree_after_anything
            many_expire_at_once
        }
    };
}

/// A store on a disk, and what removes it when it is not used any more.
fn disk() -> (Disk, folder::Folder) {
    let folder = folder::Folder::new("suite");
    (Disk::open(&folder.path, CEILING).unwrap(), folder)
}

suite!(memory, (Memory::new(CEILING, Epoch(*b"epoch 01")), ()));
suite!(disk, disk());

/// All but `a_full_store_refuses_until_something_is_gone`: how full Redis is says its own `maxmemory`, which no test can set to
/// the cell; `tests/redis` has a case of its own for it.
#[cfg(unix)]
mod redis {
    use super::*;

    macro_rules! mount_redis {
        ($($case:ident)*) => {
            $(
                #[tokio::test]
                async fn $case() {
                    if let Some(store) = servers::empty_store().await {
                        cases::$case(store).await;
                    }
                }
            )*
        };
    }

    mount_redis! {
        cells_come_out_as_they_went_in
        acknowledging_erases_up_to_a_number
        what_is_not_there_is_unknown
        deleting_leaves_nothing
        creating_again_renews
        an_expired_cell_is_gone_before_it_is_erased
        an_expired_mailbox_takes_its_cells_along
        a_mailbox_made_again_before_it_was_erased_counts_on
        a_full_mailbox_refuses_and_its_neighbour_does_not
        the_books_agree_after_anything
        many_expire_at_once
    }
}
