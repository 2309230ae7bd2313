"""vectors/README: walks the folders, recomputes each case, prints a line per chapter."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..rejected import Rejected
from .values import Case, unhex

VECTORS = Path(__file__).resolve().parents[3] / "vectors"
FIRST = ("wire", "noise", "noise-psk", "invite", "proof", "pairing", "session", "messages")

_SHORT_HEX = re.compile(r"([0-9a-f]{2})+(\*[0-9]+)?(\+([0-9a-f]{2})+(\*[0-9]+)?)*")
_SHOWN = 100
_FAULTS_SHOWN = 4
# Values of a case that are no part of the protocol: the length of what one program stores.
UNREAD_VALUES = {"family_stores"}

Compute = Callable[[Case], Case]


class Tally:
    """What became of the cases of one chapter."""

    def __init__(self) -> None:
        self.agree = 0
        self.wrong: list[str] = []
        self.unread: list[tuple[str, str]] = []
        self.excused: list[tuple[str, str]] = []

    def total(self) -> int:
        """How many cases were met."""
        return self.agree + len(self.wrong) + len(self.unread) + len(self.excused)


def walk(
    kinds: dict[str, dict[str, Compute]], excused: dict[tuple[str, str], str], only: str, vectors: Path
) -> int:
    """Check every case in the folder, and return how many failed."""
    passed = failed = 0
    for folder in _folders(vectors):
        tally = Tally()
        for path in sorted(folder.glob("**/*.json")):
            if only in f"{folder.name}/{path.stem}":
                _check(path, folder.name, kinds, excused, tally)
        if tally.total():
            _report(folder.name, tally)
        passed += tally.agree
        failed += len(tally.wrong) + len(tally.unread)
    print(f"{passed} passed, {failed} failed")
    return failed


def _folders(vectors: Path) -> list[Path]:
    """The folders, those first that the others build on."""
    folders = [path for path in vectors.iterdir() if path.is_dir()]
    order = {name: i for i, name in enumerate(FIRST)}
    return sorted(folders, key=lambda path: (order.get(path.name, len(order)), path.name))


def _check(
    path: Path,
    chapter: str,
    kinds: dict[str, dict[str, Compute]],
    excused: dict[tuple[str, str], str],
    tally: Tally,
) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    name = f"{chapter}/{path.stem}"
    compute = kinds.get(chapter, {}).get(case.get("kind"))
    if compute is None:
        known = (chapter, case.get("kind")) in excused
        (tally.excused if known else tally.unread).append((str(case.get("kind")), path.stem))
        return
    fault = _fault(case, compute)
    if fault is None:
        tally.agree += 1
    else:
        tally.wrong.append(f"{name}: {fault}")


def _fault(case: Case, compute: Compute) -> str | None:
    """What disagrees, or None."""
    try:
        found = compute(case["input"])
    except Rejected as rejected:
        if rejected.name == case.get("reject"):
            return None
        return f"rejected as {rejected.name}, the case says {case.get('reject', 'accepted')}"
    except Exception as error:  # noqa: BLE001 (a fault of the reader fails the case, not the walk)
        return f"{type(error).__name__}: {error}"
    if "reject" in case:
        return f"accepted, the case says {case['reject']}"
    found = _plain_hex(found)
    expected = {key: _plain_hex(value) for key, value in case["expect"].items() if key not in UNREAD_VALUES}
    faults = _differences("", found, expected)
    return "; ".join(faults[:_FAULTS_SHOWN]) if faults else None


def _differences(at: str, found: Any, expected: Any) -> list[str]:
    """What is missing or other, with its place, cut to what a person can read; values beside the expected are ignored."""
    if isinstance(found, dict) and isinstance(expected, dict):
        faults = []
        for key, value in expected.items():
            place = f"{at}.{key}".lstrip(".")
            faults += _differences(place, found[key], value) if key in found else [f"{place} is missing"]
        return faults
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        return [fault for i, pair in pairs for fault in _differences(f"{at}[{i}]", *pair)]
    same = type(found) is type(expected) and found == expected
    return [] if same else [f"{at} is {str(found)[:_SHOWN]} for {str(expected)[:_SHOWN]}"]


def _plain_hex(value: Any) -> Any:
    """The value with all hex written out: `00*2` and `0000` are the same bytes."""
    if isinstance(value, dict):
        return {key: _plain_hex(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain_hex(item) for item in value]
    if isinstance(value, str) and _SHORT_HEX.fullmatch(value):
        return unhex(value).hex()
    return value


def _report(chapter: str, tally: Tally) -> None:
    print(f"{chapter}: {tally.total()} cases, {tally.agree} agree")
    for name in tally.wrong:
        print(f"  {name}")
    for label, cases in (("not read", tally.unread), ("not read, excused", tally.excused)):
        for kind in sorted({kind for kind, _ in cases}):
            names = [name for k, name in cases if k == kind]
            print(f"  {label}: {len(names)} of kind {kind}: {' '.join(names)}")
