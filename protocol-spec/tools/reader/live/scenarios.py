"""Invite, pairing, proof, session and messages, with the real client at the other end."""

import signal
from collections.abc import Callable

from .. import invite
from ..invite import read_address
from ..limits import AFTER_READ_DEFAULT, ATTEMPTS_MAX, INVITE_TTL_DEFAULT
from ..rejected import Rejected
from ..wire import Command
from .link import Link
from .meet import InviterAtRelay, JoinerAtRelay, join_code, join_link
from .peer import Peer
from .programs import Program, Stage, until

Scenario = Callable[[Stage], None]
QUESTION, REAL, DURESS, WRONG = "What did we plant by the well?", "apple tree", "old mill", "pear tree"


def check(holds: bool, what: object) -> None:
    """What has to hold."""
    if not holds:
        raise AssertionError(str(what))


def inviter(stage: Stage, *more: str) -> tuple[Program, str]:
    """A real client that invites with a question, and its invite."""
    asks = ("--ask", QUESTION, "--duress", "--answer-fd", "0", "--duress-fd", "0")
    program = stage.client("invite", "--name", "peer", *asks, *more, typed=f"{REAL}\n{DURESS}\n")
    return program, program.event("invite.created")["code"]


def met(stage: Stage) -> tuple[Program, Peer]:
    """A real client that invited, and the peer who joined with the right word."""
    program, code = inviter(stage, "--link")
    joiner = join_link(code)
    check(joiner.question == QUESTION, joiner.question)
    outcome = joiner.answer("Apple-Tree!")
    check(outcome == "Verified", outcome)
    program.event("proof.verified")
    return program, joiner.peer()


def exchange(program: Program, peer: Peer, word: str = "lantern") -> None:
    """A text each way, with the receipts of both."""
    number = peer.say(f"{word} out")
    program.event("msg.received", lambda event: event["text"] == f"{word} out")
    peer.wait("read", message=number)
    program.say(f"{word} back\n")
    came = peer.wait("received")["message"]
    check(peer.show(came) == f"{word} back", peer.living())
    peer.hear(0)
    program.event("msg.read")


def joins_with_a_link(stage: Stage) -> None:
    """A link: verified at both ends, a text each way, delivered and read."""
    program, peer = met(stage)
    exchange(program, peer)
    exchange(program, peer, "kettle")
    check(not peer.refused, peer.refused)


def joins_with_a_spoken_code(stage: Stage) -> None:
    """Fourteen digits in place of a link."""
    program, code = inviter(stage)
    joiner = join_code(code, read_address(stage.address))
    check(joiner.answer(REAL) == "Verified", "not verified")
    program.event("proof.verified")
    exchange(program, joiner.peer())


def joins_without_a_question(stage: Stage) -> None:
    """An invite that asks nothing: unproved at both ends."""
    program = stage.client("invite", "--link", "--name", "peer")
    joiner = join_link(program.event("invite.created")["code"])
    check(joiner.question is None and joiner.answer(None) == "Unproved", "proved")
    program.event("proof.unproved")
    exchange(program, joiner.peer())


def messages_expire(stage: Stage) -> None:
    """A short time after reading: gone on both sides, each is told, and nothing is left at the relay."""
    program, peer = met(stage)
    number = peer.say("burn this", after_read=1)
    program.event("msg.received", lambda event: event["text"] == "burn this")
    program.event("msg.expired", lambda event: event["direction"] == "in")
    peer.wait("erased", message=number)
    check(("Sent", number) not in peer.living(), "the sender's line is still there")
    program.say("and this\n")
    came = peer.wait("received")["message"]
    ours = peer.talk.lines.find("Received", came)
    check(peer.show(came) == "and this" and ours.life == AFTER_READ_DEFAULT, ours)
    ours.ends = peer.link.now() + 1
    peer.wait("expired", message=came, expiry="Seen")
    check(peer.show(came) is None, "the text is still here")
    program.event("msg.erased")
    settle(stage, peer)


def lives_end(stage: Stage) -> None:
    """A text that finds its reader away goes at the relay with its life, and is never shown."""
    program, peer = met(stage)
    program.signal(signal.SIGSTOP)
    deadline = peer.talk.lines.find("Sent", peer.say("too late", 2)).ends
    check(stage.counters()["cells"] == 1, "the cell is not at the relay")
    until(lambda: stage.counters()["cells"] == 0, "the relay has erased it")
    until(lambda: peer.link.now() >= deadline, "its time is over")
    program.signal(signal.SIGCONT)
    program.event("msg.expired", lambda event: event["reason"] == "late")
    exchange(program, peer)
    texts = [event["text"] for event in program.events("msg.received")]
    check("too late" not in texts, texts)


def settle(stage: Stage, peer: Peer) -> None:
    """Hear all that is under way, until the relay has no cell left."""

    def empty() -> bool:
        peer.hear(0.1)
        return stage.counters()["cells"] == 0

    until(empty, "the relay has no cell left")


def wrong_three_times(stage: Stage) -> None:
    """Three wrong words: over on both sides, a fourth is not taken, and the invite is used."""
    program, code = inviter(stage, "--link")
    joiner = join_link(code)
    for left in reversed(range(ATTEMPTS_MAX)):
        outcome = joiner.answer(WRONG)
        check(outcome == f"Mismatch, {left} left", outcome)
        program.event("proof.mismatch")
    check(joiner.joiner.paired is None, "a session came of it")
    refused(joiner)
    check(program.end() == 7, program.report())
    again = Link(invite.read_link(code).relay)
    answer = again.do(Command("Subscribe", joiner.keys.rendezvous, slot=0))[0]
    check(answer.refusal == "Unknown" or (answer.name == "Subscribed" and answer.waiting == 0), answer)
    check(not program.events("proof.verified"), program.report())


def refused(joiner: JoinerAtRelay) -> None:
    """No further word is taken on this side."""
    try:
        joiner.answer(REAL)
    except Rejected:
        return
    raise AssertionError("a fourth word was taken")


def wrong_then_right(stage: Stage) -> None:
    """A wrong word, then the right one, over the session's mailboxes."""
    program, code = inviter(stage, "--link")
    joiner = join_link(code)
    check(joiner.answer(WRONG) == "Mismatch, 2 left", "another outcome")
    program.event("proof.mismatch")
    check(joiner.answer(REAL) == "Verified", "not verified")
    program.event("proof.verified")
    exchange(program, joiner.peer())


def under_duress(stage: Stage) -> None:
    """The duress word: the real inviter is told, this side sees success, and texts go both ways."""
    program, code = inviter(stage, "--link")
    joiner = join_link(code)
    outcome = joiner.answer(DURESS)
    check(outcome == "Verified", outcome)
    program.event("proof.duress")
    check(not program.events("proof.verified"), program.report())
    peer = joiner.peer()
    number = peer.say("all is well")
    program.event("msg.received")
    peer.wait("read", message=number)


def invites(stage: Stage) -> None:
    """This side invites, the real client joins with the right word."""
    ours, program = invited(stage, f"{REAL}\n")
    check(ours.judge() == "Verified", "not verified")
    program.event("proof.verified")
    exchange(program, ours.peer())


def invites_and_hears_wrong_words(stage: Stage) -> None:
    """This side invites: two wrong words of the real joiner, then the right one."""
    ours, program = invited(stage, f"{WRONG}\n{WRONG}\n{REAL}\n")
    outcomes = [ours.judge() for _ in range(3)]
    check(outcomes == ["Mismatch, 2 left", "Mismatch, 1 left", "Verified"], outcomes)
    program.event("proof.verified")
    exchange(program, ours.peer())


def invites_and_hears_duress(stage: Stage) -> None:
    """This side invites and learns of duress, while the real joiner sees success."""
    ours, program = invited(stage, f"{DURESS}\n")
    check(ours.judge() == "Duress", "another verdict")
    program.event("proof.verified")
    check(not program.events("proof.duress"), program.report())
    exchange(program, ours.peer())


def invites_in_vain(stage: Stage) -> None:
    """This side invites: three wrong words of the real joiner, which ends with what says so."""
    ours, program = invited(stage, f"{WRONG}\n" * 3)
    outcomes = [ours.judge() for _ in range(3)]
    check(outcomes == ["Mismatch, 2 left", "Mismatch, 1 left", "Mismatch, 0 left"], outcomes)
    check(program.end() == 7, program.report())
    check(not program.events("proof.verified"), program.report())


def invited(stage: Stage, words: str, before: bytes = b"") -> tuple[InviterAtRelay, Program]:
    """An invite of this side, and the real client that takes it and types these words."""
    ours = InviterAtRelay(read_address(stage.address), QUESTION, (REAL, DURESS), INVITE_TTL_DEFAULT, before)
    typed = f"{ours.invite.text()}\n{words}"
    return ours, stage.client("join", "--code-stdin", "--answer-fd", "0", "--name", "peer", typed=typed)


def keeps_a_vault(stage: Stage) -> None:
    """A real client with a vault: what was shown and expired is shown by no later command."""
    stage.make_vault()
    program, code = inviter(stage, "--link")
    joiner = join_link(code)
    check(joiner.answer(REAL) == "Verified", "not verified")
    check(program.end() == 0, program.report())
    peer = joiner.peer()
    number = peer.say("soon gone", after_read=1)
    check(received(stage) == ["soon gone"], "it was not shown")
    peer.wait("read", message=number)
    check(received(stage) == [], "it is shown again")
    peer.wait("erased", message=number)
    check(("Sent", number) not in peer.living(), "the sender's line is still there")
    settle(stage, peer)


def received(stage: Stage) -> list[str]:
    """What a command of its own shows."""
    program = stage.client("recv")
    check(program.end() == 0, program.report())
    return [event.get("text", "") for event in program.events("msg.received")]


ALL: tuple[Scenario, ...] = (
    joins_with_a_link, joins_with_a_spoken_code, joins_without_a_question, messages_expire, lives_end,
    wrong_three_times, wrong_then_right, under_duress, invites, invites_and_hears_wrong_words,
    invites_and_hears_duress, invites_in_vain, keeps_a_vault,
)  # fmt: skip
