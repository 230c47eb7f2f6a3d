"""A whole server plays what it rendered: asked over OSC, heard on JACK, or without any sound."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from server.player import devices
from server.player_messages import (
    BeatEvent,
    DeviceEvent,
    DevicesListed,
    Launched,
    MetersEvent,
    MixEvent,
    PlayingEvent,
)
from server.protocol import ClipEvent, Done, Fail, Subscribed

from ..conftest import Peer, Run
from ..fake_devices import Machine
from .jackd import FOREIGN, RATE, JackServer, Recorder

SCENES = 8
"""A scene in which JACK lost time, without real-time priority, is played again."""


@pytest.fixture
def jack_server() -> Iterator[JackServer]:
    made = JackServer()
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def silent_peer(run_server: Run, peers: Callable[..., Peer]):
    """A foreign program that talks to a server on a machine without a sound device."""
    async with run_server(devices=Machine([])) as address:
        yield peers(address)


async def test_without_a_device_a_play_fails_in_one_sentence_and_the_rest_works(
    silent_peer: Peer,
) -> None:
    peer = silent_peer
    assert isinstance(await peer.ask("/melfusion/notify", 1, 1), Subscribed)
    assert (await peer.until(DeviceEvent)).state == "closed"
    rendered = await peer.ask("/melfusion/render", 2, "prompt", "x")
    fail = await peer.ask("/melfusion/play", 3, rendered.clip)
    sentence = "there is no sound device; one that is connected is found by itself"
    assert fail == Fail(3, "/melfusion/play", f"device: {sentence}")
    assert (await peer.ask("/melfusion/device/list", 4)).devices == 0
    for number, address in enumerate(("stop", "panic", "mix"), start=5):
        answer = await peer.ask(f"/melfusion/{address}", number)
        assert answer == Done(number, f"/melfusion/{address}")
    assert isinstance(await peer.ask("/melfusion/render", 9, "prompt", "y"), Done)


async def test_a_subscriber_hears_the_beat_and_the_mix(
    silent_peer: Peer,
) -> None:
    await silent_peer.ask("/melfusion/notify", 1, 1)
    beats = [await silent_peer.until(BeatEvent) for _ in range(3)]
    assert {beat.bpm for beat in beats} == {120.0}
    numbers = [(beat.bar - 1) * 4 + beat.beat for beat in beats]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    silent_peer.send("/melfusion/mix", 2, "part", "drums", "gain", 0.5, "mute", 1)
    assert await silent_peer.until(MixEvent, part="drums") == MixEvent("drums", 0.5, 1)
    fail = await silent_peer.ask("/melfusion/mix", 3, "part", "kazoo")
    assert fail.reason == "part: must be one of drums, bass, chords, lead, full, not 'kazoo'"
    fail = await silent_peer.ask("/melfusion/play", 4, "none")
    assert fail.reason == "clip: none is not in the library"
    fail = await silent_peer.ask("/melfusion/play", 5, "", "quantum", "soon")
    assert fail.reason.startswith("quantum: must be one of bar, beat, loop, now")


async def test_where_portaudio_is_missing_that_is_said(
    run_server: Run,
    peers: Callable[..., Peer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    packages = devices._environment()["PYTHONPATH"]
    monkeypatch.setattr(devices, "_environment", lambda: {"PYTHONPATH": f"{tmp_path}:{packages}"})
    async with run_server() as address:
        peer = peers(address)
        rendered = await peer.ask("/melfusion/render", 1, "prompt", "x")
        fail = await peer.ask("/melfusion/play", 2, rendered.clip)
    sentence = "PortAudio is missing: install it (Debian: apt install libportaudio2)"
    assert fail == Fail(2, "/melfusion/play", f"device: {sentence}")


async def test_a_sound_process_that_crashes_is_one_sentence_too(
    run_server: Run, peers: Callable[..., Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    crash = [devices.COMMAND[0], "-c", "import os; os.abort()"]
    monkeypatch.setattr(devices, "COMMAND", crash)
    async with run_server() as address:
        peer = peers(address)
        rendered = await peer.ask("/melfusion/render", 1, "prompt", "x")
        fail = await peer.ask("/melfusion/play", 2, rendered.clip)
    assert fail.reason == "device: the sound device fails: its process has crashed"


def sound_processes() -> list[int]:
    children = psutil.Process().children(recursive=True)
    return [child.pid for child in children if devices.COMMAND[-1] in child.cmdline()]


class TestOnJack:
    pytestmark = FOREIGN

    async def test_what_was_rendered_is_played_on_the_bar(
        self, jack_server: JackServer, run_server: Run, peers: Callable[..., Peer]
    ) -> None:
        assert jack_server
        async with run_server() as address:
            peer = peers(address)
            await peer.ask("/melfusion/notify", 1, 1)
            await peer.ask("/melfusion/transport/set", 6, "bpm", 240.0)
            rendered = await peer.ask(
                "/melfusion/render", 2, "prompt", "x", "bars", 1, "bpm", 240, "rate", RATE
            )
            assert await peer.ask("/melfusion/device/list", 3) == DevicesListed(
                3, "/melfusion/device/list", 1
            )
            for _ in range(SCENES):
                edges, xruns = await self.scene(peer, rendered.clip)
                if not xruns:
                    break
            assert np.diff(edges).tolist() == [RATE] * (len(edges) - 1)
        assert sound_processes() == []

    async def scene(self, peer: Peer, clip: str) -> tuple[list[int], int]:
        """Plays a clip for two bars and stops it; gives its recorded beginnings and the xruns."""
        launched = await peer.ask("/melfusion/play", 4, clip, "part", "drums")
        assert isinstance(launched, Launched), launched
        with Recorder(over=0.005) as recorder:
            playing = await peer.until(PlayingEvent, state="playing")
            assert (playing.clip, playing.bar) == (clip, launched.bar)
            while len(recorder.edges) < 3:
                await asyncio.sleep(0.02)
            assert (await peer.until(MetersEvent)).limiter == 1.0
            stop = await peer.ask("/melfusion/stop", 5, "quantum", "now")
            assert stop == Done(5, "/melfusion/stop")
            await asyncio.sleep(0.3)
            heard = recorder.frames
            await asyncio.sleep(0.2)
            assert not recorder.sound[heard:].any()
        return recorder.edges, recorder.xruns

    async def test_the_leaders_tempo_is_followed(
        self, jack_server: JackServer, run_server: Run, peers: Callable[..., Peer]
    ) -> None:
        assert jack_server
        async with run_server() as address:
            peer = peers(address)
            rendered = await peer.ask(
                "/melfusion/render", 1, "prompt", "x", "bars", 1, "bpm", 150, "rate", RATE
            )
            await peer.ask("/melfusion/transport/set", 2, "bpm", 160.0)
            launched = await peer.ask("/melfusion/play", 3, rendered.clip, "quantum", "beat")
            assert isinstance(launched, Launched), launched
            with Recorder(over=0.1) as recorder:

                def rounds(count: int) -> list[int]:
                    return np.diff(recorder.edges[-count - 1 :]).tolist()

                async with asyncio.timeout(30):
                    while rounds(2) != [1.5 * RATE] * 2:
                        await asyncio.sleep(0.02)
                await peer.ask("/melfusion/transport/set", 4, "bpm", 192.0)
                async with asyncio.timeout(30):
                    while rounds(3) != [1.25 * RATE] * 3:
                        await asyncio.sleep(0.02)

    async def test_at_a_new_tempo_what_plays_is_rendered_anew(
        self, jack_server: JackServer, run_server: Run, peers: Callable[..., Peer]
    ) -> None:
        assert jack_server
        async with run_server() as address:
            peer = peers(address)
            await peer.ask("/melfusion/notify", 1, 1)
            asked = ("prompt", "x", "bars", 1, "bpm", 150, "rate", RATE)
            rendered = await peer.ask("/melfusion/render", 2, *asked)
            await peer.ask("/melfusion/play", 3, rendered.clip, "quantum", "beat")
            await peer.until(PlayingEvent, clip=rendered.clip, state="playing")
            await peer.ask("/melfusion/transport/set", 4, "bpm", 160.0)
            retake = await peer.until(ClipEvent)
            assert (retake.bpm, retake.bars, retake.part) == (160.0, 1, "full")
            assert json.loads(retake.recipe)["request"]["seed"] == 0
            await peer.until(PlayingEvent, clip=retake.clip, state="playing")
            with Recorder(over=0.1) as recorder:
                async with asyncio.timeout(30):
                    while np.diff(recorder.edges[-3:]).tolist() != [1.5 * RATE] * 2:
                        await asyncio.sleep(0.02)

    async def test_who_dies_takes_the_sound_process_along(self, jack_server: JackServer) -> None:
        assert jack_server
        code = (
            "import asyncio, os\n"
            "from server.player.devices import Devices\n"
            "stream = asyncio.run(Devices().open(''))\n"
            "print(stream._process._process.pid, flush=True)\n"
            "os.kill(os.getpid(), 9)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env=devices._environment(),
        )
        pid = int(done.stdout)
        async with asyncio.timeout(5):
            while psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie":
                await asyncio.sleep(0.02)

    async def test_a_device_that_goes_is_told_and_comes_back_playing(
        self, jack_server: JackServer, run_server: Run, peers: Callable[..., Peer]
    ) -> None:
        async with run_server() as address:
            peer = peers(address)
            await peer.ask("/melfusion/notify", 1, 1)
            rendered = await peer.ask("/melfusion/render", 2, "prompt", "x", "bars", 1)
            await peer.ask("/melfusion/play", 3, rendered.clip, "quantum", "now")
            await peer.until(PlayingEvent, state="playing")
            jack_server.kill()
            lost = await peer.until(DeviceEvent, state="lost")
            assert lost.trouble == "system has gone; it is looked for again"
            assert isinstance(await peer.ask("/melfusion/status", 4), Done)
            jack_server.start()
            began_s = time.monotonic()
            await peer.until(DeviceEvent, state="open")
            with Recorder(over=0.005) as recorder:
                await peer.until(PlayingEvent, state="playing")
                while not recorder.edges:
                    await asyncio.sleep(0.02)
            assert time.monotonic() - began_s < 20
