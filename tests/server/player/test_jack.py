"""The real thing: PortAudio to a JACK server, recorded sample by sample."""

import asyncio
import random
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from server.player.device import DeviceError, Devices
from server.player.engine import AHEAD, Command, Engine, Kind, News, Start
from server.player.ring import Ring

from .bench import noise, voice
from .jackd import PERIOD, RATE, Recorder, jack_server

pytestmark = pytest.mark.foreign("jackd", "jackd2")


@pytest.fixture
def name() -> str:
    return f"melfusion-{secrets.token_hex(4)}"


@pytest.fixture
def server(name: str) -> Iterator["subprocess.Popen[bytes]"]:
    with jack_server(name) as process:
        yield process


class Rings:
    def __init__(self) -> None:
        self.commands: Ring[Command] = Ring(512, lambda: None)
        self.news: Ring[News] = Ring(1 << 16, News)
        self.make: Callable[[int], Engine] = lambda rate: Engine(rate, self.commands, self.news)

    def told(self, kind: Kind) -> list[int]:
        return [news.frame for news in self.news.drain() if news.kind is kind]


@pytest.mark.usefixtures("server")
async def test_the_device_is_found_and_opened_at_its_own_rate(name: str) -> None:
    devices, rings = Devices(), Rings()
    (found,) = await devices.found(anew=True)
    assert (found.name, found.host, found.rate) == ("system", "JACK Audio Connection Kit", RATE)
    with pytest.raises(DeviceError, match="there is no sound device 'third'; there are system"):
        await devices.open("third", rings.make)
    stream = await devices.open("sys", rings.make)
    while not stream.clock.steady:
        stream.clock.settle()
        await asyncio.sleep(0.02)
    assert (stream.rate, stream.block) == (RATE, PERIOD)
    ahead_s = stream.clock.time_at(stream.frame) - time.monotonic()
    assert abs(ahead_s) < 0.3
    assert not stream.is_lost()
    await devices.close(stream)
    assert name


@pytest.mark.usefixtures("server")
async def test_200_starts_are_recorded_on_their_frames(name: str) -> None:
    devices, rings = Devices(), Rings()
    sound = noise(2000, level=0.1)
    sound.frames[:, :] = 0.9
    rng = random.Random(1)
    stream = await devices.open("", rings.make)
    with Recorder(name) as recorder:
        recorder.listen()
        first = stream.frame + AHEAD + 3 * PERIOD
        asked = [first + number * 12000 + rng.randrange(8000) for number in range(200)]
        for frame in asked:
            begun = voice(sound, frame, fade=0)
            begun.end = frame + 2000
            # The ring holds no more than waits: one part each would be replaced by the next.
            while not rings.commands.put(Start(begun)):
                await asyncio.sleep(0.01)
            while stream.frame < frame:
                recorder.client.set_freewheel(True)
                await asyncio.sleep(0.001)
            recorder.client.set_freewheel(False)
        await asyncio.sleep(0.2)
        heard = np.abs(recorder.sound) > 0
        begins = np.flatnonzero(heard[1:] & ~heard[:-1]) + 1
    await devices.close(stream)
    assert len(begins) == 200
    assert len(set((begins - np.array(asked)).tolist())) == 1
