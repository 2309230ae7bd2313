"""Invite: its cases, recomputed."""

from .. import invite
from .values import Case, unhex

_CODE_DIGITS = 12


def address(given: Case) -> Case:
    """A relay's address, read and written."""
    read = invite.read_address(given["text"])
    found = {
        "form": read.form,
        "host": read.host,
        "key": read.key.hex(),
        "port": read.port,
        "shown": read.shown(),
        "text": read.text(),
    }
    return found if read.access is None else {**found, "access": read.access.hex()}


def link(given: Case) -> Case:
    """A link's text and keys."""
    made = invite.Link(unhex(given["secret"]), invite.read_address(given["relay"]))
    return {"text": made.text(), **_keys(made.keys())}


def read_link(given: Case) -> Case:
    """A link, read back."""
    read = invite.read_link(given["text"])
    return {"text": read.text(), "relay": read.relay.text(), **_keys(read.keys())}


def code(given: Case) -> Case:
    """A spoken code's text and keys."""
    text = invite.make_code(unhex(given["drawn"]), _CODE_DIGITS)
    keys = invite.code_keys(invite.read_code(text, _CODE_DIGITS), unhex(given["relay_key"]))
    return {"text": text, **_keys(keys)}


def read(given: Case) -> Case:
    """A spoken code, read."""
    text = given["text"] * given.get("times", 1)
    return {"text": invite.write_code(invite.read_code(text, _CODE_DIGITS))}


def _keys(keys: invite.Keys) -> Case:
    return {
        "bundle_key": keys.bundle.hex(),
        "pairing_key": keys.pairing.hex(),
        "psk0": keys.psk0.hex(),
        "rendezvous_mailbox": keys.mailbox().hex(),
        "rendezvous_read_key": keys.rendezvous.hex(),
    }


KINDS = {"address": address, "link": link, "read-link": read_link, "code": code, "read": read}
