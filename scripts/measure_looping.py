"""Measures what becomes of pieces with late starts, endings and wrong tempi: before and after.

    python scripts/measure_looping.py [--cases 200] [--jobs 2]

The pieces are the training material's own music (tests/melfusion/backends/looping_pieces.py), so
time, tempo and the music at the joint are known. "before" is a piece cut at the asked length from
its start; "led over" and "made anew" are loops of it, the latter's joint made anew by what plays
the true music; "true" is the loop that the pieces are made of. A piece out of tempo is asked for
again, at a tempo corrected by how far it was off.
"""

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from melfusion import loop, verify  # noqa: E402
from melfusion.backends.looping import (  # noqa: E402
    Looped,
    OutOfTempo,
    Repaint,
    looped,
    piece_seconds,
)
from melfusion.level import levelled  # noqa: E402
from melfusion.music import Plan  # noqa: E402
from melfusion.rhythm import Floats  # noqa: E402
from tests.melfusion.backends.looping_pieces import (  # noqa: E402
    FADE_S,
    HEARD,
    LATE_S,
    METRES,
    RATE,
    Music,
    TrueRepaint,
    drawn,
    offset_s,
)

ERRORS = (0.0, 0.01, -0.01, 0.02, -0.02, 0.03, -0.03)
"""How far from the tempo asked for the pieces are."""
WAYS = ("before", "led over", "made anew", "true")
LONGEST_S = 240.0
ATTEMPTS = 3
JOINT = ("seam step", "seam kink", "seam flux", "seam gap")

Compose = Callable[[float, int], Floats]
"""A tempo and an attempt -> a piece."""


@dataclass(frozen=True)
class Got:
    """What was measured of one loop.

    Attributes:
        late_ms: how late the first beat of its music is, to the nearest bar; below 0 early.
        off: how far the tempo of its music is from the plan's, as a share.
        attempts: how many pieces were asked for.
        joint: what was done to it.
        exact: whether it has the samples asked for.
        checks: what was measured of it, by name; the joint's where it is, wherever that is.
        faults: the checks that failed.
    """

    late_ms: float
    off: float
    attempts: int
    joint: str
    exact: bool
    checks: dict[str, float | str | None]
    faults: tuple[str, ...]


def measured(number: int) -> dict[str, Got]:
    """For each of WAYS what came of one case."""
    rng, error = random.Random(number), ERRORS[number % len(ERRORS)]
    music = drawn(number, HEARD[number % len(HEARD)], rng.choice(METRES), rng.choice((2, 4)))
    true, plan = music.loop(), music.plan
    late_s, fade_s = rng.uniform(*LATE_S), rng.uniform(*FADE_S)

    @cache
    def compose(bpm: float, attempt: int) -> Floats:
        seconds = piece_seconds(plan, LONGEST_S)
        return music.piece(seconds, bpm * (1 + error), late_s, fade_s, 10 * number + attempt)

    cut = Looped(compose(plan.bpm, 0)[:, : true.shape[1]], 0.0, 1.0, "cut", 0)
    got = {"before": judged(music, true, cut, late_s, error, 1)}
    for way, repaint in (("led over", None), ("made anew", TrueRepaint(true))):
        made, bpm, attempts = after(plan, music.part, compose, repaint)
        off = bpm * (1 + error) / plan.bpm / made.stretched - 1
        told_s = late_s - made.moved_ms / 1000
        got[way] = judged(music, true, made, told_s, off, attempts)
    got["true"] = judged(music, true, Looped(true, 0.0, 1.0, "as played", 0), 0.0, 0.0, 0)
    return got


def after(
    plan: Plan, part: str, compose: Compose, repaint: Repaint | None
) -> tuple[Looped, float, int]:
    """A loop, the tempo that its piece was asked for at, and how many were asked for."""
    bpm = plan.bpm
    for attempt in range(ATTEMPTS):
        try:
            return looped(compose(bpm, attempt), RATE, plan, part, repaint), bpm, attempt + 1
        except OutOfTempo as error:
            bpm /= error.ratio
    raise SystemExit(f"{ATTEMPTS} pieces at {plan.bpm:g} BPM were out of tempo")


def judged(
    music: Music, true: Floats, made: Looped, told_s: float, off: float, attempts: int
) -> Got:
    """What is measured of a loop that is told to be late by `told_s`."""
    plan, part = music.plan, music.part
    bar_s = loop.seconds(1, plan.metre, plan.bpm)
    late_s = (offset_s(made.audio, true, told_s) + bar_s / 2) % bar_s - bar_s / 2
    audio = levelled(made.audio, RATE, part)
    report = verify.measure(audio, RATE, plan, part)
    turned = np.roll(audio, -made.joint_at, axis=1)
    joint = verify.measure(turned, RATE, plan, part) if made.joint_at else report
    checks = {check.name: check.got for check in report.checks}
    checks |= {check.name: check.got for check in joint.checks if check.name in JOINT}
    faults = {check.name for check in report.failed}
    faults |= {check.name for check in joint.failed if check.name in JOINT}
    exact = made.audio.shape[1] == loop.samples(plan.bars, plan.metre, plan.bpm, RATE)
    return Got(late_s * 1000, off, attempts, made.joint, exact, checks, tuple(sorted(faults)))


def of_all(cases: Sequence[dict[str, Got]]) -> None:
    """The table of all cases."""
    columns = [[case[way] for case in cases] for way in WAYS]
    print("\n| | " + " | ".join(WAYS) + " |\n|" + " --- |" * (1 + len(WAYS)))

    def row(name: str, cell: Callable[[list[Got]], str]) -> None:
        print(f"| {name} | " + " | ".join(cell(column) for column in columns) + " |")

    def row_of(name: str, unit: str) -> None:
        row(f"{name}, {unit}", lambda got: spread(values(got, name), 2))

    def row_of_failed(name: str) -> None:
        row(f"fails: {name}", lambda got: str(sum(name in g.faults for g in got)))

    row("length exact", lambda got: share([g.exact for g in got]))
    row("1.1.1 off a first beat, ms", lambda got: spread([abs(g.late_ms) for g in got]))
    row("1.1.1 within 20 ms of one", lambda got: share([abs(g.late_ms) <= 20 for g in got]))
    row("tempo off, %", lambda got: spread([abs(g.off) * 100 for g in got], 2))
    row("tempo off by 0.1 % at most", lambda got: share([abs(g.off) <= 0.001 for g in got]))
    row_of("off the grid", "ms")
    for name in JOINT:
        row_of(name, "dB" if name == "seam gap" else "times inside")
    row("joint passes", lambda got: share([not set(JOINT) & set(g.faults) for g in got]))
    row("joint made anew", lambda got: share([g.joint == "repainted" for g in got]))
    row("all checks pass", lambda got: share([not g.faults for g in got]))
    for name in sorted({fault for column in columns for got in column for fault in got.faults}):
        row_of_failed(name)


def of_errors(cases: Sequence[dict[str, Got]]) -> None:
    """The table of each error of tempo; cells hold what WAYS name, in their order."""
    print(f"\nIn this order: {', '.join(WAYS)}.")
    print(
        "\n| tempo of the pieces | cases | pieces asked for | tempo off, % | 1.1.1 off, ms |"
        " all checks pass |\n|" + " --- |" * 6
    )
    for index, error in enumerate(ERRORS):
        some = cases[index :: len(ERRORS)]
        if not some:
            continue
        columns = [[case[way] for case in some] for way in WAYS]
        cells = [
            f"{error:+.0%}",
            str(len(some)),
            f"{np.mean([got.attempts for got in columns[1]]):.2f}",
            " / ".join(f"{np.median([abs(g.off) * 100 for g in got]):.2f}" for got in columns),
            " / ".join(f"{np.median([abs(g.late_ms) for g in got]):.0f}" for got in columns),
            " / ".join(share([not g.faults for g in got]) for got in columns),
        ]
        print("| " + " | ".join(cells) + " |")


def values(got: list[Got], name: str) -> list[float]:
    """What one check measured, where it applies."""
    found = [g.checks.get(name) for g in got]
    return [float(value) for value in found if isinstance(value, int | float)]


def share(told: list[bool]) -> str:
    """How often."""
    return f"{np.mean(told):.1%}"


def spread(numbers: list[float], digits: int = 1) -> str:
    """Median, and the 95th percentile in brackets."""
    median, high = np.quantile(numbers, (0.5, 0.95))
    return f"{median:.{digits}f} ({high:.{digits}f})"


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    with ProcessPoolExecutor(arguments.jobs) as pool:
        cases = list(pool.map(measured, range(arguments.cases)))
    print("Medians, 95th percentiles in brackets.")
    of_all(cases)
    of_errors(cases)


if __name__ == "__main__":
    main()
