//! The steps with money in them: an order, cash in two parts, a photo through a link that is cut, and a forced receipt.

use std::fs;

use serde_json::Value;

use super::actor::{Actor, Outcome};
use super::samples;
use super::script::{ends_with, leave, text};
use super::stage::{PATIENCE, Stage};
use crate::args;

/// The transfer, as each of the three calls it.
#[derive(Default)]
pub(super) struct Deal {
    sender: String,
    broker: String,
    family: String,
    code: String,
}

/// The parents and the broker join, each with a vault of their own. The broker is asked nothing and stays unverified.
pub(super) fn people(stage: &mut Stage<'_>) -> Outcome<()> {
    leave(stage)?;
    for home in ["parents", "broker"] {
        ends_with(0, stage.person_ends(home, &["setup"], &[])?)?;
    }
    stage.lay_wire()?;
    let (answer, duress) = (stage.text("demo-answer"), stage.text("demo-duress"));
    let question = stage.text("demo-question");
    let asked = ["--ask", &question, "--duress", "--answer-fd", "0", "--duress-fd", "0"];
    let proved = joins(stage, "parents", &asked, &[&answer, &duress], &["--answer-fd", "0"], &[&answer])?;
    if !proved.has_heard("proof.verified") {
        return Err("the parents are not verified".to_owned());
    }
    stage.tell("demo-parents-joined", &[])?;
    let unproved = joins(stage, "broker", &[], &[], &[], &[])?;
    if !unproved.has_heard("proof.unproved") {
        return Err("the broker is not marked as unverified".to_owned());
    }
    stage.tell("demo-broker-joined", &[])
}

/// Somebody is invited by the sender and joins: the sender's process, ended well.
fn joins(
    stage: &Stage<'_>,
    who: &str,
    asked: &[&str],
    answers: &[&str],
    joining: &[&str],
    words: &[&str],
) -> Outcome<Actor> {
    let mut sender = stage.person(Some("sender"), &[&["invite", "--name", who], asked].concat(), answers)?;
    let code = text(&sender.hear("invite.created", PATIENCE, |_| true)?, "code")?;
    let command = [&["join", "--keep", "--name", "sender", "--code-stdin"], joining].concat();
    let lines = [&[code.as_str()], words].concat();
    ends_with(0, stage.person_ends(who, &command, &lines)?)?;
    match sender.end(PATIENCE)? {
        0 => Ok(sender),
        code => Err(format!("the sender's program ended with {code}")),
    }
}

/// An order to the broker, a promise to the parents; the broker has the money.
pub(super) fn order(stage: &mut Stage<'_>) -> Outcome<()> {
    let (answer, duress) = (stage.text("demo-answer-second"), stage.text("demo-duress-second"));
    let question = stage.text("demo-question-second");
    let prepare = ["ask", "parents", &question, "--prepare", "--duress", "--answer-fd", "0", "--duress-fd", "0"];
    ends_with(0, stage.person_ends("sender", &prepare, &[&answer, &duress])?)?;

    let (answer, duress) = (stage.text("demo-answer-first"), stage.text("demo-duress-first"));
    let question = stage.text("demo-question-first");
    let asked = ["--ask", &question, "--duress", "--answer-fd", "0", "--duress-fd", "0"];
    let new = ["transfer", "new", "--to", "parents", "--via", "broker", "--amount", "3000", "--currency", "CNY"];
    let (code, mut sender) = stage.person_ends("sender", &[&new[..], &asked].concat(), &[&answer, &duress])?;
    stage.deal.sender = text(&sender.hear("transfer.opened", PATIENCE, |_| true)?, "transfer")?;
    ends_with(0, (code, sender))?;
    stage.tell("demo-order-sent", &[])?;

    let ordered = opened(stage, "broker")?;
    if ordered.get("to").is_some() || ordered.get("code").is_some() || ordered.get("via").is_some() {
        return Err("the broker was told what is not his to know".to_owned());
    }
    stage.deal.broker = text(&ordered, "transfer")?;
    ends_with(0, stage.person_ends("broker", &["transfer", "funds-received", &stage.deal.broker], &[])?)?;
    stage.tell("demo-order-broker", &[])?;

    let promised = opened(stage, "parents")?;
    stage.deal.family = text(&promised, "transfer")?;
    stage.deal.code = text(&promised, "code")?;
    if promised.get("fee").is_some() || promised.get("via").is_some() || stage.deal.family == stage.deal.broker {
        return Err("the parents were told what is not theirs to know".to_owned());
    }
    let code = stage.deal.code.clone();
    stage.tell("demo-order-parents", args![code = &code])
}

/// Cash changes hands; the broker returns the claim code, wrongly at first.
pub(super) fn claim(stage: &mut Stage<'_>) -> Outcome<()> {
    watch(stage)?;
    stage.sender()?.hear("transfer.funded", PATIENCE, |_| true)?;
    let slip = ["0000-0000-0098", "0000-0000-0195"].into_iter().find(|it| *it != stage.deal.code).unwrap_or_default();
    let command = ["transfer", "claim", &stage.deal.broker, "--code-stdin"];
    ends_with(6, stage.person_ends("broker", &command, &[slip])?)?;
    stage.sender()?.hear("transfer.claimed", PATIENCE, |heard| heard["accepted"] == false && heard["left"] == 2)?;
    stage.tell("demo-claim-wrong", args![left = 2_u8])?;
    let command = ["transfer", "claim", &stage.deal.broker, "--code-stdin"];
    ends_with(0, stage.person_ends("broker", &command, &[&stage.deal.code])?)?;
    stage.sender()?.hear("transfer.claimed", PATIENCE, |heard| heard["accepted"] == true)?;
    stage.tell("demo-claim-right", &[])
}

/// The parents confirm less than was promised, with a photo; the link is cut in the middle of it.
pub(super) fn receipt(stage: &mut Stage<'_>) -> Outcome<()> {
    let photo = samples::jpeg_with_location().map_err(|error| error.to_string())?;
    let marks = [samples::CAMERA.as_bytes(), samples::TAKEN.as_bytes(), b"Exif\0"];
    let has = |bytes: &[u8], mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    if !marks.iter().all(|mark| has(&photo, mark)) {
        return Err("the photo does not tell where it was taken".to_owned());
    }
    let path = stage.path("cash.jpg");
    fs::write(&path, &photo).map_err(|error| error.to_string())?;
    let path = path.display().to_string();
    stage.tell("demo-photo-made", args![bytes = photo.len()])?;

    let answer = stage.text("demo-answer-first");
    let before = stage.wire()?.passed();
    stage.wire()?.cut_after(PART_OF_PHOTO);
    let family = stage.deal.family.clone();
    let command = ["receipt", "confirm", &family, "--amount", "2100", "--photo", &path, "--answer-fd", "0"];
    let mut parents = stage.person(Some("parents"), &command, &[&answer])?;
    stage.wire()?.wait_for_cut(PATIENCE)?;
    stage.tell("demo-photo-cut", &[])?;
    stage.pause(1000);
    stage.wire()?.mend();
    let confirmed = |heard: &Value| heard["proof"] == "verified" && heard["minor"] == 210_000;
    stage.sender()?.hear("transfer.confirmed", PATIENCE, confirmed)?;
    let code = parents.end(PATIENCE)?;
    ends_with(0, (code, parents))?;
    let arrived = stage.sender()?.hear("file.fetched", PATIENCE, |_| true)?;
    let went = stage.wire()?.passed() - before;
    stage.tell("demo-photo-resumed", &[])?;
    leave(stage)?;

    let saved = stage.path("saved.jpg").display().to_string();
    let number = arrived["id"].to_string();
    ends_with(0, stage.person_ends("sender", &["open", "parents", &number, "--save", &saved], &[])?)?;
    let saved = fs::read(&saved).map_err(|error| error.to_string())?;
    if marks.iter().any(|mark| has(&saved, mark)) {
        return Err("the photo still tells where it was taken".to_owned());
    }
    // Sent from the beginning again, it would have been more than this.
    let most = PART_OF_PHOTO + (saved.len() as u64).saturating_mul(6) / 5 + REST_OF_TALK;
    if went > most {
        return Err(format!("{went} bytes went for a photo of {}", saved.len()));
    }
    stage.tell("demo-photo-clean", args![bytes = saved.len()])?;
    counts(stage, "2100.00", &["verified"])?;
    stage.tell("demo-receipt-verified", &[])
}

/// The rest, confirmed under coercion with the duress word of the second question.
pub(super) fn forced(stage: &mut Stage<'_>) -> Outcome<()> {
    watch(stage)?;
    let duress = stage.text("demo-duress-second");
    let command = ["receipt", "confirm", &stage.deal.family, "--amount", "900", "--answer-fd", "0"];
    let (code, parents) = stage.person_ends("parents", &command, &[&duress])?;
    if parents.has_heard("proof.duress") || !parents.has_heard("proof.verified") {
        return Err("the parents' screen tells of the coercion".to_owned());
    }
    ends_with(0, (code, parents))?;
    stage.tell("demo-forced-parents", &[])?;
    stage.sender()?.hear("transfer.confirmed", PATIENCE, |heard| heard["proof"] == "duress")?;
    leave(stage)?;
    counts(stage, "2100.00", &["verified", "duress"])?;
    // Each fetches the last word of the others, so that nothing waits at the relay.
    for who in ["parents", "broker", "sender"] {
        ends_with(0, stage.person_ends(who, &["recv"], &[])?)?;
    }
    stage.tell("demo-forced-sender", &[])
}

/// The sender's program stays open, to hear of everything.
fn watch(stage: &mut Stage<'_>) -> Outcome<()> {
    let mut sender = stage.person(Some("sender"), &["chat", "parents"], &[])?;
    sender.hear("relay.connected", PATIENCE, |_| true)?;
    stage.sender = Some(sender);
    Ok(())
}

/// Somebody fetches what came: the transfer that they hear of.
fn opened(stage: &Stage<'_>, who: &str) -> Outcome<Value> {
    let (code, mut actor) = stage.person_ends(who, &["recv", "--wait", "60s"], &[])?;
    let opened = actor.hear("transfer.opened", PATIENCE, |_| true)?;
    ends_with(0, (code, actor))?;
    Ok(opened)
}

/// What the sender's account says: so much received, receipts of this worth.
fn counts(stage: &Stage<'_>, received: &str, proofs: &[&str]) -> Outcome<()> {
    let (code, mut sender) = stage.person_ends("sender", &["transfer", "show", &stage.deal.sender], &[])?;
    let listed = sender.hear("transfer.listed", PATIENCE, |_| true)?;
    ends_with(0, (code, sender))?;
    let shown: Option<Vec<&str>> =
        listed["receipts"].as_array().map(|all| all.iter().filter_map(|it| it["proof"].as_str()).collect());
    if listed["received"]["amount"] == received && shown.as_deref() == Some(proofs) {
        return Ok(());
    }
    Err(format!("the account says {} received, {}", listed["received"], listed["receipts"]))
}

/// The link is cut when so many bytes of the photo have gone.
const PART_OF_PHOTO: u64 = 60_000;
/// What else goes while a receipt is made: handshakes, questions, receipts.
const REST_OF_TALK: u64 = 200_000;
