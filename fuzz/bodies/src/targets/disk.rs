//! The store on a disk under any operations, opened again in between, after it was closed or as a kill leaves it: it does
//! what plain maps do, and nothing that was answered is lost.

use nightjar_protocol::keys::MailboxId;
use nightjar_relay::store::{Disk, Error, Store};

use crate::folder::{Folder, block_on};
use crate::input::Input;
use crate::mailboxes::Model;

/// Tries an input.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let ceiling = [1 << 30, 40 * 1024][usize::from(input.byte() % 2)];
    let (mut folder, mut model) = (Folder::new(), Model::new(ceiling, 4096 + 256));
    let mut store = Disk::open(folder.path(), ceiling).unwrap();
    let epoch = store.epoch();
    for _ in 0..60 {
        match input.byte() {
            _ if input.is_empty() => break,
            0..10 => {
                drop(store);
                store = Disk::open(folder.path(), ceiling).unwrap();
                model.reopened();
            }
            10..20 => {
                let copy = killed(&store, &folder, &model);
                drop(store);
                store = Disk::open(copy.path(), ceiling).unwrap();
                folder = copy;
                model.reopened();
            }
            _ => block_on(model.step(&store, &mut input)),
        }
        assert!(store.epoch() == epoch, "nothing was lost");
    }
    block_on(model.compare(&store));
}

/// The files as they are while the store is open and has nothing to do.
fn killed(store: &Disk, folder: &Folder, model: &Model) -> Folder {
    let nobodys = MailboxId::from_bytes([255; 32]);
    assert_eq!(block_on(store.renew(nobodys, None, model.now)), Err(Error::Unknown));
    Folder::of(&folder.files())
}
