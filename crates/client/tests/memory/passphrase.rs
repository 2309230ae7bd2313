//! A passphrase that has done its work.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::scan::Memory;
use crate::stage::relay::Relay;
use crate::stage::{PASSPHRASE, PATIENCE, Running, pair};
use crate::{gone, there};

#[test]
fn it_is_gone_once_the_vault_is_open() {
    let relay = Relay::start();
    let (sender, _family) = pair(relay.address());
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightjar"));
    command.args(["chat", "family", "--json", "--passphrase-fd", "0", "--home"]).arg(sender.path());
    // All of it is typed but the end of the line: it waits in the program.
    let mut ours = Running::spawn(command, PASSPHRASE);
    let secrets = [("passphrase", PASSPHRASE.as_bytes())];
    wait_for(&ours, PASSPHRASE);
    there(&ours, &secrets);
    ours.type_line("");
    ours.expect("relay.connected");
    // What the vault held is there.
    there(&ours, &[("relay", relay.address().as_bytes())]);
    gone(&ours, &secrets);
}

fn wait_for(running: &Running, secret: &str) {
    let deadline = Instant::now() + PATIENCE;
    while Memory::of(running.pid()).is_some_and(|memory| memory.find(secret.as_bytes()).is_empty()) {
        assert!(Instant::now() < deadline, "it does not read what is typed");
        thread::sleep(Duration::from_millis(20));
    }
}
