//! What goes out of a photo or a recording, and what does not: files made here, with a mark in every place where a file
//! can say something besides its picture or its sound.

mod broken;
mod corpus;
mod painted;
mod photos;
mod recorder;
mod voices;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Once, PoisonError};

use nightjar_client::media::Error;
use nightjar_client::media::photo::{self, Options, Photo};

/// Panics on threads that decode. They would come back as [`Error::PhotoDamaged`].
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn prepare(bytes: &[u8]) -> Result<Photo, Error> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() == Some("photo") {
                PANICS.fetch_add(1, Ordering::SeqCst);
            }
            before(info);
        }));
    });
    let photo = photo::prepare(bytes, &Options::default());
    assert_eq!(PANICS.load(Ordering::SeqCst), 0, "a decoder panicked");
    photo
}

fn error(bytes: &[u8]) -> Option<Error> {
    prepare(bytes).err()
}

fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

/// The bytes that these digits say.
fn hex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// Runs tests that need much memory one after the other.
fn alone() -> impl Drop {
    static LOCK: std::sync::Mutex<()> = std::sync::Mutex::new(());
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}
