//! Messages whose time is over.

use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::stage::relay::Relay;
use crate::stage::{PASSPHRASE, Running, pair};
use crate::{Secret, gone, there};

const SHORT: &str = "the parcel lies under the third stone behind the well of the old school";
const KOREAN: &str = "꾸러미는 옛 학교 우물 뒤 세 번째 돌 밑에 있다, 아홉째 날 밤에 가지러 와라";

/// A letter that takes several cells, no two lines of it alike.
fn letter() -> String {
    (1..=150_u64)
        .map(|line| {
            format!("{:016x} and line {line} of a long letter home; ", line.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        })
        .collect()
}

#[test]
fn a_message_is_gone_from_both_programs() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let mut ours = sender.run(&["chat", "family", "--after-read", "10s"]).start();
    let mut theirs = family.run(&["chat", "sender"]).start();
    let letter = letter();
    let texts = [SHORT, KOREAN, &letter];
    let secrets = texts.map(|text| (&text[..9], text.as_bytes()));
    for text in texts {
        ours.type_line(text);
        theirs.expect("msg.received");
    }
    there(&theirs, &secrets);
    for _ in texts {
        theirs.expect_where("msg.expired", |event| event["reason"] == "after-read");
    }
    for _ in texts {
        ours.expect("msg.erased");
    }
    gone(&ours, &secrets);
    gone(&theirs, &secrets);
}

/// Read from the vault by a second program, listed, and gone when nobody fetched it in time.
#[test]
fn a_message_that_the_vault_kept_is_gone() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let letter = letter();
    let secrets: [Secret<'_>; 2] = [("short", SHORT.as_bytes()), ("letter", letter.as_bytes())];
    for text in [SHORT, &letter] {
        let mut send = sender.run(&["send", "family", "--expires", "15s"]).typed(text).start();
        send.hang_up();
        send.end_well();
    }
    let mut ours = sender.run(&["chat", "family"]).start();
    ours.expect("relay.connected");
    ours.type_line("/list");
    there(&ours, &secrets);
    for _ in secrets {
        ours.expect_where("msg.expired", |event| event["reason"] == "undelivered");
    }
    gone(&ours, &secrets);
    drop(family);
}

/// As people read it: lines instead of events.
#[test]
fn what_was_shown_in_lines_is_gone() {
    let relay = Relay::start();
    let (sender, family) = pair(relay.address());
    let letter = letter();
    let texts = [SHORT, "turned\u{202e} around, and back again before anybody has taken notice of it", &letter];
    for text in texts {
        let mut send = sender.run(&["send", "family", "--after-read", "6s"]).typed(text).start();
        send.hang_up();
        send.end_well();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightjar"));
    command.args(["chat", "sender", "--passphrase-fd", "0", "--color", "always", "--home"]).arg(family.path());
    let mut theirs = Running::spawn(command, &format!("{PASSPHRASE}\n"));
    while !theirs.line().contains("line 150") {}
    let secrets = texts.map(|text| ("text", text.as_bytes()));
    there(&theirs, &secrets);
    thread::sleep(Duration::from_secs(10));
    gone(&theirs, &secrets);
}
