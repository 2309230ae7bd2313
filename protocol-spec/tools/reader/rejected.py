"""README, "Notation": a rule that says *reject*, with the name of its error."""


class Rejected(Exception):
    """What came is not what the text allows; `name` is the error that the text gives it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def require(holds: bool, name: str) -> None:
    """Reject with this name unless the rule holds."""
    if not holds:
        raise Rejected(name)
