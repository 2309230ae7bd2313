"""Transfer, "State": what all parties keep of a transfer, and what a broker keeps and says."""

from dataclasses import dataclass, field

from .amount import Amount
from .asking import Outbox
from .fields import Value
from .limits import CLAIM_ATTEMPTS_MAX, LIFETIME_MAX, TRANSFER_GRACE, TRANSFERS_OF_CONTACT_MAX
from .rejected import require


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
    refused_by: set[str] = field(default_factory=set)
    ended_at: int | None = None
    expired: bool = False

    def total(self, *kinds: str) -> Amount:
        """The sum of the receipts of these kinds."""
        minor = sum(of.minor for of, kind in self.receipts.values() if kind in kinds)
        return Amount(minor, self.amount.currency)

    def count(self, kind: str) -> int:
        """How many receipts of a kind there are."""
        return sum(k == kind for _, k in self.receipts.values())


class Party:
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
            if transfer.ended_at is not None:
                transfer.ended_at = min(transfer.ended_at, now)
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
        if self.find(contact, name) or any(name in (t.name, t.broker_name) for t in self.transfers):
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


class Broker(Party):
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
