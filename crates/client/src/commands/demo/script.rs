//! The steps. Each does something with real processes and fails unless what was promised happened.

use serde_json::Value;

use super::actor::{Actor, Outcome};
use super::money;
use super::spy;
use super::stage::{PATIENCE, Stage};
use crate::args;
use crate::terminal::Style;

/// A step: it happened, or what did not.
type Step = fn(&mut Stage<'_>) -> Outcome<()>;

/// The steps in order. Their titles are the messages `demo-step-…`.
pub(super) const STEPS: [(&str, Step); 15] = [
    ("relay", relay),
    ("invite", invite),
    ("wrong", wrong),
    ("right", right),
    ("messages", messages),
    ("timer", timer),
    ("duress", duress),
    ("restart", restart),
    ("people", money::people),
    ("order", money::order),
    ("claim", money::claim),
    ("receipt", money::receipt),
    ("forced", money::forced),
    ("saw", saw),
    ("wipe", wipe),
];

fn relay(stage: &mut Stage<'_>) -> Outcome<()> {
    stage.start_relay()?;
    let address = stage.address.clone();
    stage.tell("demo-relay-up", args![relay = &address])
}

fn invite(stage: &mut Stage<'_>) -> Outcome<()> {
    ends_with(0, stage.person_ends("sender", &["setup"], &[])?)?;
    let mut sender = invite_named(stage, "family")?;
    let created = sender.hear("invite.created", PATIENCE, |_| true)?;
    stage.code = text(&created, "code")?;
    stage.sender = Some(sender);
    let code = stage.code.clone();
    let life = stage.output.locale().life(30 * 60);
    stage.tell("demo-invite-made", args![code = &code, life = &life])
}

fn wrong(stage: &mut Stage<'_>) -> Outcome<()> {
    let (code, word) = (stage.code.clone(), stage.text("demo-wrong"));
    let command = ["join", "--name", "sender", "--code-stdin", "--answer-fd", "0"];
    let mut family = stage.person(None, &command, &[&code, &word])?;
    let mismatch = |heard: &Value| heard["left"] == 2;
    family.hear("proof.mismatch", PATIENCE, mismatch)?;
    stage.sender()?.hear("proof.mismatch", PATIENCE, mismatch)?;
    stage.family = Some(family);
    stage.tell("demo-mismatch-both", args![left = 2_u8])
}

fn right(stage: &mut Stage<'_>) -> Outcome<()> {
    let word = stage.text("demo-answer");
    stage.family()?.say(&word)?;
    stage.family()?.hear("proof.verified", PATIENCE, |_| true)?;
    stage.sender()?.hear("proof.verified", PATIENCE, |_| true)?;
    match stage.sender()?.end(PATIENCE)? {
        0 => {}
        code => return Err(format!("the sender's program ended with {code}")),
    }
    stage.tell("demo-verified-both", &[])?;
    talk(stage)
}

fn messages(stage: &mut Stage<'_>) -> Outcome<()> {
    let (first, second) = (stage.text("demo-text-first"), stage.text("demo-text-second"));
    pass(stage.sender()?, &first)?;
    arrives(stage.family()?, &first)?;
    stage.tell_message("demo-sender", "demo-family", &first)?;
    pass(stage.family()?, &second)?;
    arrives(stage.sender()?, &second)?;
    stage.tell_message("demo-family", "demo-sender", &second)?;

    let long: String = first
        .chars()
        .chain(" ".chars())
        .cycle()
        .scan(0, |bytes, letter| {
            *bytes += letter.len_utf8();
            (*bytes <= LONG).then_some(letter)
        })
        .collect();
    let long = format!("{}{}", long.trim_end(), "~".repeat(LONG - long.trim_end().len()));
    let id = pass(stage.sender()?, &long)?;
    arrives(stage.family()?, &long)?;
    reaches(stage.sender()?, "msg.read", &id)?;
    let (from, to) = (stage.text("demo-sender"), stage.text("demo-family"));
    stage.tell("demo-long", args![from = &from, to = &to, bytes = LONG])?;
    stage.tell("demo-arrived", &[])
}

fn timer(stage: &mut Stage<'_>) -> Outcome<()> {
    let seconds = stage.seconds(8);
    let message = stage.marked("demo-text-timer");
    stage.sender()?.say(&format!("/after-read {seconds}s"))?;
    let id = pass(stage.sender()?, &message)?;
    let shown = arrives(stage.family()?, &message)?;
    let number = shown["id"].clone();
    stage.tell_message("demo-sender", "demo-family", &message)?;
    let life = stage.output.locale().life(seconds.into());
    stage.tell("demo-timer-shown", args![life = &life])?;
    reaches(stage.sender()?, "msg.read", &id)?;
    stage.family()?.hear("msg.expired", PATIENCE, |heard| heard["id"] == number && heard["reason"] == "after-read")?;
    reaches(stage.sender()?, "msg.erased", &id)?;
    let mut left = stage.counters()?["cells"].clone();
    for _ in 0..10 {
        if left == 0 {
            break;
        }
        left = stage.counters()?["cells"].clone();
    }
    if left != 0 {
        return Err(format!("the relay still holds {left} cells"));
    }
    stage.tell("demo-timer-gone", &[])
}

fn duress(stage: &mut Stage<'_>) -> Outcome<()> {
    leave(stage)?;
    ends_with(0, stage.person_ends("relative", &["setup"], &[])?)?;
    let mut sender = invite_named(stage, "relative")?;
    let code = text(&sender.hear("invite.created", PATIENCE, |_| true)?, "code")?;
    let word = stage.text("demo-duress");
    let command = ["join", "--keep", "--name", "sender", "--code-stdin", "--answer-fd", "0"];
    let mut relative = stage.person(Some("relative"), &command, &[&code, &word])?;
    relative.hear("proof.verified", PATIENCE, |_| true)?;
    stage.tell("demo-duress-family", &[])?;
    sender.hear("proof.duress", PATIENCE, |_| true)?;
    stage.tell("demo-duress-sender", &[])?;
    if relative.end(PATIENCE)? != 0 || relative.has_heard("proof.duress") || sender.end(PATIENCE)? != 0 {
        return Err("a program did not end as it should".to_owned());
    }
    let real = stage.text("demo-text-third");
    ends_with(9, stage.person_ends("sender", &["send", "relative"], &[&real])?)?;
    stage.tell("demo-duress-refused", &[])?;
    let harmless = stage.marked("demo-text-coercer");
    ends_with(0, stage.person_ends("sender", &["send", "relative", "--for-coercer"], &[&harmless])?)
}

fn restart(stage: &mut Stage<'_>) -> Outcome<()> {
    talk(stage)?;
    let counters = stage.counters()?;
    if counters["cells"] == 0 {
        return Err("no message waits at the relay".to_owned());
    }
    stage.saw_before = frames(&counters)?;
    if let Some(relay) = &mut stage.relay {
        relay.kill();
    }
    stage.tell("demo-restart-down", &[])?;
    let message = stage.marked("demo-text-restart");
    pass(stage.sender()?, &message)?;
    stage.pause(1000);
    stage.start_relay()?;
    stage.tell("demo-restart-up", &[])?;
    arrives(stage.family()?, &message)?;
    stage.tell_message("demo-sender", "demo-family", &message)?;
    // What waited for somebody who was away is lost with the relay's memory, and comes again from the sender's.
    let harmless = stage.marked("demo-text-coercer");
    let mut relative = stage.person(Some("relative"), &["recv", "--wait", "60s"], &[])?;
    arrives(&mut relative, &harmless)?;
    ends_with(0, (relative.end(PATIENCE)?, relative))?;
    stage.tell_message("demo-sender", "demo-family", &harmless)?;
    stage.tell("demo-restart-lost", args![count = 0_u8])
}

fn saw(stage: &mut Stage<'_>) -> Outcome<()> {
    leave(stage)?;
    if let Some(mut family) = stage.family.take() {
        family.end(PATIENCE)?;
    }
    let counters = stage.counters()?;
    let (count, mut lengths) = frames(&counters)?;
    lengths.extend(&stage.saw_before.1);
    lengths.sort_unstable();
    lengths.dedup();
    let [length] = lengths.as_slice() else { return Err(format!("frames of several lengths: {lengths:?}")) };
    stage.tell("demo-saw-frames", args![count = count + stage.saw_before.0, bytes = *length])?;
    let mailboxes = counters["mailboxes"].as_u64().unwrap_or(0);
    stage.tell("demo-saw-ids", args![count = mailboxes])?;
    let cells = counters["cells"].as_u64().unwrap_or(u64::MAX);
    stage.tell("demo-saw-left", args![count = cells])?;
    if cells != 0 {
        return Err(format!("{cells} cells are left"));
    }
    searched(stage)
}

/// Looks for the number that several messages carried in the relay's memory. The name of the relay's key file must be
/// there, or the search proves nothing.
fn searched(stage: &Stage<'_>) -> Outcome<()> {
    let process = stage.relay.as_ref().ok_or("there is no relay")?.id();
    let control = stage.path("relay.key").display().to_string();
    match (spy::search(process, control.as_bytes()), spy::search(process, stage.mark.as_bytes())) {
        (Some(true), Some(false)) => stage.tell("demo-saw-text", &[]),
        (Some(true), Some(true)) => Err("what was said stands in the relay's memory".to_owned()),
        _ => stage.show(Style::Dim, &stage.text("demo-saw-unsearched")),
    }
}

fn wipe(stage: &mut Stage<'_>) -> Outcome<()> {
    for home in ["sender", "relative", "parents", "broker"] {
        ends_with(0, stage.person_ends(home, &["wipe", "--yes"], &[])?)?;
        if stage.exists(home) {
            return Err(format!("something is left in {}", stage.path(home).display()));
        }
    }
    stage.tell("demo-wiped", &[])
}

/// The sender invites somebody, with an answer and a duress answer.
fn invite_named(stage: &Stage<'_>, name: &str) -> Outcome<Actor> {
    let (question, answer, duress) =
        (stage.text("demo-question"), stage.text("demo-answer"), stage.text("demo-duress"));
    let command = ["invite", "--name", name, "--ask", &question, "--duress", "--answer-fd", "0", "--duress-fd", "0"];
    stage.person(Some("sender"), &command, &[&answer, &duress])
}

/// The sender opens a chat with the family.
fn talk(stage: &mut Stage<'_>) -> Outcome<()> {
    let mut sender = stage.person(Some("sender"), &["chat", "family"], &[])?;
    sender.hear("relay.connected", PATIENCE, |_| true)?;
    stage.sender = Some(sender);
    Ok(())
}

/// The sender leaves the chat.
pub(super) fn leave(stage: &mut Stage<'_>) -> Outcome<()> {
    let Some(mut sender) = stage.sender.take() else { return Ok(()) };
    sender.say("/quit")?;
    match sender.end(PATIENCE)? {
        0 => Ok(()),
        code => Err(format!("the sender's program ended with {code}")),
    }
}

/// Says a message: its number.
fn pass(actor: &mut Actor, text: &str) -> Outcome<Value> {
    actor.say(text)?;
    Ok(actor.hear("msg.queued", PATIENCE, |_| true)?["id"].clone())
}

/// Waits until a message of this text is shown.
fn arrives(actor: &mut Actor, text: &str) -> Outcome<Value> {
    let shown = actor.hear("msg.received", PATIENCE, |_| true)?;
    if shown["text"] == text { Ok(shown) } else { Err("another text arrived".to_owned()) }
}

/// Waits until a message has come so far.
fn reaches(actor: &mut Actor, event: &str, id: &Value) -> Outcome<()> {
    actor.hear(event, PATIENCE, |heard| heard["id"] == *id).map(drop)
}

pub(super) fn ends_with(expected: i32, (code, actor): (i32, Actor)) -> Outcome<()> {
    if code == expected {
        return Ok(());
    }
    let aside = actor.aside();
    Err(format!("ended with {code} instead of {expected}: {}", aside.lines().next().unwrap_or_default()))
}

pub(super) fn text(value: &Value, key: &str) -> Outcome<String> {
    value[key].as_str().map(str::to_owned).ok_or_else(|| format!("no {key}"))
}

/// Frames in both directions, and the lengths that they had.
fn frames(counters: &Value) -> Outcome<(u64, Vec<u64>)> {
    let number = |key: &str| counters[key].as_u64().ok_or_else(|| format!("no {key}"));
    let lengths = ["frame_lengths_in", "frame_lengths_out"].iter().filter_map(|key| counters[*key].as_array());
    let lengths = lengths.flatten().filter_map(Value::as_u64).collect();
    Ok((number("frames_in")? + number("frames_out")?, lengths))
}

/// A long message, in bytes.
const LONG: usize = 10 * 1024;
