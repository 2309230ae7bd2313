//! Every reachable moment of `delivery`, as the spec has it and with one rule broken. Spec: messages.md, relay.md.

use nightjar_model::delivery::{Broken, Delivery};

mod explore;

/// One text and its receipt, with everything that can go wrong.
const ONE: Delivery =
    Delivery { texts: 1, receipts: true, crashes: 2, breaks: 1, losses: 1, expiries: 1, broken: None };
/// Two texts, one way.
const TWO: Delivery =
    Delivery { texts: 2, receipts: false, crashes: 1, breaks: 1, losses: 1, expiries: 1, broken: None };
/// Two texts and their receipts, and one crash.
const BOTH: Delivery =
    Delivery { texts: 2, receipts: true, crashes: 1, breaks: 0, losses: 0, expiries: 0, broken: None };

const ONCE: &str = "a text is shown as new at most once";
const NOT_LOST: &str = "a stored text is shown, if it lives and the faults end";
const NOT_LATE: &str = "nothing is shown after its deadline";
const GONE: &str = "an acknowledged cell is gone from the relay";
const DELIVERED: &str = "delivered is stated of what has come to stay";
const READ: &str = "read is stated of what was shown";
const ONE_KEY: &str = "two cells never leave under one number";

#[test]
fn one_text_and_its_receipt() {
    explore::holds("one text and its receipt", ONE);
}

#[test]
fn two_texts_one_way() {
    explore::holds("two texts, one way", TWO);
}

#[test]
fn two_texts_and_their_receipts() {
    explore::holds("two texts and their receipts", BOTH);
}

#[test]
fn acknowledged_before_stored() {
    fails(Broken::AcknowledgedBeforeStored, ONE, NOT_LOST);
}

#[test]
fn sent_before_stored() {
    fails(Broken::SentBeforeStored, TWO, ONE_KEY);
    fails(Broken::SentBeforeStored, TWO, NOT_LOST);
    fails(Broken::SentBeforeStored, ONE, DELIVERED);
    fails(Broken::SentBeforeStored, ONE, READ);
}

#[test]
fn no_dedupe() {
    fails(Broken::NoDedupe, ONE, ONCE);
}

#[test]
fn dedupe_not_stored() {
    fails(Broken::DedupeNotStored, ONE, ONCE);
}

#[test]
fn not_appended_again() {
    fails(Broken::NotAppendedAgain, ONE, NOT_LOST);
}

#[test]
fn dropped_when_accepted() {
    fails(Broken::DroppedWhenAccepted, ONE, NOT_LOST);
}

#[test]
fn displayed_before_stored() {
    fails(Broken::DisplayedBeforeStored, ONE, ONCE);
}

#[test]
fn expiry_asked_once() {
    fails(Broken::ExpiryAskedOnce, ONE, NOT_LATE);
}

#[test]
fn kept_by_relay() {
    fails(Broken::KeptByRelay, ONE, GONE);
}

fn fails(broken: Broken, model: Delivery, property: &'static str) {
    explore::fails(&format!("{broken:?}"), Delivery { broken: Some(broken), ..model }, property);
}
