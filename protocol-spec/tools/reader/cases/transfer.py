"""Transfer, and proof, "Asking again": their cases, recomputed."""

from .. import amount as amounts
from .. import invite, messages, question
from ..session import INVITER, JOINER
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


KINDS = {
    "message": message, "amount": amount, "code": code, "read-code": read_code, "handle": handle,
    "context": context, "statement": statement,
}  # fmt: skip
