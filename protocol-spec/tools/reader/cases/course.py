"""Courses of transfers and questions: three parties, who hear one another at once unless a step says otherwise."""

from typing import Any

from .. import amount, messages, nickname, proof
from ..amount import Amount
from ..family import Family
from ..ledger import Broker, Transfer
from ..limits import ATTEMPTS_MAX
from ..sender import Sender
from .values import Case, steps_of, stream, unhex, write_at

START = 1_800_000_000
Party = Sender | Broker | Family


class World:
    """A sender who made both invites, a broker, a family."""

    def __init__(self, given: Case) -> None:
        sessions = {"family": unhex(given["family_session"]), "broker": unhex(given.get("broker_session", "b0*32"))}
        self.now = START
        self.sender = Sender(sessions, stream(given["sender_seed"]))
        self.broker = Broker()
        self.family = Family({"sender": sessions["family"]}, stream(given["family_seed"]))
        self.parties: dict[str, Party] = {"sender": self.sender, "broker": self.broker, "family": self.family}
        self.said: list[tuple[str, str, bytes, int]] = []

    def settle(self, lost: bool) -> None:
        """All that was said leaves, and is heard at once unless it is lost."""
        while pending := next(((name, p) for name, p in self.parties.items() if p.out.said), None):
            name, party = pending
            said, party.out.said = party.out.said, []
            for to, message, deadline in said:
                data = messages.encode(message)
                self.said.append((name, to, data, deadline - START))
                if not lost:
                    self.hear(to, name, data)

    def hear(self, by: str, sender: str, data: bytes) -> None:
        """A party hears a message of another."""
        party = self.parties[by]
        party.pass_time(self.now)
        party.hear(self.now, sender, messages.decode(data))


def words(step: Case) -> tuple[str, tuple[bytes, bytes | None]] | None:
    """A step's question with its words, as PRS."""
    if "question" not in step:
        return None
    return step["question"], (_prs(step["real"]), _prs(step["duress"]) if "duress" in step else None)


def play(world: World, step: Case) -> Case:
    """What comes of a step."""
    world.now = START + step["at"] if "at" in step else world.now
    first, party = len(world.said), world.parties[step["by"]]
    party.pass_time(world.now)
    found: Case = _look(party) if step["do"] == "look" else {}
    if step["do"] not in ("look", "tick"):
        _DO[step["do"].replace(" ", "_")](world, step)
    world.settle(step.get("lost", False))
    says = [
        {"from": f, "to": to, "bytes": data.hex(), "deadline": deadline}
        for f, to, data, deadline in world.said[first:]
    ]
    if says:
        found["says"] = says
    for name, one in world.parties.items():
        learned, one.out.learned = one.out.learned, []
        if learned:
            found[f"{name}_learns"] = learned
    return found


def course(given: Case) -> Case:
    """All steps of a course."""
    world = World(given)
    return {"steps": steps_of(given["steps"], lambda step: play(world, step))}


def _prs(word: str) -> bytes:
    return proof.prs(nickname.normalise(word.encode()))


def _open(world: World, step: Case) -> None:
    contacts = ("family", "family" if step.get("same") else "broker")
    promised, lifetime = _amount(step["promised"]), step.get("lifetime", 259200)
    world.sender.open(world.now, contacts, promised, step.get("note", ""), lifetime, words(step))


def _prepare(world: World, step: Case) -> None:
    world.sender.asks.prepare("family", *words(step))


def _ask(world: World, step: Case) -> None:
    names = [transfer.name for transfer in world.sender.transfers] or [bytes(16)]
    about = names[-1] if step.get("about") else None
    world.sender.ask(world.now, "family", words(step), about, step.get("lifetime", 3600))


def _answer(world: World, step: Case) -> None:
    world.family.answer(world.now, _prs(step["word"]))


def _confirm(world: World, step: Case) -> None:
    hashes = unhex(step.get("evidence", ""))
    evidence = [hashes[i : i + 32] for i in range(0, len(hashes), 32)]
    word = _prs(step["word"]) if "word" in step else None
    transfer, note = world.family.transfers[-1], step.get("note", "")
    world.family.confirm(world.now, transfer, _amount(step["came"]), word, note, evidence)


def _money(world: World, _: Case) -> None:
    world.broker.money(world.now, world.broker.transfers[-1])


def _claim(world: World, step: Case) -> None:
    right = next((t.code for t in reversed(world.sender.transfers)), "")
    transfer = world.broker.transfers[step.get("transfer", -1)]
    world.broker.claim(world.now, transfer, step.get("code", right))


def _dispute(world: World, step: Case) -> None:
    world.family.dispute(world.now, world.family.transfers[-1], step["note"])


def _hear(world: World, step: Case) -> None:
    world.hear(step["by"], step["from"], unhex(step["bytes"]))


def _deliver(world: World, step: Case) -> None:
    sender, _, data, _ = world.said[step["said"]]
    if "place" in step:
        data = write_at(data, {str(step["place"]): step["with"]})
    data = data[: len(data) - step.get("cut", 0)] + unhex(step.get("append", ""))
    world.hear(step["by"], step.get("from", sender), data)


def _amount(text: str) -> Amount:
    return amount.read_amount(*text.split())


def _look(party: Party) -> Case:
    asked: list[Any] = []
    if isinstance(party, Family):
        asked = [
            {
                "attempts_left": ATTEMPTS_MAX + (o.answerer is None) - o.attempt,
                "expires": o.expires - START,
                "waits": o.answerer is not None,
            }
            for o in party.offers.questions
        ]
    return {"asked": asked, "transfers": [_seen(party, transfer) for transfer in party.transfers]}


def _seen(party: Party, transfer: Transfer) -> Case:
    kinds = ("Verified", "Duress") if isinstance(party, Sender) else ("Proved",)
    finished = not isinstance(party, Broker) and party.finished(transfer)
    status = "Finished" if finished else "Expired" if transfer.expired else "Open"
    return {
        "apparent": str(transfer.total(*kinds)),
        "received": str(transfer.total(kinds[0])),
        "claim": transfer.claim,
        "expires": transfer.expires - START,
        "receipts": [f"{n} {of} {kind}" for n, (of, kind) in sorted(transfer.receipts.items())],
        "status": status,
    }


_DO = {
    "open": _open, "prepare": _prepare, "ask": _ask, "answer": _answer, "confirm": _confirm, "money": _money,
    "claim": _claim, "dispute": _dispute, "hear": _hear, "deliver": _deliver,
}  # fmt: skip
