"""Transfer, and proof, "Asking again": their cases, recomputed."""

from .. import amount as amounts
from .. import invite, messages, question
from ..session import INVITER, JOINER
from . import course
from .messages import message
from .values import Case, unhex


def amount(given: Case) -> Case:
    """An amount, read."""
    read = amounts.read_amount(given["text"], given["currency"])
    return {"text": str(read), "minor": read.minor, "decimals": amounts.DECIMALS[read.currency]}


def code(given: Case) -> Case:
    """A claim code, made."""
    return {"text": invite.make_code(unhex(given["drawn"]), amounts.CODE_DIGITS)}


def read_code(given: Case) -> Case:
    """A claim code, read."""
    digits = invite.read_code(given["text"] * given.get("times", 1), amounts.CODE_DIGITS)
    return {"text": invite.write_code(digits)}


def handle(given: Case) -> Case:
    """A transfer's name for people."""
    return {"text": invite.base32(unhex(given["name"])[:5]).lower()}


def context(given: Case) -> Case:
    """What a question's proofs are bound to."""
    side = JOINER if given["asker"] == "joiner" else INVITER
    about = unhex(given["about"]) if "about" in given else None
    bound = question.context(unhex(given["session"]), side, unhex(given["id"]), about, given["text"])
    return {"context": bound.hex()}


def statement(given: Case) -> Case:
    """What an answer with a receipt proves."""
    return {"statement": question.statement(messages.decode_receipt(unhex(given["receipt"]))).hex()}


def ask(given: Case) -> Case:
    """A question about nothing, and the words that are typed until it is over."""
    world = course.World(given)
    steps = [{"by": "sender", "do": "ask", **given}]
    steps += [{"by": "family", "do": "answer", "word": word} for word in given["typed"]]
    found = [course.play(world, step) for step in steps]
    told = [line for step in found for line in step.get("family_learns", []) if line != "asked"]
    return {
        "said": _said(found),
        "verdicts": [line.removeprefix("answer was ") for step in found for line in step.get("sender_learns", [])],
        "family_is_told": [_told(line) for line in told],
    }


def _told(line: str) -> str:
    if line == "matched":
        return "matched: true, left: 0"
    return f"matched: false, left: {line.split()[2]}"


def _said(found: list[Case]) -> list[Case]:
    """What was said, without the deadlines."""
    says = [said for step in found for said in step.get("says", [])]
    return [{name: value for name, value in said.items() if name != "deadline"} for said in says]


def whole(given: Case) -> Case:
    """A whole transfer, from the order to the receipt."""
    world = course.World(given)
    receipt = {"came": given["came"], "word": given["typed"], "note": given["note"], "evidence": "07*32"}
    steps = (
        {"by": "sender", "do": "open", **given},
        {"by": "broker", "do": "money"},
        {"by": "broker", "do": "claim"},
        {"by": "family", "do": "confirm", **receipt},
    )
    found = [course.play(world, step) for step in steps]
    sender, family = (course.play(world, {"by": by, "do": "look"})["transfers"][0] for by in ("sender", "family"))
    verdict = found[-1]["sender_learns"][0].removeprefix("answer was ").split()[0].lower()
    return {
        "said": _said(found),
        "apparent": sender["apparent"], "received": sender["received"], "status": sender["status"],
        "verdict": verdict, "family_status": family["status"],
        "family_receipt": family["receipts"][0].split(" ", 3)[3],
    }  # fmt: skip


KINDS = {
    "message": message, "amount": amount, "code": code, "read-code": read_code, "handle": handle,
    "context": context, "statement": statement, "ask": ask, "whole": whole, "course": course.course,
}  # fmt: skip
