//! What the program says, in the reader's language: English, Korean, Simplified Chinese.
//!
//! Every string is a Fluent message in `locales/`; the key is `area-thing`. Arguments that are text come from outside
//! more often than not, so they are made harmless to a terminal here, whoever passes them.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::terminal::escape;

/// A language the program speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Lang {
    /// English, and whenever nothing better is known.
    #[default]
    En,
    /// Korean.
    Ko,
    /// Simplified Chinese.
    Zh,
}

/// An argument of a message.
pub enum Arg<'a> {
    /// Text, escaped before it is placed.
    Text(&'a str),
    /// A count, by which a message may choose its plural.
    Number(u64),
}

/// The messages of one language.
pub struct Locale {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

/// Arguments of a message: `args![left = 3, question = text]`.
#[macro_export]
macro_rules! args {
    ($($name:ident = $value:expr),* $(,)?) => {
        &[$((stringify!($name), $crate::locale::Arg::from($value))),*][..]
    };
}

impl Lang {
    /// All languages.
    pub const ALL: [Self; 3] = [Self::En, Self::Ko, Self::Zh];

    /// The two-letter code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
            Self::Zh => "zh",
        }
    }

    /// Reads a POSIX locale or a language tag: `ko_KR.UTF-8`, `zh-Hans-CN`, `en`. `None` for a language not spoken
    /// here; `C` and `POSIX` are English.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let end = tag.find(['_', '-', '.', '@']).unwrap_or(tag.len());
        let primary = tag.get(..end)?;
        let spoken = Self::ALL.into_iter().find(|lang| primary.eq_ignore_ascii_case(lang.code()));
        spoken.or_else(|| matches!(primary, "C" | "POSIX").then_some(Self::En))
    }

    /// The language that the environment asks for. The first of the three that is set decides, as POSIX has it.
    #[must_use]
    pub fn from_env(var: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &&str| var(name).filter(|value| !value.is_empty());
        let value = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set);
        value.as_deref().and_then(Self::from_tag).unwrap_or_default()
    }

    /// What chooses the rules of plurals.
    fn id(self) -> LanguageIdentifier {
        self.code().parse().unwrap_or_default()
    }
}

impl Locale {
    /// Loads the messages of `lang`.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![lang.id()]);
        bundle.set_use_isolating(false);
        for source in sources(lang) {
            // Tests hold every file to be free of errors; a reader is better served by what could be parsed.
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self { lang, bundle }
    }

    /// The language of these messages.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The message `key` with `args` in their places. A key that does not exist shows as itself.
    #[must_use]
    pub fn text(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            debug_assert!(false, "no message {key}");
            return format!("«{key}»");
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set(*name, value.placeable());
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "{key}: {errors:?}");
        text
    }

    /// Whether the message `key` exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// What is left of a life, in seconds, as people say it: `29:58`, `3 h 12 min`, `6 d 4 h`.
    #[must_use]
    pub fn life(&self, seconds: u64) -> String {
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
        match seconds {
            0..3600 => format!("{minutes}:{:02}", seconds % 60),
            3600..86_400 => self.text("life-hours", args![hours = hours, minutes = minutes % 60]),
            _ => self.text("life-days", args![days = days, hours = hours % 24]),
        }
    }
}

impl Arg<'_> {
    fn placeable(&self) -> FluentValue<'static> {
        match self {
            Self::Text(text) => FluentValue::from(escape::line(text).as_str().to_owned()),
            Self::Number(number) => FluentValue::from(*number),
        }
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

macro_rules! number {
    ($($type:ty),*) => {
        $(impl From<$type> for Arg<'_> {
            fn from(number: $type) -> Self {
                Self::Number(number.into())
            }
        })*
    };
}

number!(u8, u16, u32, u64);

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self::Number(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

macro_rules! files {
    ($lang:literal) => {
        &[
            include_str!(concat!("../locales/", $lang, "/chat.ftl")),
            include_str!(concat!("../locales/", $lang, "/demo.ftl")),
            include_str!(concat!("../locales/", $lang, "/doctor.ftl")),
            include_str!(concat!("../locales/", $lang, "/failure.ftl")),
            include_str!(concat!("../locales/", $lang, "/files.ftl")),
            include_str!(concat!("../locales/", $lang, "/help.ftl")),
            include_str!(concat!("../locales/", $lang, "/invite.ftl")),
            include_str!(concat!("../locales/", $lang, "/money.ftl")),
            include_str!(concat!("../locales/", $lang, "/setup.ftl")),
            include_str!(concat!("../locales/", $lang, "/usage.ftl")),
        ]
    };
}

const fn sources(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::En => files!("en"),
        Lang::Ko => files!("ko"),
        Lang::Zh => files!("zh"),
    }
}

#[cfg(test)]
mod tests;
