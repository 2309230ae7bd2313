//! Every reachable moment of `rotation`, as the spec has it and with one rule broken. Spec: messages.md "Rotation".

use nightjar_model::rotation::{Broken, Rotation};

mod explore;

const COMES: &str = "a stored cell comes, if the faults end";

/// One cell beside the receipt, and everything that can go wrong.
const ONE: Rotation = Rotation { cells: 1, crashes: 1, breaks: 1, losses: 1, broken: None };
/// Two cells, and one crash.
const TWO: Rotation = Rotation { cells: 2, crashes: 1, breaks: 0, losses: 0, broken: None };

#[test]
fn as_the_spec_has_it() {
    explore::holds("rotation, one cell", ONE);
    explore::holds("rotation, two cells", TWO);
}

#[test]
fn deleted_when_delivered() {
    fails(Broken::DeletedWhenDelivered);
}

/// Nothing is lost by it: the old mailbox is read until all that was sealed for it has come. The rule spares a detour.
#[test]
fn appended_again_to_old() {
    explore::holds("AppendedAgainToOld", Rotation { broken: Some(Broken::AppendedAgainToOld), ..ONE });
}

#[test]
fn fresh_dropped() {
    fails(Broken::FreshDropped);
}

#[test]
fn announced_before_stored() {
    fails(Broken::AnnouncedBeforeStored);
}

fn fails(broken: Broken) {
    explore::fails(&format!("{broken:?}"), Rotation { broken: Some(broken), ..ONE }, COMES);
}
