"""Proof, "Asked in a session": the questions of one asker, and those that one answerer was asked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from . import proof, question
from .fields import Value
from .limits import ATTEMPTS_MAX, LIFETIME_DEFAULT, LIFETIME_MAX, PREPARED_MAX, QUESTION_GRACE, QUESTIONS_MAX
from .messages import check_question
from .random_source import Draw
from .rejected import Rejected, require


@dataclass
class Outbox:
    """What one party says and is told."""

    said: list[tuple[str, Value, int]] = field(default_factory=list)
    learned: list[str] = field(default_factory=list)

    def say(self, to: str, deadline: int, kind: str, /, **fields: object) -> None:
        """A message to a contact, of use until the deadline."""
        self.said.append((to, {"message": kind, **fields}, deadline))

    def refuse(self, to: str, now: int, of: bytes, reason: str, number: int = 0) -> None:
        """A refusal."""
        self.say(to, now + LIFETIME_DEFAULT, "Refusal", of=of, number=number, reason=reason)

    def refused(self, message: Value) -> None:
        """A refusal that was heard."""
        self.learned.append(f"refused {message['reason']}, number {message['number']}")


@dataclass
class Asked:
    """A question of the asker's."""

    id: bytes
    contact: str
    text: str
    words: tuple[bytes, bytes | None]
    about: bytes | None = None
    expires: int = 0
    attempt: int = 0
    state: str = "prepared"
    asker: proof.Asker | None = None


class Asks:
    """All questions of one asker."""

    def __init__(self, sessions: dict[str, bytes], side: int, out: Outbox, draw: Draw) -> None:
        self._sessions, self._side, self._out, self._draw = sessions, side, out, draw
        self.questions: list[Asked] = []

    def prepare(self, contact: str, text: str, words: tuple[bytes, bytes | None]) -> Asked:
        """Keep a question to ask later."""
        require(len(self._of(contact, "prepared")) < PREPARED_MAX, "Full")
        asked = self._new(contact, text, words)
        self.questions.append(asked)
        return asked

    def check(self, contact: str, text: str, words: tuple[bytes, bytes | None]) -> None:
        """What a person may not ask."""
        check_question(text)
        require(words[0] != words[1], "SameWord")
        used = {word for asked in self._of(contact, "prepared", "open") for word in asked.words if word}
        require(not used & {word for word in words if word}, "WordUsed")

    def next_prepared(self, contact: str) -> Asked | None:
        """The prepared question that is asked next."""
        return next(iter(self._of(contact, "prepared")), None)

    def new(self, contact: str, text: str, words: tuple[bytes, bytes | None]) -> Asked:
        """A question that is asked at once."""
        asked = self._new(contact, text, words)
        self.questions.append(asked)
        return asked

    def is_open(self, contact: str, about: bytes | None) -> bool:
        """Whether a question about the same stands open."""
        return any(asked.about == about for asked in self._of(contact, "open"))

    def ask(self, asked: Asked, about: bytes | None, expires: int) -> None:
        """Ask a question."""
        asked.about, asked.expires, asked.attempt, asked.state = about, expires, 1, "open"
        self._offer(asked)
        self._out.say(
            asked.contact, expires, "Question",
            id=asked.id, about=about, text=asked.text, m1=asked.asker.m1, expires=expires,
        )  # fmt: skip

    def answer(
        self, now: int, contact: str, message: Value, fits: Callable[[Asked], bool]
    ) -> tuple[Asked, str] | None:
        """The question and the verdict of an answer that is judged; `fits` looks at its receipt."""
        asked = self._find(contact, message["id"])
        attempt = message["attempt"]
        if asked is None or asked.state == "prepared":
            self._out.refuse(contact, now, message["id"], "Unknown", attempt)
        elif asked.state != "open":
            self._out.refuse(contact, now, asked.id, asked.state.capitalize(), attempt)
        elif attempt != asked.attempt:
            self._out.refuse(contact, now, asked.id, "Spent", attempt)
        else:
            return asked, self._judge(asked, message, fits(asked))
        return None

    def refusal(self, contact: str, message: Value) -> bool:
        """Whether the refusal is of a question here."""
        asked = self._find(contact, message["of"])
        if asked is None:
            return False
        if asked.state == "open":
            self._over(asked, "spent")
            self._out.refused(message)
        return True

    def pass_time(self, now: int) -> None:
        """Ends of questions."""
        for asked in self.questions:
            if asked.state != "prepared":
                asked.expires = min(asked.expires, now + LIFETIME_MAX)
            if asked.state == "open" and now >= asked.expires:
                self._over(asked, "expired")
                self._out.learned.append("question expired")
        gone = ("spent", "expired")
        self.questions = [a for a in self.questions if a.state not in gone or now < a.expires + QUESTION_GRACE]

    def _judge(self, asked: Asked, message: Value, fits: bool) -> str:
        """The verdict, which leaves."""
        verdict, m3 = "mismatch", None
        if fits:
            try:
                judged = asked.asker.handle(message["m2"], question.statement(message["receipt"]), self._draw)
                verdict, m3 = judged.verdict, judged.m3
            except Rejected:
                pass
        m3 = self._draw(proof.M3_LEN) if m3 is None else m3
        attempt = asked.attempt
        if attempt < ATTEMPTS_MAX:
            asked.attempt += 1
            self._offer(asked)
            again = asked.asker.m1
        else:
            again = self._draw(proof.M1_LEN)
        self._out.say(
            asked.contact, asked.expires + QUESTION_GRACE, "Verdict", id=asked.id, attempt=attempt, m3=m3, again=again
        )
        left = ATTEMPTS_MAX - attempt
        told = f"Mismatch {{ left: {left} }}" if verdict == "mismatch" else verdict.capitalize()
        self._out.learned.append(f"answer was {told}")
        if verdict != "mismatch" or left == 0:
            self._over(asked, "spent")
        return verdict

    def _offer(self, asked: Asked) -> None:
        context = question.context(self._sessions[asked.contact], self._side, asked.id, asked.about, asked.text)
        asked.asker = proof.Asker(*asked.words, context, asked.attempt, self._draw)

    def _new(self, contact: str, text: str, words: tuple[bytes, bytes | None]) -> Asked:
        self.check(contact, text, words)
        return Asked(self._draw(16), contact, text, words)

    def _over(self, asked: Asked, state: str) -> None:
        asked.state, asked.asker, asked.words = state, None, (b"", None)

    def _of(self, contact: str, *states: str) -> list[Asked]:
        return [asked for asked in self.questions if asked.contact == contact and asked.state in states]

    def _find(self, contact: str, name: bytes) -> Asked | None:
        return next((a for a in self.questions if a.contact == contact and a.id == name), None)


@dataclass
class Offered:
    """A question that this side is asked."""

    contact: str
    id: bytes
    about: bytes | None
    text: str
    expires: int
    m1: bytes
    attempt: int = 1
    answerer: proof.Answerer | None = None
    receipt: int | None = None


class Offers:
    """All questions that one answerer is asked."""

    def __init__(self, sessions: dict[str, bytes], asker_side: int, out: Outbox, draw: Draw) -> None:
        self._sessions, self._asker_side, self._out, self._draw = sessions, asker_side, out, draw
        self.questions: list[Offered] = []

    def question(self, now: int, contact: str, message: Value) -> None:
        """A question comes."""
        of_contact = [offered for offered in self.questions if offered.contact == contact]
        reason = None
        if any(offered.id == message["id"] for offered in of_contact):
            reason = "Repeated"
        elif len(of_contact) >= QUESTIONS_MAX:
            reason = "Full"
        elif now >= message["expires"]:
            reason = "Expired"
        elif not _shares(message["m1"]):
            reason = "Spent"
        if reason:
            self._out.refuse(contact, now, message["id"], reason)
            return
        expires = min(message["expires"], now + LIFETIME_MAX)
        fields = (message["id"], message["about"], message["text"], expires, message["m1"])
        self.questions.append(Offered(contact, *fields))
        self._out.learned.append("asked")

    def about(self, about: bytes | None) -> Offered | None:
        """The question about a transfer, or about none."""
        return next((offered for offered in self.questions if offered.about == about), None)

    def answer(self, offered: Offered, word: bytes, receipt: Value | None) -> None:
        """The person's word goes out."""
        context = question.context(
            self._sessions[offered.contact], self._asker_side, offered.id, offered.about, offered.text
        )
        statement = question.statement(receipt)
        offered.answerer = proof.Answerer(word, offered.m1, context, offered.attempt, statement, self._draw)
        offered.receipt, offered.m1 = receipt["number"] if receipt else None, b""
        self._out.say(
            offered.contact, offered.expires, "Answer",
            id=offered.id, attempt=offered.attempt, m2=offered.answerer.m2, receipt=receipt,
        )  # fmt: skip

    def verdict(self, now: int, contact: str, message: Value) -> tuple[Offered, int | None] | None:
        """The question, and None on a match or the attempts that are left; None in all if it answers nothing."""
        offered = self._under_way(contact, message["id"], message["attempt"])
        if offered is None:
            return None
        matched = offered.answerer.handle(message["m3"]) is not None
        offered.answerer = None
        if matched:
            self.questions.remove(offered)
            self._out.learned.append("matched")
            return offered, None
        left = ATTEMPTS_MAX - offered.attempt
        if left and now < offered.expires and _shares(message["again"]):
            offered.attempt, offered.m1 = offered.attempt + 1, message["again"]
        else:
            self.questions.remove(offered)
            left = 0
        self._out.learned.append(f"not matched, {left} left")
        return offered, left

    def refusal(self, contact: str, message: Value) -> Offered | None:
        """The question whose answer is refused, which is over."""
        offered = self._under_way(contact, message["of"], message["number"])
        if offered:
            self.questions.remove(offered)
            self._out.refused(message)
        return offered

    def pass_time(self, now: int) -> None:
        """Ends of questions."""
        for offered in list(self.questions):
            offered.expires = min(offered.expires, now + LIFETIME_MAX)
            if now >= offered.expires + (QUESTION_GRACE if offered.answerer else 0):
                self.questions.remove(offered)
                self._out.learned.append("question expired")

    def _under_way(self, contact: str, name: bytes, attempt: int) -> Offered | None:
        for offered in self.questions:
            if (offered.contact, offered.id, offered.attempt) == (contact, name, attempt) and offered.answerer:
                return offered
        return None


def _shares(m1: bytes) -> bool:
    try:
        proof.check_shares(m1)
    except Rejected:
        return False
    return True
