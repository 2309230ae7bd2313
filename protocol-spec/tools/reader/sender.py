"""Transfer, "The sender": what who pays keeps, says and refuses."""

from . import amount, invite
from .amount import Amount
from .asking import Asked, Asks
from .fields import Value
from .ledger import Party, Transfer
from .limits import DISPUTES_MAX, LIFETIME_DEFAULT, LIFETIME_MAX, TRANSFER_KEPT, UNPROVED_MAX
from .random_source import Draw
from .rejected import require
from .session import INVITER

Words = tuple[bytes, bytes | None]


class Sender(Party):
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
        transfer = self.find(contact, about) if about else None
        if about:
            require(transfer is not None, "Unknown")
            require(not self.finished(transfer), "Finished")
            require(not self.expired(transfer, now), "Expired")
        prepared = self.asks.next_prepared(contact)
        require(asked is not None or prepared is not None, "NoQuestion")
        require(not self.asks.is_open(contact, about), "QuestionOpen")
        expires = now + lifetime
        if transfer:
            expires = min(expires, transfer.expires)
        self.asks.ask(self.asks.new(contact, *asked) if asked else prepared, about, expires)

    def hear(self, now: int, contact: str, message: Value) -> None:
        """A message of a contact."""
        match message["message"]:
            case "Order" | "Promise":
                self.admit(now, contact, message)
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
        if transfer and contact not in transfer.refused_by:
            transfer.refused_by.add(contact)
            self.out.refused(message)
