"""The real thing: PortAudio in its process, to a JACK server, recorded sample by sample.

Frames that JACK freewheels through are asked for like any others, only sooner.
"""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from server.player import devices
from server.player.device import DeviceError
from server.player.devices import Devices, RemoteStream
from server.player.engine import Kind, News, Start, Stop
from server.player.voice import Course, Sound, Voice

from .bench import largest_step, tone
from .jackd import FOREIGN, PERIOD, RATE, JackServer, Recorder

pytestmark = FOREIGN

SOAK_S = float(os.environ.get("MELFUSION_SOAK_S", "60"))
"""How much music the test for drift plays; the full measure is 3600."""

SCENES = 4
"""A scene in which JACK lost time, without real-time priority, is played again."""


@pytest.fixture(scope="module")
def server() -> Iterator[JackServer]:
    made = JackServer()
    made.start()
    yield made
    made.stop()


@asynccontextmanager
async def playing() -> AsyncIterator[tuple[RemoteStream, list[News]]]:
    """A stream to the default device, and the news of it, which is always heard."""
    stream = await Devices().open("")
    heard: list[News] = []

    async def listen() -> None:
        while True:
            heard.extend(news for news in stream.news() if news.kind is not Kind.METERS)
            await asyncio.sleep(0.005)

    listening = asyncio.create_task(listen())
    try:
        await until(lambda: stream.clock.steady)
        yield stream, heard
    finally:
        listening.cancel()
        await stream.close()


async def until(condition: Callable[[], object], patience_s: float = 60.0) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


def begun(sound: Sound, frame: int, part: int = 0, length: float | None = None) -> Voice:
    course = Course.starting(frame, length or len(sound.frames))
    return Voice(part, sound, course, frame, 0)


@pytest.mark.usefixtures("server")
async def test_the_device_is_found_and_opened_at_its_own_rate_and_block() -> None:
    (found,) = await Devices().found()
    assert (found.name, found.host, found.rate) == ("system", "JACK Audio Connection Kit", RATE)
    with pytest.raises(DeviceError, match="there is no sound device 'third'; there are system"):
        await Devices().open("third")
    async with playing() as (stream, _):
        assert (stream.name, stream.rate, stream.block) == ("system", RATE, PERIOD)
        assert abs(stream.clock.frame_at(time.monotonic()) - stream.soonest()) < RATE / 2


@pytest.mark.usefixtures("server")
async def test_200_starts_are_recorded_on_their_frames() -> None:
    round_frames = 2_000_000
    frames = np.zeros((round_frames, 2), np.float32)
    frames[:1000] = 0.85
    sound = Sound.of(frames)
    rng = random.Random(1)
    asked: list[int] = []
    async with playing() as (stream, heard):
        await stream.load(sound)
        with Recorder(keeps=False) as recorder:
            for last in range(5, 201, 5):
                await at_real_pace(stream)
                first = stream.soonest() + RATE // 2
                # One may wait on each of the five parts.
                for part in range(5):
                    frame = first + part * 4800 + rng.randrange(3000)
                    stream.send(Start(begun(sound, frame, part)))
                    asked.append(frame)
                # What was sent arrives before time begins to run.
                await asyncio.sleep(0.1)
                recorder.client.set_freewheel(True)
                await until(lambda last=last: started(heard) >= last)
                recorder.client.set_freewheel(False)
            await asyncio.sleep(0.1)
        assert [news.frame for news in heard if news.kind is Kind.STARTED] == asked
    # While JACK freewheels on, a loop may come round.
    edges = [edge for edge in recorder.edges if edge - round_frames not in recorder.edges]
    assert len(edges) == 200
    apart = np.array(edges) - np.array(asked)
    # Without real-time priority JACK may lose whole periods between two starts, and says so.
    assert len(set(apart.tolist())) <= 1 + recorder.xruns
    assert not ((apart - apart[0]) % PERIOD).any()


async def at_real_pace(stream: RemoteStream) -> None:
    """Waits until JACK freewheels no more, and it is known how far it has come."""
    at, before = stream.soonest(), -RATE
    while at - before > RATE // 4:
        await asyncio.sleep(0.1)
        at, before = stream.soonest(), at


def ended(heard: list[News]) -> int:
    return sum(news.kind is Kind.ENDED for news in heard)


def started(heard: list[News]) -> int:
    return sum(news.kind is Kind.STARTED for news in heard)


@pytest.mark.usefixtures("server")
@pytest.mark.timeout(900)
async def test_a_loop_does_not_drift_and_nothing_is_lacking() -> None:
    length = 4 * 60 / 123.4 * RATE
    sound = tone(round(length), level=0.5)
    sound.frames[0] = 0.85
    async with playing() as (stream, heard):
        await stream.load(sound)
        with Recorder(keeps=False) as recorder:
            first = stream.soonest() + RATE
            stream.send(Start(begun(sound, first, length=length)))
            await until(lambda: recorder.edges)
            wheels_from = stream.soonest()
            end = recorder.edges[0] + SOAK_S * RATE
            began_s = time.monotonic()
            recorder.client.set_freewheel(True)
            await until(lambda: recorder.frames > end, SOAK_S / 2 + 30)
            recorder.client.set_freewheel(False)
            took_s = time.monotonic() - began_s
        lacks = [news.frame for news in heard if news.kind is Kind.UNDERRUN]
        underruns = sum(frame > wheels_from for frame in lacks)
    edges = np.array(recorder.edges)
    expected = np.array([round(first + number * length) - first for number in range(len(edges))])
    print(f"{len(edges)} rounds, {SOAK_S:.0f} s in {took_s:.1f} s, {underruns} underruns")
    assert len(edges) >= SOAK_S * RATE // length
    assert set((edges - edges[0] - expected).tolist()) == {0}
    assert underruns == 0


@pytest.mark.usefixtures("server")
async def test_a_swap_and_a_stop_are_recorded_without_a_click() -> None:
    old, new = tone(30000, 110), tone(24000, 172)
    for _ in range(SCENES):
        sound, xruns = await swap_and_stop(old, new)
        if not xruns:
            break
    sounding = np.flatnonzero(sound)
    assert len(sounding) > 20000
    assert not sound[-2000:].any()
    own = max(largest_step(old.frames), largest_step(new.frames))
    assert np.abs(np.diff(sound)).max() <= 2**0.5 * own


async def swap_and_stop(old: Sound, new: Sound) -> tuple[np.ndarray, int]:
    """What is recorded of it, and the xruns meanwhile."""
    async with playing() as (stream, heard):
        for sound in (old, new):
            await stream.load(sound)
        with Recorder() as recorder:
            frame = stream.soonest()
            stream.send(Start(Voice(0, old, Course.starting(frame, 30000), frame, 48)))
            await until(lambda: started(heard) == 1)
            frame = stream.soonest() + 5000
            course = Course.starting(frame, 24000)
            stream.send(Start(Voice(0, new, course, frame - 960, 960, equal_power=True)))
            await until(lambda: started(heard) == 2)
            stream.send(Stop(0, stream.soonest() + 20000, 480))
            await until(lambda: ended(heard) == 2)
            await asyncio.sleep(0.2)
            return recorder.sound, recorder.xruns


@pytest.mark.usefixtures("server")
async def test_many_sounds_are_forgotten_and_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "MOST_BYTES", 1_000_000)
    sounds = [tone(96000 + number) for number in range(4)]
    async with playing() as (stream, heard):
        for sound in sounds:
            await stream.load(sound)
        frame = stream.soonest()
        stream.send(Start(begun(sounds[0], frame)))
        await until(lambda: started(heard) == 1)
        assert not stream.is_lost()


async def test_a_server_that_is_killed_is_noticed_and_found_again(server: JackServer) -> None:
    async with playing() as (stream, _):
        server.kill()
        await until(stream.is_lost, 5)
    with pytest.raises(DeviceError, match="there is no sound device; one that is connected"):
        await Devices().open("")
    server.start()
    async with playing() as (stream, _):
        assert not stream.is_lost()
