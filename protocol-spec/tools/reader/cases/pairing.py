"""Pairing: its cases, recomputed.

A case that shows one cell starts from a pairing of its own; what the case does not name is the base
below, and may be anything that is right.
"""

from dataclasses import replace

from .. import bundle as cells
from .. import codec, crypto, invite, nickname, proof
from ..bundle import ANSWER, BUNDLE, MESSAGE1, REPLY, VERDICT, Terms
from ..pairing import Inviter, Joiner
from ..random_source import Stream
from .values import Case, flip, stream, unhex, unmoved, write_at

_NOW = 1_800_000_000
_EXPIRES = _NOW + 1800
_QUESTION = "별명은?"
_REAL, _WRONG = "꼬맹이", "왕눈이"
_MAILBOX = "01723f531d05d629a0b2cabc0c5b742c596019b030d9071b220178d537434dc5"
_KEYS = invite.Keys.of(b"\x21" * 32, bytes(range(16)))


def pairing(given: Case) -> Case:
    """A whole pairing: every cell and key."""
    keys = invite.read_link(given["link"]).keys()
    question = given.get("question")
    words = (_prs(given.get("real")), _prs(given["duress"]) if "duress" in given else None)
    asks, answers = stream(given["inviter_seed"]), stream(given["joiner_seed"])
    now = given["now"]
    inviter = Inviter(keys, question, given["expires"], words, asks)
    joiner = Joiner(keys, cells.read_bundle(keys.bundle, inviter.bundle_cell, now))
    said, told = [inviter.bundle_cell], {"inviter": [], "joiner": []}
    for typed in given["typed"]:
        answer = joiner.answer(now, _prs(typed), answers)
        reply, outcome = inviter.handle(now, answer, asks)
        told["inviter"].append(outcome)
        told["joiner"].append(joiner.handle(reply))
        said += [answer, reply]
    return {"cells": [cell.hex() for cell in said], **told, **_figures(inviter, joiner)}


def _figures(inviter: Inviter, joiner: Joiner) -> Case:
    agreed = inviter.agreed
    shared = (agreed.h, agreed.ss2, agreed.psk2, agreed.retry_to_joiner, agreed.retry_to_inviter)
    other = joiner.agreed
    if shared != (other.h, other.ss2, other.psk2, other.retry_to_joiner, other.retry_to_inviter):
        raise ValueError("the two sides disagree")
    figures = {
        "context_1": inviter.bundle.context, "prologue": inviter.bundle.prologue, "h": agreed.h,
        "psk2": agreed.psk2, "ss2": agreed.ss2, "r_inviter": agreed.r_inviter, "r_joiner": agreed.r_joiner,
        "retry_to_inviter": agreed.retry_to_inviter, "retry_to_joiner": agreed.retry_to_joiner,
    }  # fmt: skip
    if inviter.paired:
        if inviter.paired != joiner.paired:
            raise ValueError("the two sides have other keys")
        figures |= {
            "isk": inviter.paired.isk, "root": inviter.paired.root,
            "joiner_mailbox": agreed.peer_mailbox, "inviter_mailbox": other.peer_mailbox,
        }  # fmt: skip
    return {name: value.hex() for name, value in figures.items()}


def bundle(given: Case) -> Case:
    """A bundle that is put together by hand, as a joiner reads it."""
    question: bytes | None = unhex(given["question"]) if "question" in given else _QUESTION.encode()
    kem, _ = crypto.kem_key(bytes(64))
    terms = Terms(
        unhex(given["dh"]) if "dh" in given else crypto.public_key(b"\x05" * 32),
        unhex(given["kem"]) if "kem" in given else kem,
        unhex(_MAILBOX),
        given.get("expires", _EXPIRES),
        None,
    ).encode()
    if not given.get("no_question"):
        terms = terms[:-1] + codec.optional(codec.octets(question))
    m1 = unhex(given["m1"]) if "m1" in given else proof.Asker(_prs(_REAL), None, b"", 1, Stream(b"m1")).m1
    content = terms + unhex(given.get("behind_terms", "")) + m1
    plain = write_at(cells.plain_of(BUNDLE, content), given.get("plain"))
    key = unhex(given["key"]) if "key" in given else _KEYS.bundle
    cell = flip(cells.seal_cell(key, bytes(24), plain), given.get("flip"))
    read = cells.read_bundle(_KEYS.bundle, cell, given.get("now", _NOW))
    return {
        "attempts_left": 3,
        "expires": read.terms.expires,
        "mailbox": read.terms.mailbox.hex(),
        "question": read.terms.question,
    }


class _Base:
    """A pairing as far as its first cells; each end draws from a stream of its own."""

    def __init__(self, typed: str) -> None:
        self.draw, self.joins = Stream(b"inviter"), Stream(b"joiner")
        self.inviter = Inviter(_KEYS, _QUESTION, _EXPIRES, (_prs(_REAL), None), self.draw)
        self.joiner = Joiner(_KEYS, self.inviter.bundle)
        self.cell = self.joiner.answer(_NOW, _prs(typed), self.joins)

    def mismatch(self) -> None:
        """One more attempt that did not match."""
        reply, _ = self.inviter.handle(_NOW, self.cell, self.draw)
        self.joiner.handle(reply)

    def again(self, typed: str) -> None:
        """The next answer."""
        self.cell = self.joiner.answer(_NOW, _prs(typed), self.joins)


def message1(given: Case) -> Case:
    """A message 1, as the inviter judges it."""
    base = _Base(_REAL)
    joiner = base.joiner
    payload = write_at(joiner.payload, given.get("payload")) + unhex(given.get("payload_longer", ""))
    payload = payload[: len(payload) - given.get("payload_shorter", 0)]
    if "bundle" in given:
        plain = cells.plain_of(BUNDLE, base.inviter.bundle.terms.encode() + base.inviter.bundle.m1)
        plain = write_at(plain, given["bundle"])
        n = int.from_bytes(plain[2:4], "big")
        joiner.bundle = cells.bundle_of(plain[4 : 4 + n])
    if "psk0" in given:
        joiner._keys = replace(_KEYS, psk0=unhex(given["psk0"]))
    joiner.message1(payload, unhex(given.get("longer", "")))
    cell = _made_again(given, _KEYS.pairing, MESSAGE1, joiner.content)
    if "after" in given:
        other = _Base(_REAL)
        other.joiner = Joiner(_KEYS, base.inviter.bundle)
        earlier = cell if given["after"] == "itself" else other.joiner.answer(_NOW, _prs(_REAL), Stream(b"other"))
        base.inviter.handle(_NOW, earlier, base.draw)
    genuine = earlier if "after" in given else base.cell
    return {"inviter": _judged(base, given, cell, genuine)}


def reply(given: Case) -> Case:
    """A reply to a wrong word that is taken apart and put together again, as the joiner reads it."""
    base = _Base(_WRONG)
    sealed, _ = base.inviter.handle(_NOW, base.cell, base.draw)
    payload = write_at(base.inviter.reply_payload, given.get("payload"))
    message2 = base.inviter.reply_noise.write_message(payload)
    offer = cells.open_cell(_KEYS.pairing, REPLY, sealed)[1296:]
    if "offer" in given:
        key = base.inviter.agreed.retry_to_joiner
        offer = cells.seal_cell(key, offer[:24], unhex(given["offer"]))
    content = message2 + write_at(offer, given.get("sealed_offer")) + unhex(given.get("longer", ""))
    cell = _made_again(given, _KEYS.pairing, REPLY, content)
    return {"joiner": unmoved(lambda: base.joiner.handle(cell), lambda: base.joiner.handle(sealed))}


def answer(given: Case) -> Case:
    """Answer 2 with the right word, as the inviter judges it."""
    base = _Base(_WRONG)
    base.mismatch()
    base.again(_REAL)
    agreed = base.inviter.agreed
    content = cells.open_cell(agreed.retry_to_inviter, ANSWER, base.cell) + unhex(given.get("longer", ""))
    key = agreed.retry_to_joiner if given.get("wrong_direction") else agreed.retry_to_inviter
    cell = _made_again(given, key, ANSWER, content)
    return {"inviter": _judged(base, given, cell, base.cell)}


def verdict(given: Case) -> Case:
    """The verdict on a wrong answer 2, or 3, as the joiner reads it."""
    base = _Base(_WRONG)
    for _ in range(2 if given.get("last") else 1):
        base.mismatch()
        base.again(_WRONG)
    agreed = base.inviter.agreed
    sealed, _ = base.inviter.handle(_NOW, base.cell, base.draw)
    content = cells.open_cell(agreed.retry_to_joiner, VERDICT, sealed)
    if "next_offer" in given:
        content = content[:65] + unhex(given["next_offer"])
    key = agreed.retry_to_inviter if given.get("wrong_direction") else agreed.retry_to_joiner
    cell = _made_again(given, key, VERDICT, content + unhex(given.get("longer", "")))
    return {"joiner": unmoved(lambda: base.joiner.handle(cell), lambda: base.joiner.handle(sealed))}


def _judged(base: _Base, given: Case, cell: bytes, genuine: bytes) -> str:
    """The inviter's outcome on the cell."""
    inviter, now = base.inviter, given.get("now", _NOW)
    judge = lambda: inviter.handle(now, cell, base.draw)[1]  # noqa: E731
    return unmoved(judge, lambda: inviter.handle(_NOW, genuine, base.draw))


def _made_again(given: Case, key: bytes, kind: int, content: bytes) -> bytes:
    """A cell of this content, with the case's changes of its plaintext and of itself."""
    plain = write_at(cells.plain_of(kind, content), given.get("plain"))
    return flip(cells.seal_cell(key, bytes(24), plain), given.get("flip"))


def _prs(word: str | None) -> bytes:
    return proof.prs(None if word is None else nickname.normalise(word.encode()))


KINDS = {
    "pairing": pairing, "bundle": bundle, "message1": message1, "reply": reply, "answer": answer,
    "verdict": verdict,
}  # fmt: skip
