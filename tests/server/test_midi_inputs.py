"""Inputs that come and go, without any MIDI: what the MIDI system would say is said by the test."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import mido
import pytest

from server import midi_inputs
from server.midi_inputs import Heard, MidiInputs


class System:
    """A MIDI system: the inputs that are there, and those that were opened."""

    def __init__(self) -> None:
        self.there: list[str] = []
        self.refuses: set[str] = set()
        self.open: dict[str, Callable[[Any], None]] = {}

    def open_input(self, name: str, callback: Callable[[Any], None]) -> Any:
        if name in self.refuses:
            raise OSError("it is in use")
        self.open[name] = callback
        return self._Port(self, name)

    class _Port:
        def __init__(self, system: "System", name: str) -> None:
            self.system, self.name = system, name

        def close(self) -> None:
            del self.system.open[self.name]


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
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    made = System()
    monkeypatch.setattr(mido, "Backend", lambda _: made)
    monkeypatch.setattr(MidiInputs, "_present", lambda _: list(made.there))
    return made


@asynccontextmanager
async def running(listener: Listener, api: str = "LINUX_ALSA") -> AsyncIterator[MidiInputs]:
    inputs = MidiInputs(listener, poll_s=0.01)
    inputs._api, inputs._lister = api, object()
    task = asyncio.create_task(inputs.run())
    yield inputs
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_inputs_are_opened_when_they_come_and_closed_when_they_go(system: System) -> None:
    async with running(listener := Listener()) as inputs:
        system.there = ["one", "two"]
        await until(lambda: set(system.open) == {"one", "two"})
        assert listener.inputs == ["one", "two"]
        system.there = ["two"]
        await until(lambda: inputs.names == ["two"])
        system.there = ["one", "two"]
        await until(lambda: set(system.open) == {"one", "two"})
    assert system.open == {}


async def test_one_that_is_in_use_is_tried_again(system: System) -> None:
    system.there, system.refuses = ["one", "two"], {"one"}
    async with running(Listener()) as inputs:
        await until(lambda: inputs.names == ["two"])
        system.refuses = set()
        await until(lambda: set(inputs.names) == {"one", "two"})


async def test_only_what_is_wanted_is_opened(system: System) -> None:
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
async def test_messages_are_stamped_where_they_come_and_heard_on_the_loop(
    system: System, api: str, edge: float
) -> None:
    system.there = ["one"]
    loop = asyncio.get_running_loop()
    async with running(listener := Listener(), api):
        await until(lambda: "one" in system.open)
        before = loop.time()
        thread = threading.Thread(target=system.open["one"], args=[mido.Message("clock")])
        thread.start()
        thread.join()
        came = loop.time()
        await until(lambda: bool(listener.heard))
    ((heard, where),) = listener.heard
    assert where is threading.main_thread()
    assert (heard.port, heard.message.type, heard.edge) == ("one", "clock", edge)
    assert before <= heard.time_s <= came


@pytest.mark.expect_log("there is no MIDI here: libasound")
async def test_a_machine_without_midi_serves_all_the_same(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(midi_inputs, "MISSING", "libasound.so.2: cannot open shared object file")
    system.there = ["one"]
    async with running(Listener()) as inputs:
        await asyncio.sleep(0.1)
        assert inputs.names == []


def test_this_machines_midi_can_be_asked_for() -> None:
    assert isinstance(MidiInputs(Listener())._present(), list)
    assert "UNIX_JACK" not in midi_inputs.EXCLUSIVE
