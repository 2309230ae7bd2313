//! Makes text from outside harmless to a terminal: what would move the cursor, change colours, reorder or hide
//! characters is shown as a visible mark instead. Results are cleared when dropped, because they may be messages.

use zeroize::Zeroizing;

/// One line: line ends are marked too.
#[must_use]
pub fn line(text: &str) -> Zeroizing<String> {
    let mut out = with_room(text);
    text.chars().for_each(|c| push(&mut out, c));
    out
}

/// Several lines. Each one after the first starts with `indent`, so that a message cannot pass for the next line of
/// the conversation, or for a line of the program's own.
#[must_use]
pub fn block(text: &str, indent: &str) -> Zeroizing<String> {
    let breaks = text.matches('\n').count();
    let mut out = with_room(text);
    out.reserve_exact(breaks * indent.len());
    let text = text.strip_suffix('\n').unwrap_or(text);
    for c in text.chars() {
        match c {
            '\n' => {
                out.push('\n');
                out.push_str(indent);
            }
            '\t' => out.push_str("    "),
            c => push(&mut out, c),
        }
    }
    out
}

/// An empty string that will not be moved (and so leave a copy behind) while `text` is written to it.
fn with_room(text: &str) -> Zeroizing<String> {
    Zeroizing::new(String::with_capacity(text.len().saturating_mul(GROWTH)))
}

fn push(out: &mut String, c: char) {
    let code = u32::from(c);
    match c {
        '\0'..='\x1f' => out.extend(char::from_u32(0x2400 + code)),
        '\x7f' => out.push('\u{2421}'),
        c if is_deceptive(c) => {
            out.push_str("⟨U+");
            for shift in (0..6).rev().map(|digit| digit * 4) {
                if shift < 16 || code >> shift > 0 {
                    out.extend(char::from_digit((code >> shift) & 0xf, 16).map(|digit| digit.to_ascii_uppercase()));
                }
            }
            out.push('⟩');
        }
        c => out.push(c),
    }
}

/// C1 controls, bidirectional controls, line separators, invisible characters and tags. Joiners and variation
/// selectors stay: names and emoji need them.
const fn is_deceptive(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Bytes that one byte becomes at most: U+0080 has two and is shown with twelve.
const GROWTH: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_untouched() {
        for text in ["꼬맹이 · 3글자", "안녕 👨‍👩‍👧", "你好 — ok", "e\u{301}"] {
            assert_eq!(*line(text), text);
            assert_eq!(*block(text, "  "), text);
        }
    }

    #[test]
    fn terminal_sequences_are_shown() {
        assert_eq!(*line("\x1b[2J\r\x07\x7f"), "␛[2J␍␇␡");
        assert_eq!(*line("a\u{9b}31mb"), "a⟨U+009B⟩31mb");
        assert_eq!(*line("abc\u{202e}txt.exe"), "abc⟨U+202E⟩txt.exe");
        assert_eq!(*line("\u{e0041}\u{feff}\u{2028}"), "⟨U+E0041⟩⟨U+FEFF⟩⟨U+2028⟩");
    }

    #[test]
    fn a_message_cannot_forge_a_line() {
        assert_eq!(*line("hi\n✓ verified"), "hi␊✓ verified");
        assert_eq!(*block("hi\n✓ verified\n", "  │ "), "hi\n  │ ✓ verified");
        assert_eq!(*block("a\r\nb\tc", "  "), "a␍\n  b    c");
    }

    #[test]
    fn no_copy_is_left_behind_by_growth() {
        let worst: String = std::iter::repeat_n('\u{80}', 1000).collect();
        let out = line(&worst);
        assert_eq!(out.capacity(), worst.len() * GROWTH);
    }
}
