"""Transfer, "The family": what who receives keeps and says."""

from .amount import Amount
from .asking import Offered, Offers
from .fields import Value
from .ledger import Party, Transfer
from .limits import DISPUTES_MAX, EVIDENCE_MAX, LIFETIME_DEFAULT, UNPROVED_MAX
from .random_source import Draw
from .rejected import require
from .session import INVITER


class Family(Party):
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
