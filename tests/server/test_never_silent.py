"""What plays goes on, whatever becomes of renders: a whole server, recorded on JACK.

    MELFUSION_CUES=100 MELFUSION_KILLS=50 pytest -s tests/server/test_never_silent.py

is the full measure.
"""

import asyncio
import contextlib
import itertools
import os
import random
from collections.abc import Callable, Iterator

import numpy as np
import psutil
import pytest

from server.player_messages import Launched, PlayingEvent
from server.protocol import Rendered
from server.render_messages import CueEvent

from .conftest import Peer, Run
from .player.jackd import FOREIGN, RATE, JackServer, Recorder

CUES = int(os.environ.get("MELFUSION_CUES", "12"))
KILLS = int(os.environ.get("MELFUSION_KILLS", "20"))

pytestmark = [*FOREIGN, pytest.mark.timeout(60 + 5 * max(CUES, KILLS))]

BPM = 240.0
BAR = RATE
"""Frames of a bar."""

CLICK = 0.4
LOWEST = 0.1


@pytest.fixture
def jack_server() -> Iterator[JackServer]:
    made = JackServer()
    made.start()
    yield made
    made.stop()


def level(number: int) -> float:
    """Of a loop: those that follow each other are told apart, and two that are faded over at equal
    power are not as loud as a click.
    """
    return LOWEST + 0.005 * (number % 30)


async def rendered(peer: Peer, number: int, prompt: str, part: str) -> str:
    answer = await peer.ask(
        "/melfusion/render", number, "prompt", prompt, "bars", 1, "bpm", BPM, "part", part,
        "rate", RATE,
    )  # fmt: skip
    assert isinstance(answer, Rendered), answer
    return answer.clip


async def test_slow_renders_come_on_their_bar_or_what_plays_goes_on(
    jack_server: JackServer, run_server: Run, peers: Callable[..., Peer]
) -> None:
    assert jack_server
    outcomes: list[CueEvent] = []
    async with run_server(seconds=0.2, jitter=3.0) as address:
        peer, listener = peers(address), peers(address)
        await peer.ask("/melfusion/transport/set", 1, "bpm", BPM)
        # The bass clicks where bars begin, the drums begin with a level.
        for number, (prompt, part) in enumerate((("x", "bass"), (f"level {level(0)}", "drums")), 2):
            clip = await rendered(peer, number, prompt, part)
            launched = await peer.ask("/melfusion/play", 10 + number, clip)
            assert isinstance(launched, Launched), launched
        await listener.ask("/melfusion/notify", 1, 1)
        for _ in range(2):
            await listener.until(PlayingEvent, state="playing")
        with Recorder(over=CLICK) as recorder:
            for number in range(1, CUES + 1):
                peer.send(
                    "/melfusion/render", 100 + number, "prompt", f"level {level(number)}",
                    "bars", 1, "part", "drums", "seed", number, "job", f"cue {number}",
                    "in_bars", 3, "rate", RATE,
                )  # fmt: skip
                listener.send("/melfusion/status", number)  # who is silent for long is dropped
                outcomes.append(await ended(listener, f"cue {number}"))
                await peer.until(Rendered, id=100 + number)
            await asyncio.sleep(1.5)  # into the middle of a bar
            edges, sound, xruns = list(recorder.edges), recorder.sound, recorder.xruns
    states = [outcome.state for outcome in outcomes]
    told = [level(n) for n, state in enumerate(states, 1) if state == "playing"]
    bars, lost = with_lost_bars(edges)
    changes = changed(sound, bars)
    apart = [abs(at - edge) for at, edge, _ in changes if edge not in lost]
    print(
        f"{CUES} cues: {states.count('playing')} on their bar, {states.count('missed')} missed,"
        f" {len(changes)} changes heard; farthest from a bar {max(apart)} frames, quietest"
        f" {sound.min():.3f}, {xruns} xruns, {len(lost)} clicks lost"
    )
    assert len(lost) <= xruns
    assert set(states) == {"playing", "missed"}
    for outcome in outcomes:
        assert outcome.reason.startswith("on_bar: bar ") == (outcome.state == "missed"), outcome
    # Never silent: the drums' level is always there; a click that is resampled, as where JACK has
    # lost time, rings.
    assert sound.min() > 0.5 * LOWEST
    # What is heard is what was told to play, in that order, each from a bar on.
    assert [heard for *_, heard in changes] == pytest.approx(told, abs=1e-3)
    assert max(apart) <= RATE // 1000


@pytest.mark.expect_log("the worker (is lost|cannot start)")
async def test_a_worker_that_is_killed_again_and_again_is_not_heard(
    jack_server: JackServer, run_server: Run, peers: Callable[..., Peer]
) -> None:
    assert jack_server
    rng, killed = random.Random(1), 0
    async with run_server(seconds=0.5) as address:
        peer, other = peers(address), peers(address)
        await peer.ask("/melfusion/transport/set", 9, "bpm", BPM)
        clip = await rendered(peer, 1, "level 0.3", "drums")
        launched = await peer.ask("/melfusion/play", 2, clip)
        assert isinstance(launched, Launched), launched
        await asyncio.sleep(launched.wait_s + 1.0)
        with Recorder() as recorder:
            number = 0
            while killed < KILLS:
                number += 1
                seed = ("seed", number, "job", f"job {number}")
                other.send("/melfusion/render", 100 + number, "prompt", "x", *seed)
                while not (worker := _worker()):
                    await asyncio.sleep(0.02)
                await asyncio.sleep(rng.uniform(0.0, 1.0))
                with contextlib.suppress(psutil.NoSuchProcess):
                    worker.kill()
                    killed += 1
            while (await peer.ask("/melfusion/status", 3)).worker not in ("ready", "rendering"):
                await asyncio.sleep(0.1)
            await rendered(peer, 4, "afterwards", "drums")
            sound, xruns = recorder.sound, recorder.xruns
    print(
        f"worker killed {killed} times in {len(sound) / RATE:.0f} s: level"
        f" {sound.min():.4f} to {sound.max():.4f}, {xruns} xruns"
    )
    assert len(sound) > 0.3 * KILLS * RATE
    # One level from beginning to end: no gap, no click.
    assert sound == pytest.approx(0.3, abs=2e-3)


def _worker() -> psutil.Process | None:
    """The render process, once it is up."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if any("fake_worker.py" in word for word in child.cmdline()):
                return child
    return None


async def ended(listener: Peer, job: str) -> CueEvent:
    """The last event of a cue."""
    while True:
        event = await listener.until(CueEvent, job=job)
        if event.state in ("playing", "missed"):
            return event


def with_lost_bars(edges: list[int]) -> tuple[list[int], set[int]]:
    """The clicks, and among them where one would have been that JACK lost with its period; those
    apart as well."""
    lost: set[int] = set()
    for edge, following in itertools.pairwise(edges):
        lost |= {edge + BAR * n for n in range(1, round((following - edge) / BAR))}
    return sorted({*edges, *lost}), lost


def changed(sound: np.ndarray, edges: list[int]) -> list[tuple[int, int, float]]:
    """Where the level becomes another: the frame from which it stands, the nearest click, the new
    level. Crossfades lie before; the click of 64 samples is left out, and where it rings."""
    changes = []
    for edge in edges:
        if edge < BAR // 2 or edge + BAR // 2 > len(sound):
            continue
        before, after = sound[edge - BAR // 2], sound[edge + BAR // 4]
        if abs(after - before) < 2e-3:
            continue
        around = sound[edge - BAR // 4 : edge + BAR // 4]
        differs = np.abs(around - after) > 1e-3
        differs[BAR // 4 - 16 : BAR // 4 + 80] = False
        last = int(np.flatnonzero(differs).max())
        changes.append((edge - BAR // 4 + last + 1, edge, float(after)))
    return changes
