//! Lines as they are read, and the two ways in which nobody can be asked.

use super::*;
use crate::locale::{Lang, Locale};
use crate::output::Settings;
use crate::terminal::Colour;

fn output(lang: Lang) -> Output {
    let nowhere = || Box::new(std::io::sink());
    Output::to(Locale::new(lang), Settings::default(), Colour::default(), nowhere(), nowhere())
}

fn lines(mut input: &[u8]) -> Vec<Option<String>> {
    let mut read = || read_line(&mut input).unwrap().map(|line| line.to_string());
    vec![read(), read(), read()]
}

#[test]
fn a_line_ends_at_its_end() {
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(lines("하나\r\ntwo\n".as_bytes()), [some("하나"), some("two"), None]);
    assert_eq!(lines(b"\n\nlast"), [some(""), some(""), some("last")]);
    assert_eq!(lines(b""), [None, None, None]);
}

#[test]
fn what_is_no_line_is_refused() {
    assert!(read_line(&mut &b"\xff\xfe\n"[..]).is_err());
    assert!(read_line(&mut &vec![b'a'; LINE_MAX + 1][..]).is_err());
    assert!(read_line(&mut &vec![b'a'; LINE_MAX][..]).unwrap().is_some());
}

#[test]
fn no_input_means_no_question() {
    let output = output(Lang::En);
    let failure = Prompt::new(&output, true).secret("prompt-passphrase", &[]).unwrap_err();
    assert_eq!(failure.kind(), Kind::InputNeeded);
}

#[test]
fn yes_is_understood_in_each_language() {
    for (lang, yes, no) in [(Lang::En, "Yes", "n"), (Lang::Ko, "예", "아니오"), (Lang::Zh, "是", "否")] {
        let output = output(lang);
        let prompt = Prompt::new(&output, false);
        assert_eq!(prompt.yes_or_no(yes), Some(true), "{yes}");
        assert_eq!(prompt.yes_or_no(" y "), Some(true));
        assert_eq!(prompt.yes_or_no(no), Some(false), "{no}");
        assert_eq!(prompt.yes_or_no("N"), Some(false));
        assert_eq!(prompt.yes_or_no(""), None);
        assert_eq!(prompt.yes_or_no("maybe"), None);
    }
}

#[cfg(unix)]
#[test]
fn descriptors_that_do_not_exist_are_refused() {
    assert_eq!(from_descriptor(9_999).unwrap_err().kind(), Kind::Descriptor);
}
