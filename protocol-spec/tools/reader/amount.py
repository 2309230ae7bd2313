"""Transfer, "Amounts" and "Claim code": what is written, read and sent of money."""

import re
from dataclasses import dataclass

from . import codec, invite
from .codec import Reader
from .fields import Field
from .limits import AMOUNT_MAX
from .rejected import require

CODE_DIGITS = 10
_TABLE = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ "
    "GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD "
    "MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON "
    "RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS "
    "UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
DECIMALS = {currency: decimals for decimals, row in _TABLE.items() for currency in row.split()}


@dataclass(frozen=True)
class Amount:
    """So many minor units of a currency."""

    minor: int
    currency: str

    def __str__(self) -> str:
        decimals = DECIMALS[self.currency]
        unit, rest = divmod(self.minor, 10**decimals)
        point = f".{rest:0{decimals}}" if decimals else ""
        return f"{unit}{point} {self.currency}"


def read_amount(text: str, currency: str) -> Amount:
    """An amount from what a person typed."""
    upper = currency.upper() if currency.isascii() else ""
    require(upper in DECIMALS, "Currency")
    plain = "".join(_ascii(c) for c in text)
    match = re.fullmatch(r"([0-9]+)(?:\.([0-9]+))?", plain, re.ASCII)
    require(match is not None, "Digits")
    unit, part = match[1], match[2] or ""
    decimals = DECIMALS[upper]
    require(len(part) <= decimals, "Decimals")
    minor = int(unit) * 10**decimals + int(part.ljust(decimals, "0") or "0")
    require(minor <= AMOUNT_MAX, "TooLarge")
    require(minor > 0, "Zero")
    return Amount(minor, upper)


def _ascii(c: str) -> str:
    if "\uff10" <= c <= "\uff19":
        return chr(ord(c) - 0xFF10 + 0x30)
    return "." if c == "\uff0e" else c


def _read(reader: Reader) -> Amount:
    minor, currency = reader.integer(64), reader.take(3)
    require(0 < minor <= AMOUNT_MAX, "Malformed")
    require(currency.isascii() and currency.decode() in DECIMALS, "Malformed")
    return Amount(minor, currency.decode())


def _read_code(reader: Reader) -> str:
    digits = reader.take(CODE_DIGITS)
    require(max(digits) <= 9, "Malformed")
    return invite.write_code("".join(map(str, digits)))


def _write_code(code: str) -> bytes:
    return bytes(int(digit) for digit in invite.read_code(code, CODE_DIGITS))


AMOUNT = Field(lambda a: codec.integer(a.minor) + a.currency.encode(), _read)
CODE = Field(_write_code, _read_code)
