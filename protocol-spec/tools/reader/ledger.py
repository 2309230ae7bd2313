"""Transfer, "State": what a sender, a broker and a family keep and say of money that is carried by hand."""

from dataclasses import dataclass, field

from . import amount, invite
from .amount import Amount
from .asking import Asked, Asks, Offered, Offers, Outbox
from .fields import Value
from .limits import (
    CLAIM_ATTEMPTS_MAX, DISPUTES_MAX, EVIDENCE_MAX, LIFETIME_DEFAULT, LIFETIME_MAX, TRANSFER_GRACE,
    TRANSFER_KEPT, TRANSFERS_OF_CONTACT_MAX, UNPROVED_MAX,
)  # fmt: skip
from .random_source import Draw
from .rejected import require
from .session import INVITER

Words = tuple[bytes, bytes | None]


@dataclass
class Transfer:
    """One party's record of a transfer."""

    contact: str
    name: bytes
    amount: Amount
    expires: int
    broker_name: bytes = b""
    code: str = ""
    funded: bool = False
    claim: str = "None"
    claims_left: int = CLAIM_ATTEMPTS_MAX
    receipts: dict[int, tuple[Amount, str]] = field(default_factory=dict)
    disputes: int = 0
    refused: bool = False
    ended_at: int | None = None
    expired: bool = False

    def total(self, *kinds: str) -> Amount:
        """The sum of the receipts of these kinds."""
        minor = sum(of.minor for of, kind in self.receipts.values() if kind in kinds)
        return Amount(minor, self.amount.currency)

    def count(self, kind: str) -> int:
        """How many receipts of a kind there are."""
        return sum(k == kind for _, k in self.receipts.values())


class _Party:
    """What all three have: transfers that end."""

    KEPT = TRANSFER_GRACE

    def __init__(self) -> None:
        self.out = Outbox()
        self.transfers: list[Transfer] = []

    def find(self, contact: str, name: bytes) -> Transfer | None:
        """The contact's transfer of this name."""
        return next((t for t in self.transfers if t.contact == contact and t.name == name), None)

    def pass_transfers(self, now: int) -> None:
        """Ends of transfers."""
        for transfer in list(self.transfers):
            transfer.expires = min(transfer.expires, now + LIFETIME_MAX)
            if transfer.ended_at is None and now >= transfer.expires:
                transfer.ended_at = transfer.expires
                if not self.over(transfer):
                    transfer.expired = True
                    self.out.learned.append("transfer expired")
            if transfer.ended_at is not None and now >= transfer.ended_at + self.KEPT:
                self.transfers.remove(transfer)
                self.out.learned.append("transfer forgotten")

    def over(self, transfer: Transfer) -> bool:
        """Whether nothing is missing when its time is over."""
        return False

    def expired(self, transfer: Transfer, now: int) -> bool:
        """Whether its time is over."""
        return now >= transfer.expires

    def admit(self, now: int, contact: str, message: Value) -> None:
        """An order or a promise comes: who is a broker to one may be a family to another."""
        reason, name = None, message["name"]
        if self.find(contact, name):
            reason = "Repeated"
        elif now >= message["expires"]:
            reason = "Expired"
        elif sum(t.contact == contact for t in self.transfers) >= TRANSFERS_OF_CONTACT_MAX:
            reason = "Full"
        if reason:
            self.out.refuse(contact, now, name, reason)
            return
        expires = min(message["expires"], now + message["expires"] - message["sent_at"])
        self.transfers.append(Transfer(contact, name, message["amount"], expires, code=message.get("code", "")))
        self.out.learned.append("ordered" if message["message"] == "Order" else "promised")


class Sender(_Party):
    """Who pays."""

    KEPT = TRANSFER_KEPT

    def __init__(self, sessions: dict[str, bytes], draw: Draw) -> None:
        super().__init__()
        self._draw = draw
        self.asks = Asks(sessions, INVITER, self.out, draw)

    def pass_time(self, now: int) -> None:
        """Ends of questions and transfers."""
        self.asks.pass_time(now)
        self.pass_transfers(now)

    def open(
        self, now: int, contacts: tuple[str, str], promised: Amount, note: str, lifetime: int,
        asked: tuple[str, Words] | None,
    ) -> None:  # fmt: skip
        """A transfer to a family by way of a broker; with a question, or the next prepared one."""
        family, broker = contacts
        require(family != broker, "SameContact")
        require(1 <= lifetime <= LIFETIME_MAX, "Lifetime")
        prepared = self.asks.next_prepared(family)
        require(asked is not None or prepared is not None, "NoQuestion")
        if asked:
            self.asks.check(family, *asked)
        broker_name = self._draw(16)
        code = invite.make_code(self._draw(16), amount.CODE_DIGITS)
        name, expires = self._draw(16), now + lifetime
        self.transfers.append(Transfer(family, name, promised, expires, broker_name, code))
        terms = {"amount": promised, "fee": None, "sent_at": now, "expires": expires}
        self.out.say(broker, expires, "Order", name=broker_name, note="", **terms)
        self.out.say(family, expires, "Promise", name=name, code=code, note=note, **terms)
        self.asks.ask(self.asks.new(family, *asked) if asked else prepared, name, expires)

    def ask(
        self, now: int, contact: str, asked: tuple[str, Words] | None, about: bytes | None, lifetime: int
    ) -> None:
        """A question, or the next prepared one."""
        require(1 <= lifetime <= LIFETIME_MAX, "Lifetime")
        prepared = self.asks.next_prepared(contact)
        require(asked is not None or prepared is not None, "NoQuestion")
        require(not self.asks.is_open(contact, about), "QuestionOpen")
        expires = now + lifetime
        if about:
            expires = min(expires, self.find(contact, about).expires)
        self.asks.ask(self.asks.new(contact, *asked) if asked else prepared, about, expires)

    def hear(self, now: int, contact: str, message: Value) -> None:
        """A message of a contact."""
        match message["message"]:
            case "Answer":
                self._answer(now, contact, message)
            case "Refusal":
                self._refusal(contact, message)
            case "Funded" | "Claim" | "CashReceipt" | "Dispute":
                transfer = self._of(contact, message["name"])
                if transfer:
                    getattr(self, "_" + message["message"].lower())(now, contact, transfer, message)
                else:
                    self.out.refuse(contact, now, message["name"], "Unknown", message.get("number", 0))

    def finished(self, transfer: Transfer) -> bool:
        """Whether all has apparently come."""
        return transfer.total("Verified", "Duress").minor >= transfer.amount.minor

    def over(self, transfer: Transfer) -> bool:
        """All has apparently come, and the broker has said the code."""
        return self.finished(transfer) and transfer.claim == "Accepted"

    def _of(self, contact: str, name: bytes) -> Transfer | None:
        """Either contact's transfer, under the name that it has for that contact."""
        if contact == "family":
            return self.find(contact, name)
        return next((t for t in self.transfers if t.broker_name == name), None)

    def _funded(self, now: int, contact: str, transfer: Transfer, message: Value) -> None:
        if self.expired(transfer, now):
            self.out.refuse(contact, now, message["name"], "Expired")
        elif transfer.funded:
            self.out.refuse(contact, now, message["name"], "Repeated")
        else:
            transfer.funded = True
            self.out.learned.append("funded")

    def _claim(self, now: int, contact: str, transfer: Transfer, message: Value) -> None:
        reason = None
        if self.expired(transfer, now):
            reason = "Expired"
        elif transfer.claim == "Accepted":
            reason = "Finished"
        elif transfer.claims_left == 0:
            reason = "Spent"
        if reason:
            self.out.refuse(contact, now, message["name"], reason)
            return
        accepted = message["code"] == transfer.code
        transfer.claims_left = transfer.claims_left - 1
        left = 0 if accepted else transfer.claims_left
        transfer.claim = "Accepted" if accepted else f"Wrong {{ left: {left} }}"
        deadline = transfer.expires + LIFETIME_DEFAULT
        self.out.say(contact, deadline, "Claimed", name=message["name"], accepted=accepted, left=left)
        self.out.learned.append("claimed" if accepted else f"wrong code, {left} left")

    def _cashreceipt(self, now: int, contact: str, transfer: Transfer, message: Value) -> None:
        reason = None
        if self.expired(transfer, now):
            reason = "Expired"
        elif self.finished(transfer):
            reason = "Finished"
        elif message["amount"].currency != transfer.amount.currency:
            reason = "Currency"
        elif message["number"] in transfer.receipts:
            reason = "Repeated"
        elif transfer.count("Unproved") >= UNPROVED_MAX:
            reason = "Full"
        if reason:
            self.out.refuse(contact, now, transfer.name, reason, message["number"])
            return
        transfer.receipts[message["number"]] = (message["amount"], "Unproved")
        self.out.learned.append(f"receipt {message['number']} unproved")

    def _dispute(self, now: int, contact: str, transfer: Transfer, _: Value) -> None:
        if transfer.disputes >= DISPUTES_MAX:
            self.out.refuse(contact, now, transfer.name, "Full")
            return
        transfer.disputes += 1
        self.out.learned.append("disputed")

    def _answer(self, now: int, contact: str, message: Value) -> None:
        receipt = message["receipt"]
        judged = self.asks.answer(now, contact, message, lambda asked: self._fits(contact, asked, receipt))
        if judged is None or judged[1] == "mismatch" or receipt is None:
            return
        asked, verdict = judged
        transfer = self.find(contact, asked.about)
        transfer.receipts[receipt["number"]] = (receipt["amount"], verdict.capitalize())
        self.out.learned.append(f"receipt {receipt['number']} {verdict.capitalize()}")
        if self.finished(transfer):
            self.out.learned.append("transfer finished")
        elif following := self.asks.next_prepared(contact):
            self.asks.ask(following, transfer.name, transfer.expires)

    def _fits(self, contact: str, asked: Asked, receipt: Value | None) -> bool:
        if asked.about is None or receipt is None:
            return asked.about is None and receipt is None
        transfer = self.find(contact, asked.about)
        return (
            receipt["name"] == asked.about
            and receipt["amount"].currency == transfer.amount.currency
            and receipt["number"] not in transfer.receipts
        )

    def _refusal(self, contact: str, message: Value) -> None:
        if self.asks.refusal(contact, message):
            return
        transfer = self._of(contact, message["of"])
        if transfer and not transfer.refused:
            transfer.refused = True
            self.out.refused(message)


class Broker(_Party):
    """Who has the cash brought."""

    def pass_time(self, now: int) -> None:
        """Ends of transfers."""
        self.pass_transfers(now)

    def money(self, now: int, transfer: Transfer) -> None:
        """The sender's money is here."""
        require(not self.expired(transfer, now), "Expired")
        require(not transfer.funded, "Finished")
        transfer.funded = True
        self.out.say(transfer.contact, transfer.expires, "Funded", name=transfer.name, since=now)

    def claim(self, now: int, transfer: Transfer, code: str) -> None:
        """The family has said a code."""
        require(not self.expired(transfer, now), "Expired")
        require(transfer.claim != "Waiting", "Waiting")
        require(transfer.claim != "Accepted", "Finished")
        require(transfer.claims_left > 0, "Spent")
        transfer.claim = "Waiting"
        self.out.say(transfer.contact, transfer.expires, "Claim", name=transfer.name, code=code)

    def hear(self, now: int, contact: str, message: Value) -> None:
        """A message of the sender's."""
        match message["message"]:
            case "Order" | "Promise":
                self.admit(now, contact, message)
            case "Claimed":
                self._claimed(now, contact, message)
            case "Refusal":
                transfer = self.find(contact, message["of"])
                if transfer:
                    if transfer.claim == "Waiting":
                        transfer.claim, transfer.claims_left = f"Refused({message['reason']})", 0
                    self.out.refused(message)

    def _claimed(self, now: int, contact: str, message: Value) -> None:
        transfer = self.find(contact, message["name"])
        if transfer is None or transfer.claim != "Waiting":
            return
        transfer.claims_left = message["left"]
        if message["accepted"]:
            transfer.claim = "Accepted"
            transfer.ended_at = now if transfer.ended_at is None else transfer.ended_at
            self.out.learned.append("claimed")
        else:
            transfer.claim = f"Wrong {{ left: {message['left']} }}"
            self.out.learned.append(f"wrong code, {message['left']} left")


class Family(_Party):
    """Who receives."""

    def __init__(self, sessions: dict[str, bytes], draw: Draw) -> None:
        super().__init__()
        self.offers = Offers(sessions, INVITER, self.out, draw)

    def pass_time(self, now: int) -> None:
        """Ends of questions and transfers."""
        self.offers.pass_time(now)
        self.pass_transfers(now)

    def finished(self, transfer: Transfer) -> bool:
        """Whether all has come, as far as is known here."""
        return transfer.total("Proved").minor >= transfer.amount.minor

    def answer(self, now: int, word: bytes) -> None:
        """A word for the question that is asked."""
        offered = next(iter(self.offers.questions), None)
        require(offered is not None, "Unknown")
        require(offered.about is None, "WantsReceipt")
        require(offered.answerer is None, "Waiting")
        require(now < offered.expires, "Expired")
        self.offers.answer(offered, word, None)

    def confirm(
        self, now: int, transfer: Transfer, came: Amount, word: bytes | None, note: str, evidence: list[bytes]
    ) -> None:
        """So much has come; with the word, or unproved."""
        require(not self.expired(transfer, now), "Expired")
        require(not self.finished(transfer), "Finished")
        require(came.currency == transfer.amount.currency, "Currency")
        require(len(evidence) <= EVIDENCE_MAX, "CashReceipt")
        offered = self.offers.about(transfer.name)
        number = self._free(transfer)
        receipt = {
            "name": transfer.name, "number": number, "amount": came, "note": note, "at": now, "evidence": evidence,
        }  # fmt: skip
        if word is None:
            require(offered is None, "QuestionOpen")
            require(transfer.count("Unproved") < UNPROVED_MAX, "Full")
            transfer.receipts[number] = (came, "Unproved")
            self.out.say(transfer.contact, transfer.expires, "CashReceipt", **receipt)
            return
        require(offered is not None, "NoQuestion")
        require(offered.answerer is None, "Waiting")
        transfer.receipts[number] = (came, "Waiting")
        self.offers.answer(offered, word, receipt)

    def dispute(self, now: int, transfer: Transfer, note: str) -> None:
        """Something is wrong."""
        require(note != "", "Empty")
        require(transfer.disputes < DISPUTES_MAX, "Full")
        transfer.disputes += 1
        self.out.say(transfer.contact, now + LIFETIME_DEFAULT, "Dispute", name=transfer.name, note=note, at=now)

    def hear(self, now: int, contact: str, message: Value) -> None:
        """A message of the sender's."""
        match message["message"]:
            case "Order" | "Promise":
                self.admit(now, contact, message)
            case "Question":
                self.offers.question(now, contact, message)
            case "Verdict":
                if judged := self.offers.verdict(now, contact, message):
                    self._judged(now, *judged)
            case "Refusal":
                self._refusal(contact, message)

    def _free(self, transfer: Transfer) -> int:
        """The lowest number that no receipt has which the sender may have kept."""
        held = {n for n, (_, kind) in transfer.receipts.items() if not kind.startswith("Mismatch")}
        held -= {
            n for n, (_, kind) in transfer.receipts.items() if kind.startswith("Refused") and "Repeated" not in kind
        }
        return next(n for n in range(1, len(held) + 2) if n not in held)

    def _judged(self, now: int, offered: Offered, left: int | None) -> None:
        transfer = self.find(offered.contact, offered.about) if offered.about else None
        if transfer is None or offered.receipt is None:
            return
        came, _ = transfer.receipts[offered.receipt]
        kind = "Proved" if left is None else f"Mismatch {{ left: {left} }}"
        transfer.receipts[offered.receipt] = (came, kind)
        if self.finished(transfer):
            transfer.ended_at = now if transfer.ended_at is None else transfer.ended_at
            self.out.learned.append("transfer finished")

    def _refusal(self, contact: str, message: Value) -> None:
        offered = self.offers.refusal(contact, message)
        name, number = (offered.about, offered.receipt) if offered else (message["of"], message["number"])
        transfer = self.find(contact, name) if name else None
        if transfer is None:
            return
        if offered is None:
            self.out.refused(message)
        came, kind = transfer.receipts.get(number, (None, ""))
        if kind in ("Unproved", "Waiting") and (kind == "Unproved" or offered):
            transfer.receipts[number] = (came, f"Refused({message['reason']})")
