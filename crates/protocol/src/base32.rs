//! Base32 (RFC 4648, section 6, without padding) that looks nothing up in a table and branches on no character, but on
//! whether all of them will do: what it carries may be secret. Spec: invite, "Base32".

use zeroize::Zeroizing;

/// How many characters `bytes` bytes make.
#[must_use]
pub const fn encoded_len(bytes: usize) -> usize {
    bytes.saturating_mul(8).div_ceil(BITS)
}

/// Writes `bytes` behind `out`, in capitals.
pub fn encode(bytes: &[u8], out: &mut Zeroizing<String>) {
    for chunk in bytes.chunks(CHUNK_BYTES) {
        let value = chunk.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        let missing = CHUNK_BYTES.saturating_sub(chunk.len());
        let mut value = value << missing.saturating_mul(8);
        for _ in 0..encoded_len(chunk.len()) {
            out.push(char::from(character((value >> 35 & 31) as u8)));
            value <<= BITS;
        }
    }
}

/// Reads all of `text`, in capitals or small letters. Nothing comes of another character, a length that no bytes encode
/// to, or a last character with stray bits.
#[must_use]
pub fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut bad = 0;
    for chunk in text.as_bytes().chunks(CHUNK_CHARACTERS) {
        let mut value = 0_u64;
        for character in chunk {
            let (five, unknown) = value_of(*character);
            bad |= unknown;
            value = value << BITS | u64::from(five);
        }
        let bits = chunk.len().saturating_mul(BITS);
        let (whole, stray) = (bits / 8, bits % 8);
        if stray >= BITS {
            return None;
        }
        // Fewer than five bits, judged with all the rest at the end.
        bad |= (value & !(u64::MAX << stray)) as u8;
        let value = value >> stray << (64_usize.saturating_sub(whole.saturating_mul(8)));
        bytes.extend(value.to_be_bytes().iter().take(whole));
    }
    (bad == 0).then_some(bytes)
}

/// 0–25 are letters, 26–31 the digits 2–7.
const fn character(five: u8) -> u8 {
    let letter = five.wrapping_add(b'A');
    letter.wrapping_sub(within(five, 26, 31) & (b'A' + 26 - b'2'))
}

/// The value of a character and zero, or something and 255 if it has none.
const fn value_of(character: u8) -> (u8, u8) {
    let capital = within(character, b'A', b'Z');
    let small = within(character, b'a', b'z');
    let digit = within(character, b'2', b'7');
    let value = (capital & character.wrapping_sub(b'A'))
        | (small & character.wrapping_sub(b'a'))
        | (digit & character.wrapping_sub(b'2').wrapping_add(26));
    (value & 31, !(capital | small | digit))
}

/// 255 if `low` ≤ `byte` ≤ `high`, otherwise 0, by the signs of two differences.
const fn within(byte: u8, low: u8, high: u8) -> u8 {
    let (byte, low, high) = (byte as i16, low as i16, high as i16);
    let below = byte.wrapping_sub(low);
    let above = high.wrapping_sub(byte);
    !((below | above) >> 8) as u8
}

const BITS: usize = 5;
const CHUNK_BYTES: usize = 5;
const CHUNK_CHARACTERS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(bytes: &[u8]) -> String {
        let mut out = Zeroizing::new(String::new());
        encode(bytes, &mut out);
        assert_eq!(out.len(), encoded_len(bytes.len()));
        out.to_string()
    }

    #[test]
    fn figures_of_rfc_4648_without_padding() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(encoded(bytes.as_bytes()), text);
            assert_eq!(decode(text).unwrap().as_slice(), bytes.as_bytes());
            assert_eq!(decode(&text.to_lowercase()).unwrap().as_slice(), bytes.as_bytes());
        }
    }

    #[test]
    fn each_value_has_one_character_and_all_others_have_none() {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        for (value, letter) in (0..32).zip(ALPHABET.bytes()) {
            assert_eq!(character(value), letter);
        }
        for byte in 0..=255_u8 {
            let known = ALPHABET.bytes().position(|letter| letter == byte.to_ascii_uppercase());
            let (value, bad) = value_of(byte);
            assert_eq!((bad == 0).then_some(usize::from(value)), known, "{byte}");
        }
    }

    #[test]
    fn lengths_and_stray_bits_without_bytes_are_refused() {
        for text in ["A", "AAA", "AAAAAA", "MZ", "MZXR", "MZXW7", "MZXW6YR", "M1", "M=", "M ", "ＭＹ"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
