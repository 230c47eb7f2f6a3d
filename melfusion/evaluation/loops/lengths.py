"""Exact length: random requests over all that may be asked, rendered to files and counted."""

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import soundfile

from ... import loop
from ...contract import Pipeline
from ...music import Metre
from ...render import RenderError, render
from ...request import MAX_SECONDS, PARTS, RenderRequest

SHORT_S, LONG_S = 4.0, 30.0
LONG_ONES = 0.01
"""Share of the requests that may last LONG_S; all others last SHORT_S at most."""
RATES = (44100, 48000, 88200, 96000)
STEPS = 1


def requests(count: int, seed: int) -> Iterator[RenderRequest]:
    """Random requests of all tempi, metres, numbers of bars, rates and parts.

    Loops that would last too long are drawn again, so that long ones are rare and slow tempi come
    with few bars.
    """
    rng = random.Random(f"{seed} lengths")
    for number in range(count):
        longest_s = LONG_S if rng.random() < LONG_ONES else SHORT_S
        assert longest_s <= MAX_SECONDS
        while True:
            options = {
                "prompt": "a steady loop",
                "bpm": rng.choice((rng.uniform(20, 300), round(rng.uniform(20, 300), 2))),
                "bars": rng.choice((1, 1, 2, 2, 3, 4, 4, 5, 8, rng.randint(1, 64))),
                "metre": f"{rng.randint(1, 32)}/{rng.choice((1, 2, 4, 8, 16))}",
            }
            metre = Metre.parse(str(options["metre"]))
            bars, bpm = int(str(options["bars"])), float(str(options["bpm"]))
            if loop.seconds(bars, metre, bpm) <= longest_s:
                break
        more = {"part": rng.choice(PARTS), "rate": rng.choice(RATES), "seed": number}
        last = {"steps": STEPS, "guidance": 1.0, "attempts": 1}
        yield RenderRequest.check(options | more | last)


def wanted(request: RenderRequest) -> int:
    """Samples that the file must have: round(bars * quarters * 60 / bpm * rate), by fractions.

    By itself, so that it does not repeat a mistake of `loop.samples`.
    """
    quarters = request.bars * Metre.parse(request.metre).quarters
    return round(quarters * 60 / Fraction(request.bpm) * request.rate)


def exact(
    pipeline: Pipeline, count: int, seed: int, on_request: Callable[[int, int], None]
) -> list[str]:
    """Renders so many requests and counts the samples of each file.

    Returns:
        A line for every request: "" where the length is exact, else what was wrong.
    """
    results = []
    for number, request in enumerate(requests(count, seed)):
        on_request(number, count)
        with TemporaryDirectory() as folder:
            results.append(_fault(request, pipeline, Path(folder)))
    return results


def _fault(request: RenderRequest, pipeline: Pipeline, folder: Path) -> str:
    asked = (
        f"{request.bars} bars of {request.metre} at {request.bpm!r} BPM and {request.rate} Hz,"
        f" {request.part}"
    )
    try:
        rendered = render(
            request, folder, pipeline, on_progress=lambda *_: None, cancelled=lambda: False
        )
    except RenderError as error:
        return f"{asked}: {error}"
    got = soundfile.info(rendered.path).frames
    return "" if got == wanted(request) else f"{asked}: {got} samples, not {wanted(request)}"
