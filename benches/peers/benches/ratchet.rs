//! The ratchet beside vodozemac's (Olm), in one run. Quote only ratios: ours carries 4 KiB cells with encrypted headers,
//! theirs carries what there is.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use vodozemac::olm::{Account, OlmMessage, Session, SessionConfig};

#[path = "../../../crates/protocol/benches/ratchet.rs"]
#[expect(dead_code, reason = "its main is for its own package")]
mod nightjar;

fn main() {
    divan::main();
}

#[divan::bench_group]
mod vodozemac_olm {
    use super::*;

    #[divan::bench(args = [100, 1024])]
    fn encrypt(bencher: Bencher, length: usize) {
        let content = vec![b'x'; length];
        bencher.counter(ItemsCount::new(BATCH)).with_inputs(pair).bench_local_values(|(mut one, other)| {
            for _ in 0..BATCH {
                black_box(one.encrypt(&content).unwrap());
            }
            (one, other)
        });
    }

    #[divan::bench(args = [100, 1024])]
    fn decrypt(bencher: Bencher, length: usize) {
        let content = vec![b'x'; length];
        let inputs = || {
            let (mut one, other) = pair();
            let sealed: Vec<OlmMessage> = (0..BATCH).map(|_| one.encrypt(&content).unwrap()).collect();
            (other, sealed)
        };
        bencher.counter(ItemsCount::new(BATCH)).with_inputs(inputs).bench_local_values(|(mut other, sealed)| {
            for message in &sealed {
                black_box(other.decrypt(message).unwrap());
            }
            (other, sealed)
        });
    }

    #[divan::bench(args = [100, 1024])]
    fn ping_pong_message(bencher: Bencher, length: usize) {
        let content = vec![b'x'; length];
        bencher.counter(ItemsCount::new(BATCH)).with_inputs(pair).bench_local_values(|(mut one, mut other)| {
            for _ in 0..BATCH / 2 {
                let message = one.encrypt(&content).unwrap();
                black_box(other.decrypt(&message).unwrap());
                let message = other.encrypt(&content).unwrap();
                black_box(one.decrypt(&message).unwrap());
            }
            (one, other)
        });
    }

    const BATCH: usize = 20;

    fn pair() -> (Session, Session) {
        let (account, mut peer) = (Account::new(), Account::new());
        peer.generate_one_time_keys(1);
        let key = *peer.one_time_keys().values().next().unwrap();
        let config = SessionConfig::version_1();
        let mut one = account.create_outbound_session(config, peer.curve25519_key(), key).unwrap();
        let OlmMessage::PreKey(first) = one.encrypt("first").unwrap() else { panic!("a first message") };
        let mut other = peer.create_inbound_session(config, account.curve25519_key(), &first).unwrap().session;
        let second = other.encrypt("second").unwrap();
        one.decrypt(&second).unwrap();
        (one, other)
    }
}
