//! This computer's clock is wrong by an hour: it is said, and nothing dies before its time.

use std::time::Duration;

use nightjar_client::engine::{Engine, Notice, State};
use nightjar_protocol::conversation::{Direction, Event, MessageState};
use tokio::time::timeout;

use crate::stage::relay::ClockedRelay;
use crate::stage::{Home, PATIENCE, pair};

const HOUR: i64 = 3600;

/// Makes the vault forget how far the relay's clock was, as if this computer's had been right until now.
fn forget_offset(home: &Home) {
    let mut vault = home.vault();
    let mut state = State::decode(vault.payload()).unwrap();
    assert!(state.clock_offset.abs_diff(0) > 3000, "the offset was not written down");
    state.clock_offset = 0;
    vault.commit(&state.encode().unwrap()).unwrap();
}

/// Takes in what waits, without showing it.
fn fetch(home: &Home) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fetching = async {
        let mut engine = Engine::open(home.vault()).unwrap();
        engine.connect_all();
        let is_news =
            |notice: &Notice| matches!(notice, Notice::Message { event: Event::Received { .. }, text: None, .. });
        while !engine.next().await.unwrap().iter().any(is_news) {}
    };
    runtime.block_on(async { timeout(PATIENCE, fetching).await }).unwrap();
}

/// The state of the one message that came, if it is still there.
fn received(home: &Home) -> Option<MessageState> {
    let state = home.state();
    let contact = state.contacts.values().next().unwrap();
    let now = nightjar_protocol::keys::UnixTime(0);
    contact.conversation.messages(now).find(|it| it.id.direction == Direction::Received).map(|it| it.state)
}

fn nothing_dies_early(off: i64, warning: &str) {
    let relay = ClockedRelay::start(off);
    // An invite of half an hour is good, though by this computer's clock it is over, or not yet begun.
    let (sender, family) = pair(relay.address());

    forget_offset(&sender);
    let mut send = sender.run(&["send", "family", "--expires", "10m", "--lang", "en"]).typed("still here").start();
    send.hang_up();
    let sent = send.end_well();
    assert!(sent.all("msg.expired").is_empty(), "{}", sent.report());
    let offset = sent.all("relay.connected")[0]["offset"].as_i64().unwrap();
    assert!((offset - off).abs() < 30, "{offset}");
    assert!(sent.stderr.contains(warning), "{}", sent.report());

    fetch(&family);
    forget_offset(&family);
    let mut chat = family.run(&["chat", "sender"]).start();
    assert_eq!(chat.expect("msg.received")["text"], "still here");
    assert!(chat.next_within(Duration::from_secs(4)).is_none_or(|event| event["event"] != "msg.expired"));
    chat.type_line("/quit");
    let chat = chat.end_well();
    assert!(chat.all("msg.expired").is_empty(), "{}", chat.report());
    assert_eq!(received(&family), Some(MessageState::Seen));

    let again = family.run(&["recv"]).end();
    assert!(again.all("msg.expired").is_empty() && again.all("msg.received").is_empty(), "{}", again.report());
    assert_eq!(received(&family), Some(MessageState::Seen));
}

#[test]
fn nothing_dies_early_when_the_clock_is_an_hour_ahead() {
    nothing_dies_early(-HOUR, "ahead");
}

#[test]
fn nothing_dies_early_when_the_clock_is_an_hour_behind() {
    nothing_dies_early(HOUR, "behind");
}
