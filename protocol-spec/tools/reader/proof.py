"""Proof: one remembered word and a duress word, in two slots of CPace."""

from dataclasses import dataclass

from . import cpace
from .crypto import same, sha256
from .random_source import Draw
from .rejected import require
from .ristretto import decode

M1_LEN, M2_LEN, M3_LEN = 64, 192, 64
NO_QUESTION = b"nightjar/noask/v1\0"
_WORD = b"nightjar/nick/v1\0"
_CI = cpace.lv_cat(b"asker", b"answerer")


def prs(word: str | None) -> bytes:
    """PRS of a word in normal form, or of "not asked"."""
    return NO_QUESTION if word is None else _WORD + word.encode()


def sid(context: bytes, attempt: int, slot: int) -> bytes:
    """sid_i."""
    parts = (b"nightjar/proof-sid/v1", context, attempt.to_bytes(4, "big"), bytes([slot]))
    return sha256(cpace.lv_cat(*parts))


def halves(m: bytes) -> tuple[bytes, bytes]:
    """The two shares at the front of M1 or M2."""
    return m[:32], m[32:64]


def check_shares(m: bytes) -> None:
    """Reject shares that scalar_mult_vfy would."""
    for share in halves(m):
        cpace.scalar_mult_vfy(1, share)


@dataclass
class Judged:
    """What an asker has of one M2."""

    verdict: str
    m3: bytes
    isk: bytes | None


class Asker:
    """The side that knows the answer: makes M1, judges one M2. Its values stay open for the worked example."""

    def __init__(self, real: bytes, duress: bytes | None, context: bytes, attempt: int, draw: Draw) -> None:
        require(real != duress, "SameWord")
        self.real_slot = draw(1)[0] & 1
        self.filler = draw(32)
        self.y = [cpace.scalar(draw(64)) for _ in range(2)]
        self.sid = [sid(context, attempt, slot) for slot in range(2)]
        other = self.filler if duress is None else duress
        words = [real, other] if self.real_slot == 0 else [other, real]
        self.g = [cpace.generator(word, _CI, s) for word, s in zip(words, self.sid, strict=True)]
        self.m1 = b"".join((y * g).encode() for y, g in zip(self.y, self.g, strict=True))

    def handle(self, m2: bytes, statement: bytes, draw: Draw) -> Judged:
        """The verdict on M2; rejects a share that is no group element, and draws nothing then."""
        ada, adb = self.m1, m2[:64] + statement
        keys, matched = [], []
        for i in range(2):
            ours, theirs = halves(self.m1)[i], halves(m2)[i]
            k = cpace.scalar_mult_vfy(self.y[i], theirs)
            key = cpace.isk(self.sid[i], k, cpace.transcript_ir(ours, ada, theirs, adb))
            tag = cpace.confirmation(key, self.sid[i], theirs, adb)
            keys.append(key)
            matched.append(same(tag, m2[64 + 64 * i : 128 + 64 * i]))
        m3 = draw(M3_LEN)
        if matched[0] == matched[1]:
            return Judged("mismatch", m3, None)
        slot = matched.index(True)
        verdict = "verified" if slot == self.real_slot else "duress"
        m3 = cpace.confirmation(keys[slot], self.sid[slot], halves(self.m1)[slot], ada)
        return Judged(verdict, m3, keys[slot])


class Answerer:
    """The side that types a word: answers one M1, reads one M3."""

    def __init__(
        self, words: bytes | tuple[bytes, bytes], m1: bytes, context: bytes, attempt: int, statement: bytes, draw: Draw
    ) -> None:
        """`words` is one word for both slots; an impostor may take two."""
        pair = (words, words) if isinstance(words, bytes) else words
        y = [cpace.scalar(draw(64)) for _ in range(2)]
        self.sid = sids = [sid(context, attempt, slot) for slot in range(2)]
        for share in halves(m1):
            decode(share)
        self.g = [cpace.generator(word, _CI, s) for word, s in zip(pair, sids, strict=True)]
        shares = [(y[i] * self.g[i]).encode() for i in range(2)]
        adb = b"".join(shares) + statement
        tags = []
        self.isk, self.expected = [], []
        for i in range(2):
            theirs = halves(m1)[i]
            k = cpace.scalar_mult_vfy(y[i], theirs)
            key = cpace.isk(sids[i], k, cpace.transcript_ir(theirs, m1, shares[i], adb))
            tags.append(cpace.confirmation(key, sids[i], shares[i], adb))
            self.isk.append(key)
            self.expected.append(cpace.confirmation(key, sids[i], theirs, m1))
        self.m2 = b"".join(shares) + b"".join(tags)

    def handle(self, m3: bytes) -> bytes | None:
        """ISK of the slot whose tag agrees, or None on a mismatch."""
        agreed = [same(tag, m3) for tag in self.expected]
        return self.isk[agreed.index(True)] if any(agreed) else None
