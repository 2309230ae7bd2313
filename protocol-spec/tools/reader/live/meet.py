"""Invite and pairing over a real relay: the joiner's and the inviter's way in."""

from .. import invite, nickname, proof
from ..bundle import read_bundle
from ..invite import Address, Keys
from ..limits import BUNDLE_GRACE, LIFETIME_DEFAULT, MAILBOX_TTL_MAX
from ..pairing import Inviter, Joiner
from ..random_source import system
from ..rejected import Rejected
from ..session import INVITER, JOINER
from ..wire import Command, mailbox_id
from .link import Link
from .peer import SLOT, Peer

_RENDEZVOUS, _PAIRING = 0, 2


def prs(word: str | None) -> bytes:
    """PRS of a word as typed."""
    return proof.prs(None if word is None else nickname.normalise(word.encode()))


class JoinerAtRelay:
    """A joiner with an invite in hand, at its first question."""

    def __init__(self, relay: Address, keys: Keys) -> None:
        self.link, self.keys = Link(relay), keys
        self.link.done(Command("Subscribe", keys.rendezvous, slot=_RENDEZVOUS))
        self._push = self.link.push()
        if self._push is None:
            raise AssertionError("no bundle came")
        bundle = read_bundle(keys.bundle, self._push.cell, self.link.now())
        self.joiner = Joiner(keys, bundle)
        self.question = bundle.terms.question

    def answer(self, word: str | None) -> str:
        """The outcome of a typed word."""
        first = self.joiner.agreed is None
        self.sent = cell = self.joiner.answer(self.link.now(), prs(word), system)
        if first:
            key = self.joiner.mailbox_key
            self.link.done(Command("Create", key, MAILBOX_TTL_MAX), Command("Subscribe", key, slot=SLOT))
            append = Command("Append", self.joiner.bundle.terms.mailbox, LIFETIME_DEFAULT, cell=cell)
            up_to = self._push.seq
            self.link.done(append, Command("Acknowledge", slot=_RENDEZVOUS, up_to=up_to))
        else:
            self.link.done(Command("Append", self.joiner.agreed.peer_mailbox, LIFETIME_DEFAULT, cell=cell))
        reply = self.link.push()
        if reply is None:
            raise AssertionError("no reply came")
        self.reply = reply.cell
        outcome = self.joiner.handle(reply.cell)
        self.link.done(Command("Acknowledge", slot=reply.slot, up_to=reply.seq))
        return outcome

    def peer(self) -> Peer:
        """The conversation that came of a match."""
        return Peer(self.link, JOINER, self.joiner.agreed, self.joiner.paired)


class InviterAtRelay:
    """An inviter whose bundle waits at the relay."""

    def __init__(
        self, relay: Address, question: str | None, words: tuple[str | None, str | None], ttl: int, before: bytes = b""
    ) -> None:
        """`words`: the real and the duress word; `before`: somebody else's cell beside the bundle."""
        self.link = Link(relay)
        self.invite = invite.Link(system(16), relay)
        keys, now = self.invite.keys(), self.link.now()
        real, duress = words
        prs_of = (prs(real), None if duress is None else prs(duress))
        self.inviter = Inviter(keys, question, now + ttl, prs_of, system)
        pairing, lives = self.inviter.pairing_mailbox_key, ttl + BUNDLE_GRACE
        self.link.done(Command("Create", keys.rendezvous, lives))
        for cell in filter(None, (before, self.inviter.bundle_cell)):
            self.link.done(Command("Append", mailbox_id(keys.rendezvous), lives, cell=cell))
        self.link.done(Command("Create", pairing, ttl), Command("Subscribe", pairing, slot=_PAIRING))

    def judge(self) -> str:
        """The outcome of the next answer."""
        push = self.link.push()
        if push is None:
            raise AssertionError("no answer came")
        first = self.inviter.agreed is None
        try:
            reply, outcome = self.inviter.handle(self.link.now(), push.cell, system)
        except Rejected as rejected:
            self.link.done(Command("Acknowledge", slot=push.slot, up_to=push.seq))
            return rejected.name
        agreed = self.inviter.agreed
        if first:
            key = agreed.own_mailbox_key
            self.link.done(Command("Create", key, MAILBOX_TTL_MAX), Command("Subscribe", key, slot=SLOT))
        self.link.done(Command("Append", agreed.peer_mailbox, LIFETIME_DEFAULT, cell=reply))
        self.link.done(Command("Acknowledge", slot=push.slot, up_to=push.seq))
        return outcome

    def peer(self) -> Peer:
        """The conversation that came of a match."""
        return Peer(self.link, INVITER, self.inviter.agreed, self.inviter.paired)


def join_link(text: str) -> JoinerAtRelay:
    """A joiner with a link."""
    link = invite.read_link(text)
    return JoinerAtRelay(link.relay, link.keys())


def join_code(text: str, relay: Address) -> JoinerAtRelay:
    """A joiner with a spoken code."""
    return JoinerAtRelay(relay, invite.code_keys(invite.read_code(text, 12), relay.key))


