"""The second implementation against the real binaries: each scenario has a relay and a client of its own."""

import time
from pathlib import Path

from . import hostile, scenarios
from .programs import Stage


def run(folder: str, only: str = "") -> int:
    """Play all scenarios whose name contains `only`; how many failed."""
    passed = failed = 0
    for scenario in (*scenarios.ALL, *hostile.ALL):
        name = scenario.__name__.replace("_", "-")
        if only not in name:
            continue
        started = time.monotonic()
        fault = _fault(scenario, Path(folder).resolve())
        took = f"{time.monotonic() - started:.1f} s"
        print(f"{name}: {'ok' if fault is None else 'FAILED'}, {took}: {scenario.__doc__}", flush=True)
        if fault is None:
            passed += 1
        else:
            failed += 1
            print(f"  {fault}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return failed + (passed == 0)


def _fault(scenario: scenarios.Scenario, folder: Path) -> str | None:
    stage = Stage(folder)
    try:
        scenario(stage)
    except Exception as error:  # noqa: BLE001 (one scenario's fault leaves the others)
        return f"{type(error).__name__}: {error}"
    finally:
        stage.close()
    return None
