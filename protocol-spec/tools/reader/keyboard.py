"""Proof, "Keyboards": Latin letters read as the keys of the two-set layout (KS X 5002)."""

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_KEYS = dict(zip("rsefaqtdwczxvgkoiujphynbml", "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎㅏㅐㅑㅕㅓㅔㅗㅛㅜㅠㅡㅣ", strict=True))
_SHIFTED = dict(zip("REQTWOP", "ㄲㄸㅃㅆㅉㅒㅖ", strict=True))
_COMPOUNDS = {
    "ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ",
    "ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ",
    "ㄹㅌ": "ㄾ", "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ",
}  # fmt: skip


def hangul(typed: str) -> str | None:
    """The syllables that the keys make, with spaces as they are, or None if they do not."""
    words = [_word(word) for word in typed.split(" ")]
    if any(word is None for word in words) or not any(words):
        return None
    return " ".join(word or "" for word in words)


def _jamo(key: str) -> str | None:
    return _SHIFTED.get(key) or _KEYS.get(key.lower())


def _word(keys: str) -> str | None:
    """One word's syllables: initial, vowel, and what is left over before the next initial."""
    found = [_jamo(key) for key in keys]
    jamo = [j for j in found if j is not None]
    if len(jamo) < len(found):
        return None
    out, i = "", 0
    while i < len(jamo):
        if jamo[i] not in _INITIALS or i + 1 == len(jamo) or jamo[i + 1] not in _VOWELS:
            return None
        initial, vowel, i = jamo[i], jamo[i + 1], i + 2
        if i < len(jamo) and vowel + jamo[i] in _COMPOUNDS:
            vowel, i = _COMPOUNDS[vowel + jamo[i]], i + 1
        consonants = ""
        while i < len(jamo) and jamo[i] not in _VOWELS:
            consonants, i = consonants + jamo[i], i + 1
        if i < len(jamo):
            consonants, i = consonants[:-1], i - 1
        final = _COMPOUNDS.get(consonants, consonants) or " "
        if len(final) > 1 or final not in _FINALS:
            return None
        code = (_INITIALS.index(initial) * 21 + _VOWELS.index(vowel)) * 28 + _FINALS.index(final)
        out += chr(0xAC00 + code)
    return out
