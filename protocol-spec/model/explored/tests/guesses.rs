//! Every reachable moment of `guesses`, as the spec has it and with one rule broken. Spec: pairing.md "Guesses".

use nightjar_model::guesses::{Broken, Guesses};

mod explore;

fn guesses(broken: Option<Broken>) -> Guesses {
    Guesses { crashes: 3, broken }
}

#[test]
fn as_the_spec_has_it() {
    explore::holds("guesses", guesses(None));
}

#[test]
fn counted_after_sending() {
    explore::fails(
        "counted after sending",
        guesses(Some(Broken::CountedAfterSending)),
        "no more than ATTEMPTS_MAX words are told about",
    );
}

#[test]
fn offer_kept() {
    explore::fails("offer kept", guesses(Some(Broken::OfferKept)), "one offer tells about one word");
}

#[test]
fn repeat_judged() {
    explore::fails("repeat judged", guesses(Some(Broken::RepeatJudged)), "the same cell costs one attempt");
}
