"""The real model renders on the same machine while a loop plays at real pace, on a JACK server."""

import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from server import app
from server.player_messages import DeviceEvent, Launched, PlayingEvent
from server.protocol import Rendered

from ..server.conftest import Peer, peers
from ..server.player.jackd import FOREIGN, PERIOD, RATE, JackServer, Recorder, urgency

__all__ = ["peers"]

PACE_S = float(os.environ.get("MELFUSION_PACE_S", "60"))
"""How long it plays; the full measure is 600."""

pytestmark = [*FOREIGN, pytest.mark.timeout(PACE_S + 120)]

LONG_S = 0.7 * PERIOD / RATE
"""Waits of the most urgent process after which a period cannot be kept."""

WORKER = [sys.executable, "-P", "-m", "server.worker", "mini"]
ASKED = ("prompt", "warm house", "bars", 2, "bpm", 123.4)


@pytest.fixture
def jack_server() -> Iterator[JackServer]:
    made = JackServer()
    made.start()
    yield made
    made.stop()


async def test_nothing_is_lacking_and_answers_are_quick(
    jack_server: JackServer, library: Path, peers: Callable[..., Peer]
) -> None:
    assert jack_server
    async with app.running(library, WORKER) as address:
        asker, listener, renderer = (peers(address) for _ in range(3))
        rendered = await asker.ask("/melfusion/render", 1, *ASKED, "part", "drums")
        assert isinstance(rendered, Rendered), rendered
        await listener.ask("/melfusion/notify", 1, 1)
        launched = await asker.ask("/melfusion/play", 2, rendered.clip)
        assert isinstance(launched, Launched), launched
        await listener.until(PlayingEvent, state="playing")
        loops: list[str] = []
        rendering = asyncio.create_task(render_on(renderer, loops))
        with Recorder(over=2.0) as recorder, stalls() as stalls_s:
            waits_s = await answer_times(asker, PACE_S)
            sound = recorder.sound
        rendering.cancel()
        device = await state(asker)
    p99_ms = 1000 * float(np.quantile(waits_s, 0.99))
    gap = longest_gap(sound)
    print(
        f"{PACE_S:.0f} s: {device.underruns} underruns, longest silence {gap} frames,"
        f" answers p50 {1000 * np.median(waits_s):.2f} ms, p99 {p99_ms:.2f} ms,"
        f" {len(loops)} loops rendered meanwhile, the machine stood still {len(stalls_s)} times for"
        f" {1000 * LONG_S:.0f} ms or more, {1000 * max(stalls_s, default=0.0):.0f} at most"
    )
    assert loops
    # There is none but where the machine itself stood still, for whatever runs on it.
    assert device.underruns <= len(stalls_s)
    assert len(sound) > 0.95 * PACE_S * device.rate
    # Drums fall silent between hits, but never to exact zeros for whole blocks.
    assert gap < PERIOD
    assert p99_ms < 5


@contextmanager
def stalls() -> Iterator[list[float]]:
    """Fills the list, at its end, with the waits of the most urgent process that are long."""
    found: list[float] = []
    if urgency()[0] == "-r":  # nobody may be urgent here
        yield found
        return
    script = str(Path(__file__).with_name("stalls.py"))
    words = [sys.executable, script]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as watching:
        yield found
        told, _ = watching.communicate(b"")
    found += [wait_s for wait_s in json.loads(told) if wait_s >= LONG_S]


async def render_on(peer: Peer, loops: list[str]) -> None:
    """Has one loop after the other rendered, for ever, and keeps their paths."""
    for number in itertools.count(1):
        peer.send("/melfusion/render", number, *ASKED, "seed", number)
        loops.append((await peer.until(Rendered, id=number)).path)


async def answer_times(peer: Peer, seconds: float) -> list[float]:
    """Seconds from asking for the status to having it, many times a second."""
    waits_s, end_s, number = [], time.monotonic() + seconds, 100
    while time.monotonic() < end_s:
        number += 1
        began_s = time.perf_counter()
        await peer.ask("/melfusion/status", number)
        waits_s.append(time.perf_counter() - began_s)
        await asyncio.sleep(0.02)
    return waits_s


async def state(peer: Peer) -> DeviceEvent:
    await peer.ask("/melfusion/notify", 3, 1)
    return await peer.until(DeviceEvent)


def longest_gap(sound: np.ndarray) -> int:
    """The longest run of exact zeros."""
    sounding = np.flatnonzero(np.concatenate([[1.0], sound, [1.0]]))
    return int(np.diff(sounding).max()) - 1
