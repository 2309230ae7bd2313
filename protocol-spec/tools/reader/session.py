"""Session: the ratchet with encrypted headers, its cells and their keys."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from .crypto import dh, hkdf_sha256, hmac_sha256, open_sealed, public_key, seal, xopen, xseal
from .limits import CELL_LEN, MAX_SKIP, MAX_SKIP_TOTAL, SKIPPED_TTL
from .random_source import Draw
from .rejected import Rejected, require

JOINER, INVITER = 1, 2
VERSION = 1
HEADER_LEN = 48
BODY_LEN = 3992
CONTENT_MAX = BODY_LEN - 3
_NONCE = slice(0, 24)
_HEADER = slice(24, 88)
_BODY = slice(88, CELL_LEN)


def initial_keys(session_id: bytes, root: bytes) -> tuple[bytes, bytes, bytes]:
    """RK, HKJ, HKI."""
    keys = hkdf_sha256(session_id, root, b"nightjar/v1/session", 96)
    return keys[:32], keys[32:64], keys[64:]


def root_step(root: bytes, shared: bytes) -> tuple[bytes, bytes, bytes]:
    """RK', CK, NHK."""
    keys = hkdf_sha256(root, shared, b"nightjar/v1/ratchet", 96)
    return keys[:32], keys[32:64], keys[64:]


def chain_step(chain: bytes) -> tuple[bytes, bytes]:
    """MK, CK'."""
    return hmac_sha256(chain, b"\x01"), hmac_sha256(chain, b"\x02")


@dataclass(frozen=True)
class Header:
    """What a header says."""

    ratchet: bytes
    pn: int
    n: int

    def encode(self) -> bytes:
        """The header's plaintext."""
        numbers = self.pn.to_bytes(4, "big") + self.n.to_bytes(4, "big")
        return bytes([VERSION]) + self.ratchet + numbers + bytes(7)


def read_header(plain: bytes) -> Header:
    """A header from its plaintext."""
    require(plain[0] == VERSION, "Version")
    require(not any(plain[41:45]), "Epoch")
    require(not any(plain[45:48]), "Reserved")
    return Header(plain[1:33], int.from_bytes(plain[33:37], "big"), int.from_bytes(plain[37:41], "big"))


def body(content: bytes) -> bytes:
    """A body's plaintext."""
    return (b"\0" + len(content).to_bytes(2, "big") + content).ljust(BODY_LEN, b"\0")


def read_body(plain: bytes) -> bytes:
    """The content of a body."""
    n = int.from_bytes(plain[1:3], "big")
    require(plain[0] == 0, "PqKind")
    require(n <= CONTENT_MAX, "Length")
    require(not any(plain[3 + n :]), "Padding")
    return plain[3 : 3 + n]


def seal_cell(
    session_id: bytes, sender: int, nonce: bytes, header_key: bytes, key: bytes, header: bytes, plain: bytes
) -> bytes:
    """A cell from the plaintexts of its two parts."""
    ad = bytes([VERSION]) + session_id + bytes([sender])
    sealed = xseal(header_key, nonce, ad, header)
    return nonce + sealed + seal(key, nonce[:12], ad + nonce + sealed, plain)


@dataclass
class Chain:
    """A header key, a chain key and the number of the next message."""

    header: bytes
    key: bytes
    n: int = 0

    def next(self) -> bytes:
        """MK of the next message."""
        message, self.key = chain_step(self.key)
        self.n += 1
        return message


@dataclass
class State:
    """The table of "State", in its names."""

    root: bytes
    own: bytes
    peer: bytes
    sending: Chain | None
    receiving: Chain | None
    next_sending: bytes
    next_receiving: bytes
    pn: int = 0
    skipped: dict[tuple[bytes, int], tuple[bytes, int]] = field(default_factory=dict)
    now: int = 0


class Session:
    """One end of a session."""

    def __init__(self, side: int, session_id: bytes, root: bytes, own: bytes, peer: bytes) -> None:
        """`own` is this side's ratchet secret, `peer` the other's public key."""
        self.id, self.side = session_id, side
        rk, hkj, hki = initial_keys(session_id, root)
        rk, ck, nhk = root_step(rk, dh(own, peer))
        if side == JOINER:
            self.state = State(rk, own, peer, Chain(hkj, ck), None, nhk, hki)
        else:
            self.state = State(rk, own, peer, None, Chain(hkj, ck), hki, nhk)

    def encrypt(self, content: bytes, draw: Draw) -> bytes:
        """The next cell."""
        nonce, s = draw(24), self.state
        if s.sending is None:
            s.own = draw(32)
            s.root, ck, nhk = root_step(s.root, dh(s.own, s.peer))
            s.sending, s.next_sending = Chain(s.next_sending, ck), nhk
        header = Header(public_key(s.own), s.pn, s.sending.n).encode()
        key = s.sending.next()
        return seal_cell(self.id, self.side, nonce, s.sending.header, key, header, body(content))

    def decrypt(self, cell: bytes, now: int = 0, accept: Callable[[bytes], None] = lambda _: None) -> bytes:
        """The content, if `accept` does not reject it; what is rejected changes nothing."""
        trial = deepcopy(self.state)
        _forget(trial, now)
        peer = INVITER if self.side == JOINER else JOINER
        ad = bytes([VERSION]) + self.id + bytes([peer])
        try:
            key = _message_key(trial, cell, ad)
            plain = open_sealed(key, cell[:12], ad + cell[: _HEADER.stop], cell[_BODY])
            content = read_body(plain)
        except Rejected:
            raise Rejected("Undecryptable") from None
        accept(content)
        self.state = trial
        return content

    def skipped(self) -> int:
        """How many keys are kept for cells that others overtook."""
        return len(self.state.skipped)


def _open_header(key: bytes, cell: bytes, ad: bytes) -> Header | None:
    try:
        plain = xopen(key, cell[_NONCE], ad, cell[_HEADER])
    except Rejected:
        return None
    return read_header(plain)


def _message_key(s: State, cell: bytes, ad: bytes) -> bytes:
    """MK of the cell, by the steps of "Receiving"."""
    if s.receiving and (header := _open_header(s.receiving.header, cell, ad)):
        return _in_chain(s, s.receiving, header.n)
    if header := _open_header(s.next_receiving, cell, ad):
        return _in_chain(s, _next_chain(s, header), header.n)
    for ended in {key for key, _ in s.skipped}:
        header = _open_header(ended, cell, ad)
        if header and (ended, header.n) in s.skipped:
            return s.skipped.pop((ended, header.n))[0]
    raise Rejected("Undecryptable")


def _in_chain(s: State, chain: Chain, n: int) -> bytes:
    if n < chain.n:
        require((chain.header, n) in s.skipped, "Undecryptable")
        return s.skipped.pop((chain.header, n))[0]
    _skip(s, chain, n)
    return chain.next()


def _next_chain(s: State, header: Header) -> Chain:
    require(header.n <= MAX_SKIP, "Undecryptable")
    if s.receiving:
        require(header.pn >= s.receiving.n, "Undecryptable")
        _skip(s, s.receiving, header.pn)
    s.peer = header.ratchet
    s.root, ck, nhk = root_step(s.root, dh(s.own, s.peer))
    s.receiving, s.next_receiving = Chain(s.next_receiving, ck), nhk
    s.pn, s.sending = s.sending.n if s.sending else s.pn, None
    return s.receiving


def _skip(s: State, chain: Chain, until: int) -> None:
    """Keep the keys of the messages before `until`."""
    require(until - chain.n <= MAX_SKIP, "Undecryptable")
    while chain.n < until:
        n = chain.n
        s.skipped[chain.header, n] = (chain.next(), s.now + SKIPPED_TTL)
    of_chain = [key for key in s.skipped if key[0] == chain.header]
    for key in of_chain[: max(0, len(of_chain) - MAX_SKIP)]:
        del s.skipped[key]
    for key in list(s.skipped)[: max(0, len(s.skipped) - MAX_SKIP_TOTAL)]:
        del s.skipped[key]


def _forget(s: State, now: int) -> None:
    """Skipped keys whose time is over, and none for longer than its time from now."""
    s.now = now
    ends = {key: (kept, min(end, now + SKIPPED_TTL)) for key, (kept, end) in s.skipped.items()}
    s.skipped = {key: (kept, end) for key, (kept, end) in ends.items() if now < end}
