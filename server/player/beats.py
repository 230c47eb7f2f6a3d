"""Beats, told as they come, whether anything plays or not."""

import asyncio
import math
import time
from collections.abc import Callable

from ..clock import Timeline
from ..messages import Event
from ..player_messages import BeatEvent

LONGEST_NAP_S = 0.05
"""A tempo that changes moves the next beat."""

SLACK_S = 0.001
"""Sleep may end a moment too early."""


async def tell_beats(timeline: Callable[[], Timeline], publish: Callable[[Event], None]) -> None:
    """Publishes every beat of the timeline, for ever.

    Args:
        timeline: gives the timeline as it is now.
        publish: sends an event.
    """
    told = None
    while True:
        now, now_s = timeline(), time.monotonic()
        each = 4 / now.metre.denominator
        number = math.floor(now.quarters_at(now_s + SLACK_S) / each)
        if now.playing and number != told:
            told = number
            bar, beat = divmod(number, now.metre.numerator)
            publish(BeatEvent(bar + 1, beat + 1, now.bpm))
        left_s = now.time_of((number + 1) * each) - now_s
        await asyncio.sleep(min(max(left_s, SLACK_S), LONGEST_NAP_S))
