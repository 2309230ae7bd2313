"""Invite: base32, relay addresses, links, spoken codes and the keys that come of them."""

import ipaddress
import re
from dataclasses import dataclass

from . import limits
from .crypto import argon2id, hkdf_sha256, sha256
from .rejected import Rejected, require
from .wire import mailbox_id

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SCHEME = "NIGHTJAR:"
_ADDRESS_MAX = 339
_LINK_MAX = 529
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_HYPHENS = {"-", "\u2212", "\uff0d", *map(chr, range(0x2010, 0x2016))}
_KEYS = ("rendezvous", "bundle", "pairing", "psk0")


def base32(data: bytes) -> str:
    """RFC 4648 without padding."""
    bits = len(data) * 8
    value = int.from_bytes(data, "big") << (-bits % 5)
    count = (bits + 4) // 5
    return "".join(_ALPHABET[value >> (5 * (count - 1 - i)) & 31] for i in range(count))


def unbase32(text: str) -> bytes:
    """Bytes of capitals or small letters; strict."""
    require(len(text) % 8 not in (1, 3, 6), "Base32")
    value = 0
    for c in text:
        require(c.isascii() and c.upper() in _ALPHABET, "Base32")
        value = value << 5 | _ALPHABET.index(c.upper())
    stray = len(text) * 5 % 8
    require(value & ((1 << stray) - 1) == 0, "Base32")
    return (value >> stray).to_bytes(len(text) * 5 // 8, "big")


@dataclass(frozen=True)
class Address:
    """Where a relay is, and its key."""

    host: str
    port: int
    key: bytes
    access: bytes | None = None

    @property
    def form(self) -> str:
        """Which of the three a host is."""
        return _form(self.host)

    def shown(self) -> str:
        """The text without the access key."""
        host = f"[{self.host}]" if self.form == "IPv6" else self.host
        return f"{host}:{self.port}#{base32(self.key).lower()}"

    def text(self) -> str:
        """The one text of the address."""
        access = "" if self.access is None else "." + base32(self.access).lower()
        return self.shown() + access


def read_address(text: str) -> Address:
    """An address from its text."""
    require(len(text.encode()) <= _ADDRESS_MAX, "TooLong")
    place, mark, keys = text.partition("#")
    host, colon, port = place.rpartition(":")
    require(mark == "#" and colon == ":", "Address")
    host = _read_host(host)
    require(re.fullmatch(r"[1-9][0-9]{0,4}", port, re.ASCII) is not None and int(port) < 1 << 16, "Port")
    key, dot, access = keys.partition(".")
    return Address(host, int(port), _key(key, 32, "Key"), _key(access, 16, "Access") if dot else None)


def _key(text: str, n: int, error: str) -> bytes:
    try:
        key = unbase32(text)
    except Rejected:
        raise Rejected(error) from None
    require(len(key) == n, error)
    return key


def _read_host(text: str) -> str:
    if text.startswith("["):
        require(text.endswith("]") and "%" not in text, "Host")
        try:
            return str(ipaddress.IPv6Address(text[1:-1]))
        except ValueError:
            raise Rejected("Host") from None
    host = text.lower()
    require(text.isascii() and (_form(host) == "IPv4" or _is_name(host)), "Host")
    return host


def _form(host: str) -> str:
    if ":" in host:
        return "IPv6"
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return "name"
    return "IPv4"


def _is_name(text: str) -> bool:
    labels = text.split(".")
    good = all(len(label) <= 63 and _LABEL.fullmatch(label) for label in labels)
    return good and 1 <= len(text) <= 253 and not labels[-1].isdigit()


@dataclass(frozen=True)
class Keys:
    """The four keys of an invite."""

    rendezvous: bytes
    bundle: bytes
    pairing: bytes
    psk0: bytes

    @staticmethod
    def of(relay_key: bytes, ikm: bytes) -> "Keys":
        """From the relay's key and the invite's secret."""
        return Keys(*(hkdf_sha256(relay_key, ikm, b"nightjar/v1/invite/" + name.encode()) for name in _KEYS))

    def mailbox(self) -> bytes:
        """The id of the rendezvous mailbox."""
        return mailbox_id(self.rendezvous)


@dataclass(frozen=True)
class Link:
    """What is in a link."""

    secret: bytes
    relay: Address

    def keys(self) -> Keys:
        """The invite's keys."""
        return Keys.of(self.relay.key, self.secret)

    def text(self) -> str:
        """The one text of the link."""
        kind, host = {
            "name": lambda h: (1, h.encode()),
            "IPv4": lambda h: (4, ipaddress.IPv4Address(h).packed),
            "IPv6": lambda h: (6, ipaddress.IPv6Address(h).packed),
        }[self.relay.form](self.relay.host)
        access = self.relay.access or b""
        version = 2 if access else 1
        payload = bytes([version]) + self.secret + self.relay.key + access
        payload += self.relay.port.to_bytes(2, "big") + bytes([kind]) + host
        return _SCHEME + base32(payload + _checksum(payload))


def read_link(text: str) -> Link:
    """A link from its text."""
    text = text.strip()
    require(len(text.encode()) <= _LINK_MAX, "TooLong")
    require(text[: len(_SCHEME)].upper() == _SCHEME, "Scheme")
    data = unbase32(text[len(_SCHEME) :])
    require(len(data) > 4, "TooShort")
    payload, checksum = data[:-4], data[-4:]
    require(checksum == _checksum(payload), "Checksum")
    require(payload[0] in (1, 2), "Version")
    fixed = 1 + 16 + 32 + (16 if payload[0] == 2 else 0) + 3
    require(len(payload) >= fixed, "Malformed")
    access = payload[49:65] if payload[0] == 2 else None
    port = int.from_bytes(payload[fixed - 3 : fixed - 1], "big")
    require(port > 0, "Malformed")
    host = _host_of(payload[fixed - 1], payload[fixed:])
    return Link(payload[1:17], Address(host, port, payload[17:49], access))


def _host_of(kind: int, data: bytes) -> str:
    match kind, len(data):
        case 4, 4:
            return str(ipaddress.IPv4Address(data))
        case 6, 16:
            return str(ipaddress.IPv6Address(data))
    require(kind == 1 and data.isascii(), "Malformed")
    name = data.decode()
    require(_is_name(name), "Malformed")
    return name


def _checksum(payload: bytes) -> bytes:
    return sha256(b"nightjar/v1/invite/checksum", payload)[:4]


def make_code(drawn: bytes, digits: int) -> str:
    """A code of so many digits and its check, from 16 drawn bytes."""
    return write_code(str(int.from_bytes(drawn, "big") % 10**digits).zfill(digits))


def write_code(digits: str) -> str:
    """Digits and check in groups of four."""
    text = digits + _check(digits)
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def read_code(text: str, digits: int) -> str:
    """The digits without their check."""
    require(len(text.encode()) <= limits.CODE_TEXT_MAX, "TooLong")
    found = ""
    for c in text:
        if c.isspace() or c in _HYPHENS:
            continue
        digit = chr(ord(c) - 0xFF10 + 0x30) if "\uff10" <= c <= "\uff19" else c
        require("0" <= digit <= "9", "NotDigits")
        found += digit
    require(len(found) <= digits + 2, "TooLong")
    require(len(found) == digits + 2, "TooShort")
    require(_check(found[:digits]) == found[digits:], "CheckDigits")
    return found[:digits]


def _check(digits: str) -> str:
    return str(98 - int(digits) * 100 % 97).zfill(2)


def code_keys(digits: str, relay_key: bytes) -> Keys:
    """The keys of a spoken code at a relay."""
    ikm = argon2id(digits.encode(), relay_key, limits.CODE_MEMORY_KIB, limits.CODE_PASSES, 1)
    return Keys.of(relay_key, ikm)
