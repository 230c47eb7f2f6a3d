"""What the host strip's tests have in common: a server with sound and MIDI, and the strip."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event as Ready

import pytest
from PyQt6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from gui.host.host_strip import HostStrip
from gui.host.midi_map import MidiMap
from gui.settings import Settings
from gui.state import State
from gui.wire import Wire
from melfusion.request import RenderRequest
from server import app
from server.player_messages import Play
from server.protocol import ClipEvent, Render, Rendered
from server.transport_messages import SetSources, Sources

from ..server.fake_devices import Machine
from ..server.fake_midi import MidiSystem
from .conftest import PATIENCE_MS, Companion

DESK, PHONES = "Desk & Monitors", "Phones"
PAD = "Launchpad"
SCENE = RenderRequest.check({"prompt": "warm house", "part": "drums", "bars": 1, "seed": 7})


class Studio(Companion):
    """A server on a machine with two sound devices, whose blocks a test asks for."""

    def __init__(self, library: Path, worker: list[str]) -> None:
        super().__init__(library, worker)
        self.machine = Machine([DESK, PHONES], block=1024, began_s=time.monotonic())

    async def _serve(self, ready: Ready) -> None:
        self._loop, self._ends = asyncio.get_running_loop(), asyncio.Event()
        async with app.running(
            self._library,
            self._worker,
            port=self.port,
            sources=["host", "midi"],
            devices=self.machine,
        ) as address:
            self.port = address[1]
            ready.set()
            await self._ends.wait()

    def pull(self, blocks: int = 1) -> None:
        """The device that is open asks for blocks, as its callback would."""
        for _ in range(blocks):
            self.machine.opened[-1].pull()


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> MidiSystem:
    """The machine's MIDI: one input, which can be played."""
    made = MidiSystem(f"{PAD} 20:0")
    monkeypatch.setattr("server.midi_inputs.MISSING", "")
    monkeypatch.setattr("rtmidi.MidiIn", made.client)
    return made


@pytest.fixture
def studio(
    library: Path, fake_worker: Callable[..., list[str]], keyboard: MidiSystem
) -> Iterator[Studio]:
    assert keyboard
    made = Studio(library, fake_worker(seconds=0.1))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def wire(studio: Studio, qtbot: QtBot) -> Iterator[Wire]:
    assert qtbot
    made = Wire("127.0.0.1", studio.port)
    yield made
    made.close()


@pytest.fixture
def state(wire: Wire) -> State:
    return State(wire)


@pytest.fixture
def strip(wire: Wire, state: State, qtbot: QtBot) -> HostStrip:
    made = HostStrip(wire, state)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: state.transport is not None, timeout=PATIENCE_MS)
    return made


@pytest.fixture
def playing(strip: HostStrip, wire: Wire, state: State, studio: Studio, qtbot: QtBot) -> ClipEvent:
    """A loop at half of full scale plays."""
    assert strip.isVisible()
    clip = rendered(wire, state, qtbot, "level 0.5")
    wire.ask(Play, clip.clip, quantum="now")

    def plays() -> bool:
        if studio.machine.opened:
            studio.pull()
        return any(how == "playing" for _, how in state.playing)

    qtbot.waitUntil(plays, timeout=PATIENCE_MS)
    return clip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def mapped(strip: HostStrip, wire: Wire, state: State, settings: Settings, qtbot: QtBot) -> MidiMap:
    """The window of what controls do, for a scene whose seed is not kept."""
    assert strip
    made = MidiMap(
        wire, state, lambda: SCENE, lambda: next(iter(state.clips.values()), None),
        settings=settings,
    )  # fmt: skip
    qtbot.addWidget(made)
    made.show()
    return made


def rendered(wire: Wire, state: State, qtbot: QtBot, words: str) -> ClipEvent:
    answers: list[Rendered] = []
    request = RenderRequest.check({"prompt": words, "part": "drums", "bars": 1})
    wire.ask(Render, request=request, job=words.replace(" ", ""), then=answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE_MS)
    return state.clips[answers[0].clip]


def sources(wire: Wire, qtbot: QtBot) -> Sources:
    answers: list[Sources] = []
    wire.ask(SetSources, then=answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE_MS)
    return answers[0]
