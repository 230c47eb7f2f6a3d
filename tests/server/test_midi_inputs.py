"""Inputs that come and go, without any MIDI: what the MIDI system would say is said by the test."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest
import rtmidi

from server import midi_inputs
from server.midi_inputs import Heard, MidiInputs

from .fake_midi import MidiSystem

pytestmark = pytest.mark.alone


class Listener:
    def __init__(self) -> None:
        self.wanted = True
        self.inputs: list[str] = []
        self.heard: list[tuple[Heard, threading.Thread]] = []
        self.unwanted: set[str] = set()
        self.exclusive: set[bool] = set()

    def wants(self, port: str, exclusive: bool) -> bool:
        self.exclusive.add(exclusive)
        return port not in self.unwanted

    def hear(self, heard: Heard) -> None:
        self.heard.append((heard, threading.current_thread()))


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> MidiSystem:
    made = MidiSystem()
    monkeypatch.setattr(midi_inputs, "MISSING", "")
    monkeypatch.setattr("rtmidi.MidiIn", made.client)
    return made


@asynccontextmanager
async def running(listener: Listener, api: str = "LINUX_ALSA") -> AsyncIterator[MidiInputs]:
    inputs = MidiInputs(listener, poll_s=0.01)
    inputs._listers[api] = rtmidi.MidiIn(rtmidi.API_UNSPECIFIED, "asks")
    task = asyncio.create_task(inputs.run())
    yield inputs
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_inputs_are_opened_when_they_come_and_closed_when_they_go(system: MidiSystem) -> None:
    async with running(listener := Listener()) as inputs:
        system.there = ["one", "two"]
        await until(lambda: set(system.open) == {"one", "two"})
        assert listener.inputs == ["one", "two"]
        system.there = ["two"]
        await until(lambda: inputs.names == ["two"])
        system.there = ["one", "two"]
        await until(lambda: set(system.open) == {"one", "two"})
    assert system.open == {}


async def test_one_that_is_in_use_is_tried_again(system: MidiSystem) -> None:
    system.there, system.refuses = ["one", "two"], {"one"}
    async with running(Listener()) as inputs:
        await until(lambda: inputs.names == ["two"])
        system.refuses = set()
        await until(lambda: set(inputs.names) == {"one", "two"})


async def test_only_what_is_wanted_is_opened(system: MidiSystem) -> None:
    listener = Listener()
    listener.unwanted, system.there = {"one"}, ["one", "two"]
    async with running(listener, "WINDOWS_MM") as inputs:
        await until(lambda: inputs.names == ["two"])
        assert listener.exclusive == {True}
        listener.wanted = False
        await until(lambda: inputs.names == [])
        listener.wanted = True
        await until(lambda: inputs.names == ["two"])


@pytest.mark.parametrize(("api", "edge"), [("LINUX_ALSA", 0.0), ("UNIX_JACK", 1.0)])
async def test_messages_keep_when_they_came_and_are_heard_on_the_loop(
    system: MidiSystem, api: str, edge: float
) -> None:
    system.there = ["one"]
    async with running(listener := Listener(), api):
        await until(lambda: "one" in system.open)
        before_s = time.monotonic()
        system.play("one", "clock", 0.0)
        await until(lambda: len(listener.heard) == 1)
        # However late it is that they are read: each says how long after the last it came.
        for _ in range(20):
            system.play("one", "clock", 0.0005)
        await until(lambda: len(listener.heard) == 21)
    assert {where for _, where in listener.heard} == {threading.main_thread()}
    each = [heard for heard, _ in listener.heard]
    assert {(heard.port, heard.message.type, heard.edge) for heard in each} == {
        ("one", "clock", edge)
    }
    assert before_s <= each[0].time_s <= before_s + 1
    gaps = np.diff([heard.time_s for heard in each[1:]])
    np.testing.assert_allclose(gaps, 0.0005, atol=1e-9)


async def test_jack_is_heard_beside_alsa_but_for_what_it_has_from_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ardour's clock is on JACK alone; a keyboard is on ALSA and, by a bridge, on JACK."""
    systems = {
        "LINUX_ALSA": MidiSystem("Midi Through", "Keys 20:0"),
        "UNIX_JACK": MidiSystem("a2j:Keys (capture)", "Midi-Bridge:Keys", "ardour:MIDI Clock out"),
    }
    apis = {getattr(rtmidi, f"API_{name}"): system for name, system in systems.items()}
    monkeypatch.setattr(midi_inputs, "MISSING", "")
    monkeypatch.setattr(midi_inputs, "_apis", lambda: list(systems))
    monkeypatch.setattr("rtmidi.MidiIn", lambda api, *more: apis[api].client(api, *more))
    inputs = MidiInputs(listener := Listener(), poll_s=0.01)
    task = asyncio.create_task(inputs.run())
    await until(lambda: len(inputs.names) == 3)
    assert listener.inputs == ["Midi Through", "Keys 20:0", "ardour:MIDI Clock out"]
    systems["UNIX_JACK"].play("ardour:MIDI Clock out", "clock", 0.0)
    await until(lambda: bool(listener.heard))
    ((heard, _),) = listener.heard
    assert (heard.port, heard.edge) == ("ardour:MIDI Clock out", 1.0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not any(system.open for system in systems.values())


async def test_what_is_no_message_is_passed_over(system: MidiSystem) -> None:
    system.there = ["one"]
    async with running(listener := Listener()):
        await until(lambda: "one" in system.open)
        for content in ([0xF5], [0x90, 60], [0x12], [0xF8]):
            system.play_bytes("one", content, 0.0)
        await until(lambda: bool(listener.heard))
        assert [heard.message.type for heard, _ in listener.heard] == ["clock"]


@pytest.mark.expect_log("there is no MIDI here: libasound")
async def test_a_machine_without_midi_serves_all_the_same(
    system: MidiSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(midi_inputs, "MISSING", "libasound.so.2: cannot open shared object file")
    system.there = ["one"]
    async with running(Listener()) as inputs:
        await asyncio.sleep(0.1)
        assert inputs.names == []


def test_this_machines_midi_can_be_asked_for() -> None:
    assert isinstance(MidiInputs(Listener())._present(), list)
    assert "UNIX_JACK" not in midi_inputs.EXCLUSIVE
