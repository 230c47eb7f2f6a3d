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

from server.player_messages import BeatEvent, DeviceEvent, Launched, PlayingEvent
from server.protocol import Event, Rendered

from ..server.conftest import Peer, peers
from ..server.player.jackd import FOREIGN, PERIOD, RATE, JackServer, urgency
from .x_cast import REAL, Server
from .x_scene import end

__all__ = ["peers"]

PACE_S = float(os.environ.get("MELFUSION_PACE_S", "60"))
"""How long it plays; the full measure is 600."""

pytestmark = [*FOREIGN, pytest.mark.timeout(PACE_S + 120)]

LONG_S = 0.5 * PERIOD / RATE
"""Waits of the most urgent process, one or a few in a row, after which a period may be lost: the
sound process is less urgent, and needs a part of the period itself."""

TOLD_S = 0.15
"""How long after a wait the word of an underrun may come: with the next period or the one after it,
by way of the sound process and the server, which wait too."""

ASKED = ("prompt", "warm house", "bars", 2, "bpm", 123.4)


@pytest.fixture
def jack_server() -> Iterator[JackServer]:
    made = JackServer()
    made.start()
    yield made
    made.stop()


async def test_nothing_is_lacking_and_answers_are_quick(
    jack_server: JackServer, library: Path, tmp_path: Path, peers: Callable[..., Peer]
) -> None:
    assert jack_server
    with real(library) as address:
        asker, listener, renderer = (peers(address) for _ in range(3))
        rendered = await asker.ask("/melfusion/render", 1, *ASKED, "part", "drums")
        assert isinstance(rendered, Rendered), rendered
        await listener.ask("/melfusion/notify", 1, 1)
        launched = await asker.ask("/melfusion/play", 2, rendered.clip)
        assert isinstance(launched, Launched), launched
        await listener.until(PlayingEvent, state="playing")
        before = await state(asker)
        loops: list[str] = []
        rendering = asyncio.create_task(render_on(renderer, loops))
        lacks_s: list[float] = []
        listening = asyncio.create_task(note_lacks(listener, before.underruns, lacks_s))
        with taped(tmp_path / "tape.npy") as tape, stalls() as waits:
            times_s = await answer_times(asker, PACE_S)
            # All before the recorder leaves, for which JACK orders its graph anew.
            device = await state(asker)
            await asyncio.sleep(0.1)
            for task in (rendering, listening):
                task.cancel()
            await asyncio.wait((rendering, listening))
        sound = np.concatenate(tape)
    p99_ms = 1000 * float(np.quantile(times_s, 0.99))
    gap = longest_gap(sound)
    ends_s = stood_still(waits)
    unexplained = [at_s for at_s in lacks_s if not any(0 <= at_s - s < TOLD_S for s in ends_s)]
    print(
        f"{PACE_S:.0f} s: {len(lacks_s)} underruns, {len(unexplained)} of them not within"
        f" {1000 * TOLD_S:.0f} ms after the machine stood still, longest silence {gap} frames,"
        f" answers p50 {1000 * np.median(times_s):.2f} ms, p99 {p99_ms:.2f} ms,"
        f" {len(loops)} loops rendered meanwhile; it stood still {len(ends_s)} times for"
        f" {1000 * LONG_S:.0f} ms or more, {1000 * max((w for _, w in waits), default=0):.0f} at"
        f" most: by chance, {100 * covered(ends_s):.1f} % of moments are within"
        f" {1000 * TOLD_S:.0f} ms after one"
    )
    for at_s in lacks_s:
        print([f"{end_s - at_s:+.3f}: {w:.3f}" for end_s, w in waits if abs(end_s - at_s) < 0.3])
    assert loops
    assert len(lacks_s) == device.underruns - before.underruns, "not all were told at once"
    is_quiet = len(ends_s) * QUIET_S < PACE_S
    # There is none but where the machine itself stood still, for whatever runs on it.
    assert len(unexplained) <= (0 if is_quiet else 1)
    assert len(sound) > 0.95 * PACE_S * device.rate
    # Drums fall silent between hits, but never to exact zeros for whole blocks.
    assert gap < PERIOD
    assert p99_ms < (5 if is_quiet else 10)


QUIET_S = 10.0
"""A machine that stands still oftener than once in so many seconds tells little of programs."""


@contextmanager
def real(library: Path) -> Iterator[tuple[str, int]]:
    """A server in a process of its own, as users have it; gives its address."""
    server = Server(REAL, library)
    try:
        yield "127.0.0.1", server.port
    finally:
        end(server.process)


@contextmanager
def taped(file: Path) -> Iterator[list[np.ndarray]]:
    """Fills the list, at its end, with what was played meanwhile."""
    found: list[np.ndarray] = []
    words = [sys.executable, str(Path(__file__).with_name("jack_tape.py")), str(file)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as taping:
        assert taping.stdout
        assert taping.stdout.readline() == b"records\n"
        yield found
        taping.communicate(b"")
    found.append(np.load(file))


@contextmanager
def stalls() -> Iterator[list[tuple[float, float]]]:
    """Fills the list, at its end, with the ends and lengths of the most urgent process' waits."""
    found: list[tuple[float, float]] = []
    if urgency()[0] == "-r":  # nobody may be urgent here
        yield found
        return
    script = str(Path(__file__).with_name("stalls.py"))
    words = [sys.executable, script]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as watching:
        yield found
        told, _ = watching.communicate(b"")
    found += sorted(json.loads(told))


def stood_still(waits: list[tuple[float, float]]) -> list[float]:
    """When the machine had stood still for LONG_S, all waits of a period taken together."""
    return [
        end_s
        for end_s, _ in waits
        if sum(wait_s for at_s, wait_s in waits if 0 <= end_s - at_s < PERIOD / RATE) >= LONG_S
    ]


def covered(ends_s: list[float]) -> float:
    """Which part of the time lies within TOLD_S after one of these moments."""
    gaps_s = np.diff(ends_s, append=np.inf)
    return float(np.minimum(gaps_s, TOLD_S).sum() / PACE_S) if len(ends_s) else 0.0


async def note_lacks(listener: Peer, underruns: int, lacks_s: list[float]) -> None:
    """Keeps when each underrun was heard of; a listener that says nothing is dropped."""
    for number in itertools.count(10):
        event = await listener.until(Event)
        if isinstance(event, DeviceEvent):
            lacks_s += [time.monotonic()] * (event.underruns - underruns)
            underruns = event.underruns
        elif isinstance(event, BeatEvent):
            listener.send("/melfusion/status", number)


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
