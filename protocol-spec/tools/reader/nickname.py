"""Proof, "Nicknames": what is typed, in normal form."""

import regex
import unicodedata2 as ucd

from .limits import WORD_GRAPHEMES_MIN, WORD_MAX
from .rejected import require

if ucd.unidata_version != "16.0.0":
    raise ImportError("the normal form is that of Unicode 16.0.0")

_IGNORABLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_BIDI = {0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_WHITE_SPACE = {*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F,
                0x205F, 0x3000}  # fmt: skip
_PUNCTUATION = {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"}

# Case foldings of CaseFolding.txt 16.0.0 that Python's own tables may be too old for.
_LATER_FOLDINGS = {
    0x1C89: "\u1c8a",
    0xA7CB: "\u0264",
    0xA7CC: "\ua7cd",
    0xA7DA: "\ua7db",
    0xA7DC: "\u019b",
    **{c: chr(c + 0x20) for c in range(0x10D50, 0x10D66)},
}


def normalise(typed: bytes) -> str:
    """The normal form of a word, or the rejection of it."""
    require(len(typed) <= WORD_MAX, "TooLong")
    word = typed.decode()
    _check_repertoire(word)
    word = "".join(c for c in word if not _ignorable(ord(c)))
    word = _nfkc(word)
    word = "".join(_fold(c) for c in word)
    word = _nfkc(word)
    word = "".join(c for c in word if not _dropped(c))
    word = _nfkc(word)
    require(word != "", "Empty")
    require(graphemes(word) >= WORD_GRAPHEMES_MIN, "TooShort")
    require(len(word.encode()) <= WORD_MAX, "TooLong")
    return word


def graphemes(word: str) -> int:
    """The number of extended grapheme clusters."""
    return len(regex.findall(r"\X", word))


def _check_repertoire(word: str) -> None:
    categories = [ucd.category(c) for c in word]
    require(not any(ord(c) in _BIDI for c in word), "Bidi")
    require("Cc" not in categories, "Control")
    require("Cn" not in categories and "Co" not in categories, "Unassigned")


def _nfkc(word: str) -> str:
    return ucd.normalize("NFKC", word)


def _fold(c: str) -> str:
    return _LATER_FOLDINGS.get(ord(c)) or c.casefold()


def _ignorable(c: int) -> bool:
    return any(first <= c <= last for first, last in _IGNORABLE)


def _dropped(c: str) -> bool:
    return ord(c) in _WHITE_SPACE or ucd.category(c) in _PUNCTUATION
