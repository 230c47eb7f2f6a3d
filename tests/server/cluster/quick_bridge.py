"""The bridge with seats that need no torch: `python quick_bridge.py MODEL WHERE [PLACES]`.

Everything is as in server.cluster.bridge but the model: it renders clicks, a step in a twentieth of
a second. A model called "elsewhere" is on the machine 127.0.0.3 alone. A prompt of "die" ends the
process that renders.
"""

import os
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from melfusion import loop
from melfusion import render as rendering
from melfusion.music import Plan
from server.cluster import bridge
from server.cluster.seat import Seat

STEP_S = 0.05


class Clicks:
    """A pipeline that obeys melfusion.render's contract: a click on every quarter note."""

    name = "clicks-1"
    device = "cpu"
    steps = 4
    guidance = 1.0

    def __call__(
        self, plan: Plan, parts: Sequence[str], *, on_stage: Any, steps: int, prompt: str, **_: Any
    ) -> Any:
        for step in range(steps):
            on_stage("denoising", step / steps)
            time.sleep(STEP_S)
        if prompt == "die":
            os._exit(9)
        length = loop.samples(plan.bars, plan.metre, plan.bpm, 44100)
        audio = np.zeros((1, length), np.float32)
        decay = 0.5 * np.exp(-np.arange(2000) / 300) * np.sin(np.arange(2000) * 0.2)
        for start in loop.positions(4 * plan.bars, length):
            audio[0, start : start + 2000] += decay.astype(np.float32)
        return SimpleNamespace(
            stems=dict.fromkeys(parts, audio),
            seconds={"denoising": 0.01},
            arrangement=None,
            picture_words="",
        )


class QuickSeat(Seat):
    """A seat in front of Clicks."""

    def __init__(self, model: str) -> None:
        rendering.load = lambda _: Clicks()  # type: ignore[assignment, return-value]
        super().__init__(model)


if __name__ == "__main__":
    bridge.Seat = QuickSeat  # type: ignore[misc]
    bridge.main()
