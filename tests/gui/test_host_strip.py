"""The host strip and what MIDI controls do, before a real server with sound and MIDI that obey."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event as Ready

import pytest
from PyQt6.QtCore import QEvent, QObject, QSettings, Qt
from PyQt6.QtGui import QAction, QColor
from PyQt6.QtWidgets import QBoxLayout, QInputDialog, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.host import midi_map
from gui.host.controls import does, named
from gui.host.host_strip import NO_SERVER, NO_TEMPO, NOT_DONE, HostStrip
from gui.host.midi_map import EMPTY, MidiMap
from gui.host.midi_table import CONTROL, DOES, LAST
from gui.host.ports import ANY_INPUT, NO_INPUTS, UNOPENED, _Button
from gui.host.strip_parts import LOUD, QUIETEST_DB, Beats, Level
from gui.look import LOOK
from gui.qt import there
from gui.settings import Settings
from gui.state import State
from gui.wire import Wire
from melfusion.request import RenderRequest
from server import app
from server.player_messages import BeatEvent, MetersEvent, Mix, Panic, Play, Stop
from server.protocol import ClipEvent, Event, Render, Rendered
from server.remote_messages import BindingEvent, Fire
from server.transport_messages import HostReport, SetSources, Sources, TransportEvent

from ..server.fake_devices import Machine
from ..server.fake_midi import MidiSystem
from .conftest import PATIENCE_MS, Companion

DESK, PHONES = "Desk & Monitors", "Phones"
PAD = "Launchpad"
LEFT = Qt.MouseButton.LeftButton
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


def typed(field: QWidget, qtbot: QtBot, text: str) -> None:
    qtbot.mouseDClick(field, LEFT)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def opened(button: _Button, qtbot: QtBot, least: str) -> dict[str, QAction]:
    """The entries of a menu, once there is one that begins so."""
    button.entries.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def texts() -> dict[str, QAction]:
        return {action.text().replace("&&", "&"): action for action in button.entries.actions()}

    qtbot.waitUntil(lambda: any(text.startswith(least) for text in texts()), timeout=PATIENCE_MS)
    button.entries.hide()
    return texts()


def entry(button: _Button, qtbot: QtBot, text: str) -> QAction:
    """The entry that begins so."""
    found = opened(button, qtbot, text)
    return next(action for said, action in found.items() if said.startswith(text))


class Paints(QObject):
    """How often a widget has been painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        self.count += bool(event and event.type() == QEvent.Type.Paint)
        return super().eventFilter(watched, event)


# Who leads, tempo, metre, bar and beat.


def test_who_leads_and_how_fast(strip: HostStrip, state: State) -> None:
    assert strip.leader.text() == "Own clock"
    assert "host: " in strip.leader.toolTip()
    assert (strip.tempo.text(), strip.metre.text()) == ("120.00", "4/4")
    assert strip.beats.count == 4
    assert state.transport


def test_the_tempo_is_typed(strip: HostStrip, state: State, qtbot: QtBot) -> None:
    typed(strip.tempo, qtbot, "98,5")
    qtbot.waitUntil(lambda: strip.tempo.text() == "98.50", timeout=PATIENCE_MS)
    assert state.transport
    assert state.transport.bpm == 98.5
    # What is being typed is not overwritten ten times a second; Esc takes it back.
    qtbot.mouseDClick(strip.tempo, LEFT)
    qtbot.keyClicks(strip.tempo, "77")
    with qtbot.waitSignal(strip._wire.told, check_params_cb=is_transport):
        pass
    assert "77" in strip.tempo.text()
    qtbot.keyClick(strip.tempo, Qt.Key.Key_Escape)
    assert strip.tempo.text() == "98.50"


def is_transport(event: Event) -> bool:
    return isinstance(event, TransportEvent)


@pytest.mark.parametrize(
    ("text", "why"), [("fast", NO_TEMPO), ("5", "bpm: must be 10 or more, not 5")]
)
def test_a_tempo_that_is_none_is_refused(
    strip: HostStrip, qtbot: QtBot, text: str, why: str
) -> None:
    with qtbot.waitSignal(strip.refused, timeout=PATIENCE_MS) as refused:
        typed(strip.tempo, qtbot, text)
    assert refused.args == [why]
    assert (strip.coming.text(), strip.more.toolTip()) == (NOT_DONE, why)
    qtbot.waitUntil(lambda: strip.tempo.text() == "120.00", timeout=PATIENCE_MS)


def test_seven_eighths_have_seven_lights(strip: HostStrip, qtbot: QtBot) -> None:
    typed(strip.tempo, qtbot, "300")
    typed(strip.metre, qtbot, "7/8")
    qtbot.waitUntil(lambda: strip.beats.count == 7, timeout=PATIENCE_MS)
    seen: set[int] = set()

    def all_seen() -> bool:
        seen.add(there(strip.beats.place)[1])
        return seen == set(range(1, 8))

    qtbot.waitUntil(all_seen, timeout=PATIENCE_MS)


def test_the_lights_move_with_the_servers_clock(strip: HostStrip, wire: Wire, qtbot: QtBot) -> None:
    told: list[tuple[int, int]] = []
    lit: list[tuple[int, int]] = []

    def take(event: Event) -> None:
        if isinstance(event, BeatEvent):  # the strip has heard it already
            told.append((event.bar, event.beat))
            lit.append(there(strip.beats.place))

    wire.told.connect(take)
    typed(strip.tempo, qtbot, "280")
    qtbot.waitUntil(lambda: len(told) >= 9, timeout=PATIENCE_MS)
    assert lit == told
    beats = [4 * bar + beat for bar, beat in told]
    assert beats == list(range(beats[0], beats[0] + len(beats)))


def test_the_first_light_is_another_one(qtbot: QtBot) -> None:
    beats = Beats()
    qtbot.addWidget(beats)
    beats.resize(beats.sizeHint())

    def light(number: int) -> QColor:
        image = beats.grab().toImage()
        ratio = image.devicePixelRatio()
        x, y = (number - 0.5) * beats.width() / beats.count, 0.8 * beats.height()
        return image.pixelColor(round(x * ratio), round(y * ratio))

    colours = LOOK.colours
    beats.tell((1, 1), 4, True)
    assert light(1) == QColor(colours.accent)
    assert light(2) == QColor(colours.raised)
    beats.tell((1, 2), 4, True)
    assert light(1) == QColor(colours.raised)
    assert light(2) == QColor(colours.text)
    beats.tell((1, 2), 4, False)
    assert light(2) == QColor(colours.muted)


def test_the_clock_is_started_and_stopped(strip: HostStrip, qtbot: QtBot) -> None:
    for text in ("Play", "Stop"):
        qtbot.mouseClick(strip.play, LEFT)
        qtbot.waitUntil(lambda text=text: strip.play.text() == text, timeout=PATIENCE_MS)
        assert strip.beats.plays == strip.play.isChecked() == (text == "Stop")
    assert strip.beats.place is not None


def test_where_the_host_leads_it_is_set_there(strip: HostStrip, wire: Wire, qtbot: QtBot) -> None:
    wire.ask(HostReport, 97.5, 4.0, 1, "3/4", 1000)
    qtbot.waitUntil(lambda: strip.leader.text() == "Host", timeout=PATIENCE_MS)
    assert (strip.tempo.text(), strip.metre.text()) == ("97.50", "3/4")
    assert strip.tempo.isReadOnly()
    assert strip.metre.isReadOnly()
    assert not strip.play.isEnabled()
    assert strip.play.toolTip() == "Host leads: set it there."


def test_a_server_that_is_gone(strip: HostStrip, studio: Studio, qtbot: QtBot) -> None:
    studio.stop()
    qtbot.waitUntil(lambda: strip.leader.text() == NO_SERVER, timeout=PATIENCE_MS)
    assert "does not answer" in strip.leader.toolTip()
    assert strip.beats.text == "-"
    for button in (strip.play, strip.device, strip.midi, strip.panic):
        assert not button.isEnabled()
    studio.start()
    qtbot.waitUntil(lambda: strip.leader.text() == "Own clock", timeout=PATIENCE_MS)
    assert strip.device.isEnabled()


# What comes next.


def test_what_comes_is_counted_down(strip: HostStrip, wire: Wire, qtbot: QtBot) -> None:
    typed(strip.tempo, qtbot, "240")
    seen: list[str] = []

    def comes() -> bool:
        text = strip.coming.toolTip()
        if text and text not in seen:
            seen.append(text)
        return any(text.startswith("1 beat") for text in seen)

    wire.ask(Render, request=SCENE, job="scene", in_bars=4)
    qtbot.waitUntil(comes, timeout=PATIENCE_MS)
    assert "Drums on bar" in seen[-1]
    counts = [text.partition(":")[0] for text in seen if "on bar" in text]
    assert counts[-5:] == ["2 bars", "1 bar", "3 beats", "2 beats", "1 beat"]


def test_what_is_missed_is_told_for_a_while(strip: HostStrip, wire: Wire, qtbot: QtBot) -> None:
    strip._said.setInterval(300)
    typed(strip.tempo, qtbot, "300")
    late = RenderRequest.check({"prompt": "fail", "part": "bass", "bars": 1})
    wire.ask(Render, request=late, job="late", in_bars=8, otherwise=lambda _: None)
    qtbot.waitUntil(
        lambda: strip.coming.toolTip().startswith("Missed: bass on bar"), timeout=PATIENCE_MS
    )
    assert "cannot be rendered" in strip.more.toolTip()
    qtbot.waitUntil(lambda: not strip.coming.toolTip(), timeout=PATIENCE_MS)


# Sound.


def test_a_device_is_chosen_and_seen(
    strip: HostStrip, studio: Studio, wire: Wire, state: State, qtbot: QtBot
) -> None:
    assert strip.device.text() == UNOPENED
    texts = list(opened(strip.device, qtbot, "System's default"))
    assert texts[:3] == [f"System's default ({DESK})", f"{DESK}, 48 kHz", f"{PHONES}, 48 kHz"]
    entry(strip.device, qtbot, PHONES).trigger()
    qtbot.waitUntil(lambda: strip.device.text() == PHONES, timeout=PATIENCE_MS)
    assert not studio.machine.opened  # it is opened when something plays
    wire.ask(Play, rendered(wire, state, qtbot, "x").clip)
    qtbot.waitUntil(lambda: "48 kHz" in strip.device.toolTip(), timeout=PATIENCE_MS)
    assert studio.machine.opened[-1].name == PHONES
    assert "Underruns: 0" in strip.device.toolTip()
    assert entry(strip.device, qtbot, PHONES).isChecked()
    entry(strip.device, qtbot, "System's default").trigger()
    qtbot.waitUntil(lambda: DESK in strip.device.toolTip(), timeout=PATIENCE_MS)
    assert strip.device.text().startswith("Desk && M")
    assert entry(strip.device, qtbot, "System's default").isChecked()


def test_a_device_that_is_refused(
    playing: ClipEvent, strip: HostStrip, studio: Studio, qtbot: QtBot
) -> None:
    assert playing
    phones = entry(strip.device, qtbot, PHONES)
    studio.machine.names = [DESK]
    with qtbot.waitSignal(strip.device.refused, timeout=PATIENCE_MS) as refused:
        phones.trigger()
    assert refused.args == [f"name: there is no sound device '{PHONES}'; there are {DESK}"]
    assert strip.coming.text() == NOT_DONE
    assert strip.device.toolTip().startswith(DESK)
    assert entry(strip.device, qtbot, DESK).isChecked()


def test_no_sound_says_why(
    strip: HostStrip, studio: Studio, wire: Wire, state: State, qtbot: QtBot
) -> None:
    studio.machine.names = []
    wire.ask(Play, rendered(wire, state, qtbot, "x").clip, otherwise=lambda _: None)
    qtbot.waitUntil(lambda: strip.device.text().startswith("No sound: "), timeout=PATIENCE_MS)
    assert strip.device.toolTip().startswith("there is no sound device")
    assert not entry(strip.device, qtbot, "There is no sound device").isEnabled()


def test_level_and_clip_light(
    playing: ClipEvent, strip: HostStrip, studio: Studio, wire: Wire, qtbot: QtBot
) -> None:
    assert playing
    level = strip.level

    def pulled(condition: Callable[[], bool]) -> Callable[[], bool]:
        def look() -> bool:
            studio.pull(4)
            return condition()

        return look

    qtbot.waitUntil(pulled(lambda: round(level.level) == -6), timeout=PATIENCE_MS)
    assert not level.clips
    wire.ask(Mix, gain=4.0)
    qtbot.waitUntil(pulled(lambda: level.clips), timeout=PATIENCE_MS)
    assert level.toolTip() == LOUD
    wire.ask(Panic)
    qtbot.waitUntil(pulled(lambda: level.level < -20), timeout=PATIENCE_MS)
    assert level.highest > level.level  # it stays where it was for a while
    qtbot.waitUntil(pulled(lambda: level.highest == QUIETEST_DB), timeout=PATIENCE_MS)
    qtbot.waitUntil(pulled(lambda: not level.clips), timeout=PATIENCE_MS)
    # Silence is not painted.
    paints, readings = Paints(level), 0

    def count(event: Event) -> None:
        nonlocal readings
        readings += isinstance(event, MetersEvent)

    qtbot.wait(50)
    paints.count = 0
    wire.told.connect(count)
    qtbot.waitUntil(pulled(lambda: readings >= 20), timeout=PATIENCE_MS)
    assert paints.count == 0


def test_a_level_that_is_not_a_number_of_decibels(qtbot: QtBot) -> None:
    level = Level()
    qtbot.addWidget(level)
    level.tell(0.0, 1.0)
    assert level.level == QUIETEST_DB
    level.tell(8.0, 1.0)
    assert level.level == 0
    level.rest()
    assert (level.level, level.highest, level.clips) == (QUIETEST_DB, QUIETEST_DB, False)


# MIDI.


def sources(wire: Wire, qtbot: QtBot) -> Sources:
    answers: list[Sources] = []
    wire.ask(SetSources, then=answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE_MS)
    return answers[0]


def test_who_may_lead_is_chosen(strip: HostStrip, wire: Wire, qtbot: QtBot) -> None:
    texts = list(opened(strip.midi, qtbot, "1. Host"))
    assert texts[1:4] == ["1. Host", "2. MIDI clock", "Link"]
    entry(strip.midi, qtbot, "Link").trigger()
    qtbot.waitUntil(lambda: sources(wire, qtbot).sources == "host midi link internal")
    entry(strip.midi, qtbot, "1. Host").trigger()
    qtbot.waitUntil(lambda: sources(wire, qtbot).sources == "midi link internal")
    for name in ("1. MIDI clock", "1. Link"):
        entry(strip.midi, qtbot, name).trigger()
        qtbot.waitUntil(lambda name=name: name[3:] in opened(strip.midi, qtbot, "Host"))
    assert sources(wire, qtbot).sources == "internal"


def test_the_input_whose_clock_counts(
    strip: HostStrip, wire: Wire, keyboard: MidiSystem, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bool(sources(wire, qtbot).midi_inputs), timeout=PATIENCE_MS)
    assert entry(strip.midi, qtbot, ANY_INPUT).isChecked()
    entry(strip.midi, qtbot, PAD).trigger()  # without the number that ALSA adds
    qtbot.waitUntil(lambda: sources(wire, qtbot).midi_port == PAD, timeout=PATIENCE_MS)
    assert entry(strip.midi, qtbot, PAD).isChecked()
    keyboard.there.clear()
    qtbot.waitUntil(lambda: not sources(wire, qtbot).midi_inputs, timeout=PATIENCE_MS)
    assert entry(strip.midi, qtbot, f"{PAD} (not there)").isChecked()
    assert not entry(strip.midi, qtbot, NO_INPUTS).isEnabled()


def test_the_midi_delay_is_set(strip: HostStrip, wire: Wire, qtbot: QtBot) -> None:
    entry(strip.midi, qtbot, "MIDI clock is late by 0 ms").trigger()
    dialog = there(strip.midi.findChild(QInputDialog))
    dialog.setDoubleValue(-12.5)
    dialog.accept()
    qtbot.waitUntil(lambda: sources(wire, qtbot).midi_delay_ms == -12.5, timeout=PATIENCE_MS)
    assert entry(strip.midi, qtbot, "MIDI clock is late by -12.5 ms")


def test_the_map_is_asked_for(strip: HostStrip, qtbot: QtBot) -> None:
    with qtbot.waitSignal(strip.midi.map_wanted):
        entry(strip.midi, qtbot, "What &controls do").trigger()


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


# How it looks.


def test_it_takes_a_second_row_where_it_is_narrow(wire: Wire, state: State, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    strip = HostStrip(wire, state)
    column = QVBoxLayout(window)
    column.addWidget(strip)
    column.addStretch(1)
    directions = QBoxLayout.Direction
    window.resize(900, 200)
    window.show()
    qtbot.waitUntil(lambda: strip._rows.direction() == directions.LeftToRight)
    row = strip.height()
    window.resize(600, 200)
    qtbot.waitUntil(lambda: strip._rows.direction() == directions.TopToBottom)
    qtbot.waitUntil(lambda: strip.height() > 1.5 * row)
    assert window.width() == 600


def test_every_widget_that_can_be_used_has_a_name(strip: HostStrip, mapped: MidiMap) -> None:
    widgets = [*strip.findChildren(QWidget), *mapped.findChildren(QWidget)]
    for widget in widgets:
        is_shown = widget.window() in (strip, mapped)  # and not in a menu of one
        if is_shown and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            text = getattr(widget, "text", str)()
            assert widget.accessibleName() or text, widget
