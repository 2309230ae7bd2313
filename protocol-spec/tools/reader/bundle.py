"""Pairing, "Cells" and "Bundle": cells of first contact, and what an inviter leaves for a joiner."""

from dataclasses import dataclass

from . import codec, crypto, proof
from .codec import Reader
from .messages import check_question
from .rejected import Rejected, require

VERSION = 1
BUNDLE, MESSAGE1, REPLY, ANSWER, VERDICT = 1, 2, 3, 4, 5
PLAIN_LEN = 4056
LENGTHS = {
    BUNDLE: range(1314, 1838),
    MESSAGE1: range(2608, 2609),
    REPLY: range(1400, 1401),
    ANSWER: range(193, 194),
    VERDICT: range(129, 130),
}
TERMS_LIMIT = 2048


def plain_of(kind: int, content: bytes) -> bytes:
    """The plaintext of a cell."""
    head = bytes([VERSION, kind]) + len(content).to_bytes(2, "big")
    return (head + content).ljust(PLAIN_LEN, b"\0")


def seal_cell(key: bytes, nonce: bytes, plain: bytes) -> bytes:
    """A cell from its plaintext."""
    return nonce + crypto.xseal(key, nonce, b"", plain)


def open_cell(key: bytes, kind: int, cell: bytes) -> bytes:
    """The content of a cell of the kind that is waited for."""
    plain = crypto.xopen(key, cell[:24], b"", cell[24:])
    n = int.from_bytes(plain[2:4], "big")
    require(plain[0] == VERSION, "Version")
    require(plain[1] == kind, "Kind")
    require(n <= PLAIN_LEN - 4, "Limit")
    require(not any(plain[4 + n :]), "Padding")
    if kind != BUNDLE:
        require(n in LENGTHS[kind], "Kind")
    return plain[4 : 4 + n]


@dataclass(frozen=True)
class Terms:
    """What a bundle says."""

    dh: bytes
    kem: bytes
    mailbox: bytes
    expires: int
    question: str | None

    def encode(self) -> bytes:
        """Their bytes."""
        question = None if self.question is None else codec.text(self.question)
        return self.dh + self.kem + self.mailbox + codec.integer(self.expires) + codec.optional(question)


def read_terms(data: bytes) -> Terms:
    """Terms, as far as their encoding goes."""
    require(len(data) <= TERMS_LIMIT, "Limit")
    reader = Reader(data)
    dh, kem, mailbox = reader.take(32), reader.take(1184), reader.take(32)
    terms = Terms(dh, kem, mailbox, reader.integer(64), reader.optional(reader.text))
    reader.end()
    return terms


@dataclass(frozen=True)
class Bundle:
    """A bundle and what is bound to it."""

    terms: Terms
    m1: bytes
    context: bytes
    prologue: bytes


def bundle_of(content: bytes) -> Bundle:
    """A bundle from the content of its cell; nothing of it is judged but its form."""
    require(len(content) >= proof.M1_LEN, "Kind")
    terms, m1 = content[: -proof.M1_LEN], content[-proof.M1_LEN :]
    body = bytes([VERSION, BUNDLE]) + len(content).to_bytes(2, "big") + terms
    return Bundle(read_terms(terms), m1, crypto.sha256(body), crypto.sha256(body + m1))


def read_bundle(key: bytes, cell: bytes, now: int) -> Bundle:
    """What a joiner reads before the person is asked."""
    bundle = bundle_of(open_cell(key, BUNDLE, cell))
    if bundle.terms.question is not None:
        check_question(bundle.terms.question)
    crypto.check_contributory(bundle.terms.dh)
    crypto.kem_check(bundle.terms.kem)
    check_offer(bundle.m1)
    require(now < bundle.terms.expires, "Expired")
    return bundle


def check_offer(m1: bytes) -> None:
    """Reject an offer that is not two group elements."""
    try:
        proof.check_shares(m1)
    except Rejected:
        raise Rejected("PublicValue") from None
