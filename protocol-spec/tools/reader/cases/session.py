"""Session: its cases, recomputed."""

from .. import session
from ..crypto import dh, public_key, sha256
from ..random_source import system
from ..rejected import Rejected
from ..session import INVITER, JOINER, Session
from .values import Case, flip, stream, unhex

_DERIVED_MAX = 1000


def initial_keys(given: Case) -> Case:
    """RK, HKJ, HKI."""
    keys = session.initial_keys(unhex(given["id"]), unhex(given["root"]))
    return {name: key.hex() for name, key in zip(("root", "joiner_header", "inviter_header"), keys)}


def root_step(given: Case) -> Case:
    """RK', CK, NHK."""
    keys = session.root_step(unhex(given["root"]), unhex(given["shared"]))
    return {name: key.hex() for name, key in zip(("root", "chain", "next_header"), keys)}


def chain_step(given: Case) -> Case:
    """MK, CK'."""
    message, following = session.chain_step(unhex(given["chain"]))
    return {"message": message.hex(), "next": following.hex()}


def header(given: Case) -> Case:
    """A header's plaintext."""
    read = session.read_header(unhex(given["bytes"]))
    return {"dh": read.ratchet.hex(), "pn": read.pn, "n": read.n}


def body(given: Case) -> Case:
    """A body's plaintext, which zeros fill."""
    plain = unhex(given["bytes"]).ljust(session.BODY_LEN, b"\0")
    return {"content": session.read_body(plain).hex(), "sha256": sha256(plain).hex()}


def opened(given: Case) -> Case:
    """A cell of the joiner's that is put together by hand, as the inviter reads it."""
    ends = _ends(given)
    inviter = ends[INVITER]
    for _ in range(given.get("after", 0)):
        inviter.decrypt(ends[JOINER].encrypt(b"", system))
    nonce, head = unhex(given["nonce"]), unhex(given["header"])
    header_key, key = _keys_by_hand(given, head)
    plain = unhex(given["body"]).ljust(session.BODY_LEN, b"\0")
    name, sender = unhex(given.get("other_id", given["id"])), given.get("sender", JOINER)
    cell = flip(session.seal_cell(name, sender, nonce, header_key, key, head, plain), given.get("flip"))
    content = inviter.decrypt(cell)
    if given.get("twice"):
        inviter.decrypt(cell)
    return {"cell": _summary(cell), "content": content.hex()}


def exchange(given: Case) -> Case:
    """A whole exchange between both ends, which draw from one stream."""
    ends, draw = _ends(given), stream(given["seed"])
    cells: list[bytes] = []
    found: Case = {}
    for i, step in enumerate(given["steps"]):
        who, does, what = step.split()
        end = ends[JOINER if who == "joiner" else INVITER]
        if does == "seals":
            cells.append(end.encrypt(unhex(what), draw))
            found[f"{i:02} {step}"] = _summary(cells[-1])
        else:
            found[f"{i:02} {step}"] = end.decrypt(cells[int(what)]).hex()
    found["skipped keys of the inviter"] = ends[INVITER].skipped()
    return found


def course(given: Case) -> Case:
    """A course of both ends, which draw from one stream; what is refused is refused in silence."""
    ends, draw, now = _ends(given), stream(given["seed"]), 0
    cells: list[bytes] = []
    kept = []
    for step in given["steps"]:
        now = step.get("at", now)
        end = ends[JOINER if step["by"] == "joiner" else INVITER]
        if step["do"] == "seal":
            for _ in range(step.get("times", 1)):
                cells.append(end.encrypt(f"cell {len(cells)}".encode(), draw))
        else:
            _open(end, cells[step["cell"]], now, f"cell {step['cell']}", step["do"] == "refuse")
        kept.append(end.skipped())
    return {"kept": kept, "last": _summary(cells[-1])}


def _open(end: Session, cell: bytes, now: int, content: str, refuses: bool) -> None:
    try:
        opened = end.decrypt(cell, now)
    except Rejected:
        if refuses:
            return
        raise
    if refuses or opened != content.encode():
        raise ValueError(f"{content} was opened as {opened!r}")


def _ends(given: Case) -> dict[int, Session]:
    joiner, inviter = unhex(given["joiner"]), unhex(given["inviter"])
    name, root = unhex(given["id"]), unhex(given["root"])
    return {
        JOINER: Session(JOINER, name, root, joiner, public_key(inviter)),
        INVITER: Session(INVITER, name, root, inviter, public_key(joiner)),
    }


def _keys_by_hand(given: Case, head: bytes) -> tuple[bytes, bytes]:
    """Header key and message key of a header in the joiner's first or second chain."""
    own, peer = unhex(given["inviter"]), public_key(unhex(given["joiner"]))
    root, header_key, _ = session.initial_keys(unhex(given["id"]), unhex(given["root"]))
    root, chain, next_header = session.root_step(root, dh(own, peer))
    if given.get("next_chain"):
        header_key = next_header
        try:
            _, chain, _ = session.root_step(root, dh(own, head[1:33]))
        except Rejected:
            return header_key, bytes(32)
    n = int.from_bytes(head[37:41], "big")
    for _ in range(n if n < _DERIVED_MAX else 0):
        _, chain = session.chain_step(chain)
    return header_key, session.chain_step(chain)[0]


def _summary(cell: bytes) -> Case:
    return {"nonce_and_header": cell[:88].hex(), "sha256": sha256(cell).hex()}


KINDS = {
    "initial-keys": initial_keys, "root-step": root_step, "chain-step": chain_step, "header": header,
    "body": body, "open": opened, "exchange": exchange, "course": course,
}  # fmt: skip
