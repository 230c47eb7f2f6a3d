"""The host strip's menus before a real server: the sound device, who may lead, MIDI inputs."""

from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from gui.host.host_strip import NOT_DONE, HostStrip
from gui.host.ports import ANY_INPUT, NO_INPUTS, NO_SOUND, UNOPENED, _Button
from gui.qt import there
from gui.state import State
from gui.wire import Wire
from server.player_messages import Play
from server.protocol import ClipEvent

from ..server.fake_midi import MidiSystem
from .conftest import PATIENCE_MS
from .some_host import (
    DESK,
    PAD,
    PHONES,
    Studio,
    keyboard,
    playing,
    rendered,
    sources,
    state,
    strip,
    studio,
    wire,
)

__all__ = ["keyboard", "playing", "state", "strip", "studio", "wire"]


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
    qtbot.waitUntil(lambda: strip.device.text() == NO_SOUND, timeout=PATIENCE_MS)
    assert strip.device.toolTip().startswith("No sound: there is no sound device")
    # Where nothing else is to be said, there is room for the reason.
    strip.resize(1200, strip.height())
    assert (strip.coming.text(), strip.more.whole) == (NO_SOUND, there(state.device).trouble)
    assert not entry(strip.device, qtbot, "There is no sound device").isEnabled()


# MIDI.


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
