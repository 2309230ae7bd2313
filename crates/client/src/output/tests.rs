//! Which stream hears what.

use std::sync::Arc;

use super::*;
use crate::event::State;
use crate::locale::Lang;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn output(settings: Settings) -> (Output, Captured, Captured) {
    let (result, aside) = (Captured::default(), Captured::default());
    let sinks = (Box::new(result.clone()), Box::new(aside.clone()));
    (Output::to(Locale::new(Lang::En), settings, Colour::default(), sinks.0, sinks.1), result, aside)
}

fn received(text: &str) -> Event<'_> {
    let state = State { contact: "할머니", id: 7 };
    Event::Received { state, text: Some(text), bytes: text.len() as u64, sent: 1, deadline: 2, after_read: 3 }
}

#[test]
fn results_and_asides_do_not_mix() {
    let (output, result, aside) = output(Settings::default());
    output.result("asked for").unwrap();
    output.event(received("hi")).unwrap();
    output.say(Style::Plain, "recv-none", &[]);
    output.detail("recv-none", &[]);
    assert_eq!(result.text(), "asked for\n");
    assert_eq!(aside.text(), "Nothing new.\n");
}

#[test]
fn quiet_keeps_warnings() {
    let (output, _, aside) = output(Settings { quiet: true, ..Settings::default() });
    output.say(Style::Plain, "recv-none", &[]);
    output.warn("chat-none-alive", &[]);
    assert_eq!(aside.text(), "No message is alive.\n");
}

#[test]
fn plaintext_is_in_events_only_when_revealed() {
    let (concealed, result, _) = output(Settings { json: true, ..Settings::default() });
    concealed.result("not an event").unwrap();
    concealed.event(received("secret")).unwrap();
    let line: serde_json::Value = serde_json::from_str(&result.text()).unwrap();
    let expected = serde_json::json!({
        "v": 1, "event": "msg.received", "contact": "할머니", "id": 7, "bytes": 6, "sent": 1, "deadline": 2, "after_read": 3
    });
    assert_eq!(line, expected);
    let (revealing, result, _) = output(Settings { json: true, reveal: true, ..Settings::default() });
    revealing.event(received("sec\nret")).unwrap();
    assert!(result.text().contains(r#""text":"sec\nret""#) && result.text().matches('\n').count() == 1);
}

#[test]
fn a_failure_says_what_where_and_what_next() {
    let (output, result, aside) = output(Settings { json: true, ..Settings::default() });
    output.fail(&Failure::new(Kind::Mismatch).number("left", 1));
    let hint = "It can be a slip of the finger, on either side, or someone else. Try again with care.";
    let expected = format!(r#"{{"v":1,"event":"error","code":"mismatch","exit":6,"hint":"{hint}"}}"#);
    assert_eq!(result.text(), expected + "\n");
    let told = format!("✗ The answers do not match. One try is left.\nWhere: with the other side\nNext: {hint}\n");
    assert_eq!(aside.text(), told);
}

#[test]
fn what_was_not_seen_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let sinks = (Box::new(Full), Box::new(Full));
    let output = Output::to(Locale::new(Lang::En), Settings::default(), Colour::default(), sinks.0, sinks.1);
    assert_eq!(output.result("x").unwrap_err().kind(), Kind::Output);
    output.say(Style::Plain, "recv-none", &[]);
}

#[test]
fn no_event_outgrows_its_room() {
    for text in ["", "\u{1}\u{2}", &"\u{1}".repeat(16 * 1024), &"꼬".repeat(5000)] {
        let event = received(text);
        let bytes = serde_json::to_vec(&event.versioned()).unwrap();
        assert!(bytes.len() <= event.room(), "{} > {}", bytes.len(), event.room());
    }
}
