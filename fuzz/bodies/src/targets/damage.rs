//! The disk store's files after any damage, of a store that was closed and of one that was killed: they do not open, or what
//! opens is what was written, and a new epoch says if anything is missing.

use std::sync::LazyLock;

use nightjar_protocol::keys::MailboxId;
use nightjar_protocol::limits::CELL_LEN;
use nightjar_protocol::link::Epoch;
use nightjar_protocol::wire::Cell;
use nightjar_relay::store::disk::OpenError;
use nightjar_relay::store::{Disk, Error, Store};

use crate::folder::{Folder, block_on};
use crate::input::{Input, patch_far};
use crate::people::NOW;

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let (which, at) = (input.byte(), input.byte());
    let (files, epoch) = &written()[usize::from(which % 2)];
    let mut files = files.clone();
    let at = usize::from(at) % files.len();
    match which {
        255 => drop(files.remove(at)),
        _ => files[at].1 = patch_far(&files[at].1, input.rest()),
    }
    block_on(examine(&Folder::of(&files), *epoch));
}

async fn examine(folder: &Folder, epoch: Epoch) {
    let store = match Disk::open(folder.path(), 1 << 30) {
        Ok(store) => store,
        Err(OpenError::Damaged(_) | OpenError::Version(_) | OpenError::Database(_)) => return,
        Err(error) => panic!("an unclear error: {error}"),
    };
    let mut whole = 0;
    for mailbox in 0..MAILBOXES {
        let cells = match store.read_after(id(mailbox), 0, 1000, NOW).await {
            Ok(cells) => cells,
            Err(error) => {
                assert_eq!(error, Error::Unknown);
                continue;
            }
        };
        let right = |seq: u64, cell: &Cell| *cell == Cell::from_bytes([seq as u8; CELL_LEN]);
        assert!(cells.iter().all(|stored| right(stored.seq, &stored.cell)), "another cell");
        assert!(cells.iter().all(|stored| stored.expires == NOW.plus(500)), "another deadline");
        whole += cells.len() as u64;
    }
    assert_eq!(store.usage().cells, whole, "what cannot be read is kept");
    assert!(whole == u64::from(MAILBOXES) * CELLS || store.epoch() != epoch, "cells are lost, and nothing says so");
    let again = store.epoch();
    drop(store);
    assert!(Disk::open(folder.path(), 1 << 30).unwrap().epoch() == again, "what is left is not whole");
}

type Files = Vec<(String, Vec<u8>)>;

/// A store's files once it was closed, and as a kill leaves them; and its epoch.
fn written() -> &'static [(Files, Epoch); 2] {
    static WRITTEN: LazyLock<[(Files, Epoch); 2]> = LazyLock::new(|| {
        let folder = Folder::new();
        let store = Disk::open(folder.path(), 1 << 30).unwrap();
        block_on(async {
            for mailbox in 0..MAILBOXES {
                store.create(id(mailbox), 1000, NOW).await.unwrap();
                for number in 1..=CELLS {
                    let cell = Cell::from_bytes([number as u8; CELL_LEN]);
                    store.append(id(mailbox), cell, 500, 1000, NOW).await.unwrap();
                }
            }
            assert_eq!(store.renew(id(255), None, NOW).await, Err(Error::Unknown));
        });
        let (killed, epoch) = (folder.files(), store.epoch());
        drop(store);
        [(folder.files(), epoch), (killed, epoch)]
    });
    &WRITTEN
}

fn id(byte: u8) -> MailboxId {
    MailboxId::from_bytes([byte; 32])
}

const MAILBOXES: u8 = 3;
const CELLS: u64 = 6;
