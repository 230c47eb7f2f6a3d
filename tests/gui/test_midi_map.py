"""What MIDI controls do: learned, fired, turned and told, before a real server with MIDI."""

import json

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui.host import midi_map
from gui.host.controls import does, named
from gui.host.midi_map import EMPTY, MidiMap
from gui.host.midi_table import CONTROL, DOES, LAST
from gui.look import LOOK
from gui.qt import there
from gui.settings import Settings
from gui.state import State
from gui.wire import Wire
from melfusion.request import RenderRequest
from server.player_messages import Panic, Play, Stop
from server.protocol import ClipEvent
from server.remote_messages import BindingEvent, Fire

from ..server.fake_midi import MidiSystem
from .conftest import PATIENCE_MS
from .some_host import (
    PAD,
    keyboard,
    mapped,
    playing,
    rendered,
    settings,
    sources,
    state,
    strip,
    studio,
    wire,
)

__all__ = ["keyboard", "mapped", "playing", "settings", "state", "strip", "studio", "wire"]

LEFT = Qt.MouseButton.LeftButton


def learn(mapped: MidiMap, qtbot: QtBot, what: str, part: str = "Drums") -> None:
    """Chooses something, and presses Learn."""
    assert mapped.what.findText(what) >= 0
    mapped.what.setCurrentText(what)
    mapped.part.setCurrentText(part)
    qtbot.mouseClick(mapped.learn, LEFT)
    assert mapped.told.text() == midi_map.MOVE
    sources(mapped._wire, qtbot)  # what was asked before has come to the server


def play(keyboard: MidiSystem, qtbot: QtBot, text: str) -> None:
    qtbot.waitUntil(lambda: bool(keyboard.open), timeout=PATIENCE_MS)
    (name,) = keyboard.open
    keyboard.play(name, text, 0.1)


def learned(
    mapped: MidiMap, keyboard: MidiSystem, qtbot: QtBot, what: str, text: str
) -> BindingEvent:
    """Has it learn what a control is to do; gives what it then does."""
    state = mapped._state
    before = set(state.bindings)
    learn(mapped, qtbot, what)
    play(keyboard, qtbot, text)
    qtbot.waitUntil(lambda: len(state.bindings) > len(before), timeout=PATIENCE_MS)
    (control,) = set(state.bindings) - before
    return state.bindings[control]


def cell(mapped: MidiMap, row: int, column: int) -> str:
    return there(mapped.table.item(row, column)).text()


def test_a_control_learns_and_fires(
    playing: ClipEvent, mapped: MidiMap, keyboard: MidiSystem, state: State, qtbot: QtBot
) -> None:
    assert playing
    assert mapped.told.text() == EMPTY
    binding = learned(mapped, keyboard, qtbot, "Stop all", "note_on channel=0 note=60")
    assert (binding.control, binding.request) == (f"note 1 60 {PAD}", Stop.address)
    assert cell(mapped, 0, CONTROL) == f"Note C4, channel 1, {PAD}"
    assert cell(mapped, 0, DOES) == "Stops all"
    assert mapped.told.text() == f"Learned: Note C4, channel 1, {PAD}."
    assert state.playing  # to be learned is all that it did
    play(keyboard, qtbot, "note_on channel=0 note=60")
    qtbot.waitUntil(lambda: not state.playing, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: cell(mapped, 0, LAST) == "Done", timeout=PATIENCE_MS)
    ground = there(mapped.table.item(0, DOES)).background()
    assert ground.color() == QColor(LOOK.colours.good)
    qtbot.waitUntil(
        lambda: there(mapped.table.item(0, DOES)).background().style() == Qt.BrushStyle.NoBrush
    )


def test_the_scene_is_rendered_with_another_seed_each_time(
    mapped: MidiMap, keyboard: MidiSystem, state: State, settings: Settings, qtbot: QtBot
) -> None:
    settings.bars_ahead = 3
    render, plays = mapped.choices[0].text, mapped.choices[1].text
    binding = learned(mapped, keyboard, qtbot, render, "note_on channel=0 note=60")
    asked = ["prompt", "warm house", "bars", 1, "part", "drums"]
    assert json.loads(binding.arguments) == [*asked, "seed", "new"]
    assert cell(mapped, 0, DOES) == "Renders “warm house”, drums, 1 bars"
    for count in (1, 2):
        play(keyboard, qtbot, "note_on channel=0 note=60")
        qtbot.waitUntil(lambda count=count: len(state.clips) == count, timeout=PATIENCE_MS)
    mapped._keeps_seed = mapped._follows = lambda: True
    binding = learned(mapped, keyboard, qtbot, render, "note_on channel=0 note=61")
    assert json.loads(binding.arguments) == [*asked, "seed", 7, "sync", 1]
    binding = learned(mapped, keyboard, qtbot, plays, "note_on channel=0 note=62")
    assert json.loads(binding.arguments) == [*asked, "seed", 7, "sync", 1, "in_bars", 3]


def test_the_selected_loop_is_played_as_is_set(
    mapped: MidiMap,
    keyboard: MidiSystem,
    wire: Wire,
    state: State,
    settings: Settings,
    qtbot: QtBot,
) -> None:
    mapped.what.setCurrentText("Play the selected loop")
    qtbot.mouseClick(mapped.learn, LEFT)
    assert mapped.told.text() == midi_map.NO_CLIP
    settings.quantum, settings.crossfade_ms = "now", 500
    clip = rendered(wire, state, qtbot, "warm house")
    what = "Play the selected loop"
    binding = learned(mapped, keyboard, qtbot, what, "note_on channel=0 note=60")
    given = json.loads(binding.arguments)
    assert given == [clip.clip, "quantum", "now", "crossfade_ms", 500.0]
    assert cell(mapped, 0, DOES) == "Plays “warm house”, drums"
    play(keyboard, qtbot, "note_on channel=0 note=60")
    qtbot.waitUntil(lambda: bool(state.playing), timeout=PATIENCE_MS)


def test_knobs_are_turned(
    mapped: MidiMap, keyboard: MidiSystem, state: State, qtbot: QtBot
) -> None:
    learn(mapped, qtbot, "Turn picture strength")
    play(keyboard, qtbot, "note_on channel=0 note=60")
    qtbot.waitUntil(lambda: mapped.told.text() == midi_map.NO_KNOB, timeout=PATIENCE_MS)
    assert not state.bindings
    turn = "control_change channel=0 control=7 value=127"
    binding = learned(mapped, keyboard, qtbot, "Turn picture strength", turn)
    assert (binding.knob, binding.low, binding.high) == ("image_strength", 0, 1)
    assert cell(mapped, 0, DOES) == "Turns picture strength, 0 to 1"
    play(keyboard, qtbot, "control_change channel=0 control=7 value=32")
    qtbot.waitUntil(lambda: cell(mapped, 0, LAST) == "0.25", timeout=PATIENCE_MS)
    # What a knob turns is left to it, whatever the scene says.
    scene = RenderRequest.check({"prompt": "x", "image_strength": 0.5, "guidance": 2.0})
    mapped._scene = lambda: scene
    binding = learned(mapped, keyboard, qtbot, mapped.choices[0].text, "note_on channel=0 note=60")
    assert json.loads(binding.arguments) == ["prompt", "x", "guidance", 2.0, "seed", "new"]
    turn = "control_change channel=0 control=8 value=127"
    binding = learned(mapped, keyboard, qtbot, "Turn guidance", turn)
    assert "has a guidance of its own" in mapped.told.text()


def test_the_volume_of_a_part_is_turned(
    mapped: MidiMap, keyboard: MidiSystem, state: State, qtbot: QtBot
) -> None:
    what, turn = "Turn the volume of a part", "control_change channel=0 control=7 value=127"
    binding = learned(mapped, keyboard, qtbot, what, turn)
    assert binding.knob == "gain drums"
    play(keyboard, qtbot, "control_change channel=0 control=7 value=0")
    qtbot.waitUntil(lambda: cell(mapped, 0, LAST) == "0.00", timeout=PATIENCE_MS)
    assert state.mix["drums"].gain == 0


def test_esc_ends_learning_and_then_closes(
    mapped: MidiMap, keyboard: MidiSystem, state: State, qtbot: QtBot
) -> None:
    learn(mapped, qtbot, "Stop all")
    qtbot.keyClick(mapped, Qt.Key.Key_Escape)
    assert mapped.isVisible()
    assert mapped.told.text() == midi_map.CANCELLED
    play(keyboard, qtbot, "note_on channel=0 note=60")
    binding = learned(
        mapped, keyboard, qtbot, "Panic: silence all at once", "note_on channel=0 note=61"
    )
    assert (len(state.bindings), binding.request) == (1, Panic.address)
    qtbot.keyClick(mapped, Qt.Key.Key_Escape)
    assert not mapped.isVisible()


def test_nothing_that_is_moved_is_said(
    mapped: MidiMap, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.remote.LEARN_S", 0.3)
    learn(mapped, qtbot, "Stop all")
    qtbot.waitUntil(
        lambda: mapped.told.text().startswith("control: nothing was moved in 0.3 s; MIDI inputs: "),
        timeout=PATIENCE_MS,
    )
    assert mapped.what.isEnabled()


def test_what_fails_says_why_and_is_taken_away(
    mapped: MidiMap, keyboard: MidiSystem, wire: Wire, state: State, qtbot: QtBot
) -> None:
    wire.ask(Fire, "note 1 60", Play.address, arguments='["gone"]')
    qtbot.waitUntil(lambda: mapped.table.rowCount() == 1, timeout=PATIENCE_MS)
    assert cell(mapped, 0, DOES) == "Plays a loop that is not in the library"
    play(keyboard, qtbot, "note_on channel=0 note=60")
    why = "clip: gone is not in the library"
    qtbot.waitUntil(lambda: cell(mapped, 0, LAST) == why, timeout=PATIENCE_MS)
    assert mapped.told.text() == f"Note C4, channel 1, {PAD}: {why}"
    mapped.table.selectRow(0)
    qtbot.keyClick(mapped.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not state.bindings, timeout=PATIENCE_MS)
    assert mapped.table.rowCount() == 0


@pytest.mark.parametrize(
    ("request_", "arguments", "words"),
    [
        ("/melfusion/play", ["", "part", "bass"], "Plays the last clip of the bass"),
        ("/melfusion/stop", ["part", "full"], "Stops the full mix"),
        ("/melfusion/mix", ["part", "lead", "mute", 1], "Mutes the lead"),
        ("/melfusion/mix", ["part", "lead", "mute", 0], "Unmutes the lead"),
        ("/melfusion/mix", ["gain", 0.5], "Sets the volume of all to 0.5"),
        ("/melfusion/panic", [], "Silences all at once"),
        ("/melfusion/transport/set", ["playing", 1], "Starts the clock"),
        ("/melfusion/transport/set", ["playing", 0], "Stops the clock"),
        ("/melfusion/transport/set", ["bpm", 98], "Sets the clock to 98 BPM"),
        (
            "/melfusion/render", ["image", "/a/dusk.png", "in_bars", 2, "seed", "new"],
            "Renders “dusk”, full, 4 bars, and plays it",
        ),
        ("/melfusion/scene", ["prompt", "x"], "Renders “x”, all parts, 4 bars"),
        ("/melfusion/evolve", [8], "Varies what plays every 8 bars"),
        ("/melfusion/evolve", [0], "Varies nothing any more"),
        ("/melfusion/cancel", ["job"], "Cancels a render"),
        ("/melfusion/newer", [1], "/melfusion/newer [1]"),
    ],
)  # fmt: skip
def test_what_a_control_does_in_words(request_: str, arguments: list[object], words: str) -> None:
    binding = BindingEvent("note 1 60", request_, json.dumps(arguments), "", 0.0, 0.0)
    assert does(binding, lambda clip: clip) == words


def test_controls_in_words() -> None:
    assert named("note 1 60 Launchpad Mini") == "Note C4, channel 1, Launchpad Mini"
    assert named("cc 16 7") == "Controller 7, channel 16, any input"
    assert named("program 2 0 A") == "Program 0, channel 2, A"
