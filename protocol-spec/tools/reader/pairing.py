"""Pairing: both ends of first contact, and the keys that a session starts from."""

from copy import deepcopy
from dataclasses import dataclass, field

from . import bundle as cells
from . import crypto, proof
from .bundle import ANSWER, MESSAGE1, REPLY, VERDICT, Bundle, Terms
from .crypto import hkdf_sha256, hkdf_sha512, public_key, sha256
from .invite import Keys
from .limits import ATTEMPTS_MAX
from .noise import Handshake
from .random_source import Draw
from .rejected import Rejected, require
from .wire import mailbox_id

_PATTERN = "NKpsk0+psk2"


@dataclass(frozen=True)
class Paired:
    """What pairing hands to the session, and what the vectors look at."""

    h: bytes
    root: bytes
    isk: bytes


@dataclass
class Agreed:
    """What message 1 and the reply agreed, without the word."""

    h: bytes
    ss2: bytes
    r_inviter: bytes
    r_joiner: bytes
    own_ratchet: bytes
    own_mailbox_key: bytes
    peer_ratchet: bytes
    peer_mailbox: bytes
    psk2: bytes
    retry_to_joiner: bytes = field(init=False)
    retry_to_inviter: bytes = field(init=False)

    def __post_init__(self) -> None:
        keys = hkdf_sha512(self.h, self._ikm(), b"nightjar/v1/retry", 64)
        self.retry_to_joiner, self.retry_to_inviter = keys[:32], keys[32:]

    def paired(self, isk: bytes) -> Paired:
        """The session's root, once a word matched."""
        return Paired(self.h, hkdf_sha512(self.h, isk + self._ikm(), b"nightjar/v1/root"), isk)

    def _ikm(self) -> bytes:
        return self.ss2 + self.r_inviter + self.r_joiner


def outcome_of(verdict: str, asked: bool, attempt: int) -> str:
    """A verdict as a person is told it."""
    if verdict == "mismatch":
        return f"Mismatch, {ATTEMPTS_MAX - attempt} left"
    return verdict.capitalize() if asked else "Unproved"


def psk2_of(handshake: Handshake, ss1: bytes) -> bytes:
    """psk2, from the hash after message 1 and its encapsulated secret."""
    return hkdf_sha256(handshake.hash, ss1, b"nightjar/v1/noise-psk2/mlkem768")


class Inviter:
    """The side that asks: a bundle, then a cell back for each answer."""

    def __init__(
        self, keys: Keys, question: str | None, expires: int, words: tuple[bytes, bytes | None], draw: Draw
    ) -> None:
        """`words` are PRS: of the real word or of "not asked", and of the duress word."""
        self._keys, self._words = keys, words
        self._dh = draw(32)
        kem, self._kem = crypto.kem_key(draw(64))
        self.pairing_mailbox_key = draw(32)
        terms = Terms(public_key(self._dh), kem, mailbox_id(self.pairing_mailbox_key), expires, question)
        content = terms.encode()
        n = (len(content) + proof.M1_LEN).to_bytes(2, "big")
        context = sha256(bytes([cells.VERSION, cells.BUNDLE]) + n + content)
        self._asker = proof.Asker(*words, context, 1, draw)
        content += self._asker.m1
        self.bundle = cells.bundle_of(content)
        self.bundle_cell = cells.seal_cell(keys.bundle, draw(24), cells.plain_of(cells.BUNDLE, content))
        self.attempt, self.over = 1, False
        self.agreed: Agreed | None = None
        self.paired: Paired | None = None
        self.paired_verdict = ""
        self._answered: list[bytes] = []
        self.last_reply = b""

    def handle(self, now: int, cell: bytes, draw: Draw) -> tuple[bytes, str]:
        """The cell that goes back, and the outcome."""
        digest = sha256(cell)
        if digest in self._answered:
            require(digest == self._answered[-1], "Stale")
            return self.last_reply, "Repeated"
        if self.agreed is None:
            reply, verdict = self._message1(now, cell, draw)
        else:
            reply, verdict = self._answer(now, cell, draw)
        outcome = outcome_of(verdict, self.bundle.terms.question is not None, self.attempt)
        self.over = verdict != "mismatch" or self.attempt == ATTEMPTS_MAX
        self.attempt += 1
        self._answered.append(digest)
        self.last_reply = reply
        return reply, outcome

    def _message1(self, now: int, cell: bytes, draw: Draw) -> tuple[bytes, str]:
        content = cells.open_cell(self._keys.pairing, MESSAGE1, cell)
        require(now < self.bundle.terms.expires, "Expired")
        psks = {0: self._keys.psk0}
        noise = Handshake(
            _PATTERN, self.bundle.prologue, initiator=False, static=self._dh, ephemeral=b"", psks=psks
        )
        said = read_message1(noise.read_message(content))
        ss1 = crypto.kem_decaps(self._kem, said.ciphertext)
        psk2 = noise.psks[2] = psk2_of(noise, ss1)
        ss2, ciphertext = crypto.kem_encaps(said.kem, draw(32))
        ratchet, mailbox_key, r_inviter = draw(32), draw(32), draw(32)
        judged = self._judge(said.m2, draw)
        noise.set_ephemeral(draw(32))
        payload = ciphertext + mailbox_id(mailbox_key) + public_key(ratchet) + r_inviter + judged.m3
        self.reply_noise, self.reply_payload = deepcopy(noise), payload
        message2 = noise.write_message(payload)
        agreed = Agreed(
            noise.hash, ss2, r_inviter, said.r_joiner, ratchet, mailbox_key, said.ratchet, said.mailbox, psk2
        )
        self._finish(agreed, judged)
        self._asker = proof.Asker(*self._words, agreed.h, 2, draw)
        offer = cells.seal_cell(agreed.retry_to_joiner, draw(24), self._asker.m1)
        plain = cells.plain_of(REPLY, message2 + offer)
        return cells.seal_cell(self._keys.pairing, draw(24), plain), judged.verdict

    def _answer(self, now: int, cell: bytes, draw: Draw) -> tuple[bytes, str]:
        agreed = self.agreed
        if agreed is None or self.over or self._opens_as_message1(cell):
            raise Rejected("Taken")
        content = cells.open_cell(agreed.retry_to_inviter, ANSWER, cell)
        require(content[0] == self.attempt, "Kind")
        require(now < self.bundle.terms.expires, "Expired")
        judged = self._judge(content[1:], draw)
        self._finish(agreed, judged)
        if self.attempt < ATTEMPTS_MAX:
            self._asker = proof.Asker(*self._words, agreed.h, self.attempt + 1, draw)
            again = self._asker.m1
        else:
            again = draw(proof.M1_LEN)
        plain = cells.plain_of(VERDICT, bytes([self.attempt]) + judged.m3 + again)
        return cells.seal_cell(agreed.retry_to_joiner, draw(24), plain), judged.verdict

    def _judge(self, m2: bytes, draw: Draw) -> proof.Judged:
        try:
            return self._asker.handle(m2, b"", draw)
        except Rejected:
            return proof.Judged("mismatch", draw(proof.M3_LEN), None)

    def _finish(self, agreed: Agreed, judged: proof.Judged) -> None:
        self.agreed = agreed
        if judged.isk is not None:
            self.paired, self.paired_verdict = agreed.paired(judged.isk), judged.verdict

    def _opens_as_message1(self, cell: bytes) -> bool:
        try:
            cells.open_cell(self._keys.pairing, MESSAGE1, cell)
        except Rejected:
            return False
        return True


@dataclass(frozen=True)
class Message1:
    """The payload of message 1."""

    ciphertext: bytes
    kem: bytes
    mailbox: bytes
    ratchet: bytes
    r_joiner: bytes
    m2: bytes


def read_message1(payload: bytes) -> Message1:
    """A payload of message 1, judged but for M2."""
    require(len(payload) == 2560, "Kind")
    ciphertext, kem, rest = payload[:1088], payload[1088:2272], payload[2272:]
    said = Message1(ciphertext, kem, rest[:32], rest[32:64], rest[64:96], rest[96:])
    crypto.check_contributory(said.ratchet)
    crypto.kem_check(said.kem)
    return said


class Joiner:
    """The side that types a word."""

    def __init__(self, keys: Keys, bundle: Bundle) -> None:
        self._keys, self.bundle = keys, bundle
        self._m1 = bundle.m1
        self.attempt = 1
        self.payload, self.nonce = b"", b""
        self.agreed: Agreed | None = None
        self.paired: Paired | None = None
        self._answerer: proof.Answerer | None = None

    def answer(self, now: int, word: bytes, draw: Draw) -> bytes:
        """The cell that goes out for a typed word, which is its PRS."""
        require(self._answerer is None and self.paired is None and self.attempt <= ATTEMPTS_MAX, "State")
        require(now < self.bundle.terms.expires, "Expired")
        if self.agreed is None:
            self._prepare(word, draw)
            return self.message1(self.payload)
        self._answerer = proof.Answerer(word, self._m1, self.agreed.h, self.attempt, b"", draw)
        plain = cells.plain_of(ANSWER, bytes([self.attempt]) + self._answerer.m2)
        return cells.seal_cell(self.agreed.retry_to_inviter, draw(24), plain)

    def _prepare(self, word: bytes, draw: Draw) -> None:
        self._ss1, ciphertext = crypto.kem_encaps(self.bundle.terms.kem, draw(32))
        kem, self._kem = crypto.kem_key(draw(64))
        self._ratchet, self.mailbox_key, self._r = draw(32), draw(32), draw(32)
        self._answerer = proof.Answerer(word, self.bundle.m1, self.bundle.context, 1, b"", draw)
        self._ephemeral, self.nonce = draw(32), draw(24)
        self.payload = b"".join(
            (ciphertext, kem, mailbox_id(self.mailbox_key), public_key(self._ratchet), self._r, self._answerer.m2)
        )

    def message1(self, payload: bytes, longer: bytes = b"") -> bytes:
        """Message 1 with this payload, and bytes behind it."""
        self._noise = Handshake(
            _PATTERN, self.bundle.prologue, initiator=True, static=self.bundle.terms.dh,
            ephemeral=self._ephemeral, psks={0: self._keys.psk0},
        )  # fmt: skip
        self.content = self._noise.write_message(payload) + longer
        return cells.seal_cell(self._keys.pairing, self.nonce, cells.plain_of(MESSAGE1, self.content))

    def handle(self, cell: bytes) -> str:
        """The outcome of a reply or verdict."""
        require(self._answerer is not None, "State")
        m3, self._m1 = self._reply(cell) if self.agreed is None else self._verdict(cell)
        isk = self._answerer.handle(m3)
        verdict = "mismatch" if isk is None else "verified"
        outcome = outcome_of(verdict, self.bundle.terms.question is not None, self.attempt)
        if isk is not None:
            self.paired = self.agreed.paired(isk)
        self._answerer, self.attempt = None, self.attempt + 1
        return outcome

    def _reply(self, cell: bytes) -> tuple[bytes, bytes]:
        content = cells.open_cell(self._keys.pairing, REPLY, cell)
        message2, offer = content[:1296], content[1296:]
        noise = deepcopy(self._noise)
        psk2 = noise.psks[2] = psk2_of(noise, self._ss1)
        payload = noise.read_message(message2)
        ciphertext, rest = payload[:1088], payload[1088:]
        mailbox, ratchet, r_inviter, m3 = rest[:32], rest[32:64], rest[64:96], rest[96:]
        crypto.check_contributory(ratchet)
        ss2 = crypto.kem_decaps(self._kem, ciphertext)
        agreed = Agreed(
            noise.hash, ss2, r_inviter, self._r, self._ratchet, self.mailbox_key, ratchet, mailbox, psk2
        )
        m1 = crypto.xopen(agreed.retry_to_joiner, offer[:24], b"", offer[24:])
        cells.check_offer(m1)
        self.agreed = agreed
        return m3, m1

    def _verdict(self, cell: bytes) -> tuple[bytes, bytes]:
        content = cells.open_cell(self.agreed.retry_to_joiner, VERDICT, cell)
        require(content[0] == self.attempt, "Kind")
        m3, m1 = content[1:65], content[65:]
        if self.attempt < ATTEMPTS_MAX:
            cells.check_offer(m1)
        return m3, m1
