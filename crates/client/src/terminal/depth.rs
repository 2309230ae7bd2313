//! How many colours a terminal shows.

/// How a colour is told to a terminal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// As red, green and blue, a byte each.
    Millions,
    /// As one of 256.
    Palette,
}

impl Depth {
    /// What the environment says of the terminal. `None` for fewer colours than pictures need. Whether there are to be
    /// colours at all, [`Colour`](super::Colour) decides.
    #[must_use]
    pub fn from_env(var: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let is = |name: &str, values: &[&str]| var(name).is_some_and(|value| values.iter().any(|v| value.contains(v)));
        if is("COLORTERM", &["truecolor", "24bit"]) || is("TERM", &["-direct"]) {
            Some(Self::Millions)
        } else {
            is("TERM", &["256color"]).then_some(Self::Palette)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_tells() {
        let depth = |set: &[(&str, &str)]| {
            Depth::from_env(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Some(Depth::Millions));
        assert_eq!(depth(&[("TERM", "xterm-direct")]), Some(Depth::Millions));
        assert_eq!(depth(&[("TERM", "tmux-256color"), ("COLORTERM", "")]), Some(Depth::Palette));
        assert_eq!(depth(&[("TERM", "linux")]), None);
        assert_eq!(depth(&[]), None);
    }
}
