//! Every key in every language, with the same variables, without a fault in the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_bundle::FluentResource;

use super::*;
use crate::failure::Kind;

/// Keys of a language, each with the variables that it mentions.
fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for source in sources(lang) {
        let parsed = FluentResource::try_new((*source).to_owned());
        assert!(parsed.is_ok(), "{lang:?}: {:?}", parsed.err().map(|(_, errors)| errors));
        let mut key = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) =
                line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                key = name.to_owned();
                assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{lang:?}: {key} twice");
            }
            if let Some(variables) = found.get_mut(&key) {
                variables.extend(line.split('$').skip(1).map(first_word));
            }
        }
    }
    found
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

#[test]
fn every_language_has_every_key_with_the_same_variables() {
    let english = messages(Lang::En);
    assert!(english.len() > 300, "{}", english.len());
    for lang in [Lang::Ko, Lang::Zh] {
        let other = messages(lang);
        for (key, variables) in &english {
            assert_eq!(Some(variables), other.get(key), "{lang:?}: {key}");
        }
        let surplus: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
        assert!(surplus.is_empty(), "{lang:?}: {surplus:?}");
    }
}

/// Formatting must not fail whatever the numbers are.
#[test]
fn every_message_formats() {
    for lang in Lang::ALL {
        let locale = Locale::new(lang);
        for (key, variables) in messages(lang) {
            for number in [0_u64, 1, 2, 11] {
                let mut args = FluentArgs::new();
                variables.iter().for_each(|name| args.set(name.as_str(), number));
                let pattern = locale.bundle.get_message(&key).and_then(|message| message.value()).expect("a value");
                let mut errors = Vec::new();
                let text = locale.bundle.format_pattern(pattern, Some(&args), &mut errors);
                assert!(errors.is_empty() && !text.trim().is_empty(), "{lang:?}: {key}: {errors:?}");
                assert!(!text.contains(['{', '}', '\u{2068}', '\u{2069}']), "{lang:?}: {key}: {text}");
            }
        }
    }
}

#[test]
fn a_translation_is_not_the_original() {
    let english = Locale::new(Lang::En);
    for lang in [Lang::Ko, Lang::Zh] {
        let other = Locale::new(lang);
        for (key, variables) in messages(lang) {
            let mut args = FluentArgs::new();
            variables.iter().for_each(|name| args.set(name.as_str(), 2));
            let text = |locale: &Locale| {
                let pattern = locale.bundle.get_message(&key).and_then(|message| message.value()).expect("a value");
                locale.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
            };
            // What the people of the demonstration write need not differ, nor what has no words of its own.
            let exempt = key.starts_with("demo-") || !text(&english).contains(char::is_alphabetic);
            assert!(exempt || text(&english) != text(&other), "{lang:?}: {key} is not translated");
        }
    }
}

#[test]
fn every_failure_has_its_texts() {
    let keys = messages(Lang::En);
    for kind in Kind::ALL {
        for key in [format!("failure-{}", kind.code()), format!("failure-{}-next", kind.code())] {
            assert!(keys.contains_key(&key), "{key}");
        }
        assert!(keys.contains_key(kind.place().key()));
    }
    let known: BTreeSet<_> = Kind::ALL.iter().map(|kind| format!("failure-{}", kind.code())).collect();
    for key in keys.keys().filter(|key| key.starts_with("failure-")) {
        let code = key.strip_suffix("-next").unwrap_or(key);
        let about_all = ["failure-where", "failure-next", "failure"].contains(&code);
        assert!(about_all || known.contains(code), "no kind for {key}");
    }
}

/// Keys that calls in the source name exist.
#[test]
fn keys_that_the_source_names_exist() {
    let keys = messages(Lang::En);
    let mut seen = 0;
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path, source| {
        let calls = "text( say( warn( detail( line( secret( confirm( spinner( passphrase( answer(";
        for call in calls.split(' ') {
            for key in source.split(call).skip(1).filter_map(first_literal) {
                if key.contains('-') && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') {
                    assert!(keys.contains_key(key), "{}: {key}", path.display());
                    seen += 1;
                }
            }
        }
    });
    assert!(seen > 30, "{seen}");
}

/// The literal among the arguments, if none but paths stand before it.
fn first_literal(arguments: &str) -> Option<&str> {
    let (before, literal) = arguments.split_once('"')?;
    let is_path = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_:,.&".contains(c);
    if before.contains(|c| !is_path(c)) { None } else { literal.split('"').next() }
}

fn visit(folder: &Path, each: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn languages_are_chosen_as_posix_has_it() {
    let env = |set: &'static [(&str, &str)]| {
        Lang::from_env(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    };
    assert_eq!(env(&[]), Lang::En);
    assert_eq!(env(&[("LANG", "ko_KR.UTF-8")]), Lang::Ko);
    assert_eq!(env(&[("LANG", "ko_KR.UTF-8"), ("LC_MESSAGES", "zh_CN")]), Lang::Zh);
    assert_eq!(env(&[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "C")]), Lang::En);
    assert_eq!(env(&[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "")]), Lang::Ko);
    assert_eq!(env(&[("LANG", "fr_FR.UTF-8")]), Lang::En);
    assert_eq!(Lang::from_tag("zh-Hans-CN"), Some(Lang::Zh));
    assert_eq!(Lang::from_tag("kok"), None);
}

#[test]
fn arguments_are_harmless() {
    let locale = Locale::new(Lang::En);
    let text = locale.text("join-question", args![question = "a\x1b[2J\n✓ Verified\u{202e}"]);
    assert_eq!(text, "They ask: a␛[2J␊✓ Verified⟨U+202E⟩");
}

#[test]
fn lives_are_said_in_the_unit_that_matters() {
    let locale = Locale::new(Lang::En);
    let said: Vec<_> = [0, 59, 1798, 3599, 3600, 11_520, 86_399, 86_400, 532_800].map(|s| locale.life(s)).into();
    let expected = ["0:00", "0:59", "29:58", "59:59", "1 h 0 min", "3 h 12 min", "23 h 59 min", "1 d 0 h", "6 d 4 h"];
    assert_eq!(said, expected);
}
