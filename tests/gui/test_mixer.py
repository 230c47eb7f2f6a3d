"""The mixer before a real server: what it is told, what it asks, and what others do meanwhile."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.host.host_strip import HostStrip
from gui.host.mixer import MASTER, NAMES, Mixer
from gui.host.strip_parts import QUIETEST_DB
from gui.stage.stage import Stage
from gui.state import State
from gui.wire import Wire
from server.player_messages import Mix
from server.protocol import ClipEvent

from .conftest import PATIENCE_MS
from .some_host import Studio, keyboard, playing, state, strip, studio, wire
from .some_stage import open_stage, texts

__all__ = ["keyboard", "playing", "state", "strip", "studio", "wire"]

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def mixer(strip: HostStrip, wire: Wire, state: State, qtbot: QtBot) -> Mixer:
    assert strip
    made = Mixer(wire, state)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: len(state.mix) == len(NAMES), timeout=PATIENCE_MS)
    return made


@pytest.fixture
def until(qtbot: QtBot, studio: Studio) -> Until:
    """Waits while the sound device, where one is open, asks for sound."""

    def wait(is_so: Callable[[], object]) -> None:
        def look() -> bool:
            if studio.machine.opened:
                studio.pull(2)
            return bool(is_so())

        qtbot.waitUntil(look, timeout=PATIENCE_MS)

    return wait


@pytest.fixture
def stage(studio: Studio, qtbot: QtBot) -> Iterator[Stage]:
    wire, state, made = open_stage(studio.port)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    qtbot.waitUntil(lambda: len(state.mix) == len(NAMES), timeout=PATIENCE_MS)
    yield made
    wire.close()


def test_a_fader_is_the_servers_volume(mixer: Mixer, state: State, until: Until) -> None:
    bass, master = mixer.channels["bass"], mixer.channels[MASTER]
    assert (bass.volume.text(), bass.fader.value()) == ("0.0 dB", 0)
    bass.fader.setValue(-60)
    until(lambda: state.mix["bass"].gain == pytest.approx(0.501, abs=0.001))
    assert bass.volume.text() == bass.fader.accessibleDescription() == "-6.0 dB"
    bass.fader.setValue(bass.fader.minimum())
    until(lambda: state.mix["bass"].gain == 0)
    assert bass.volume.text() == "-∞ dB"
    master.fader.setValue(master.fader.maximum())
    until(lambda: state.mix[MASTER].gain > 3.9)
    assert state.mix["drums"].gain == 1


def test_a_fader_that_is_dragged_ends_where_it_was_left(
    mixer: Mixer, state: State, until: Until
) -> None:
    fader = mixer.channels["lead"].fader
    for value in range(0, -101, -1):
        fader.setValue(value)
    until(lambda: state.mix["lead"].gain == pytest.approx(10**-0.5))
    assert fader.value() == -100


def test_a_fader_in_the_hand_is_not_moved_by_others(
    mixer: Mixer, state: State, wire: Wire, until: Until
) -> None:
    fader = mixer.channels["drums"].fader
    fader.setSliderDown(True)
    wire.ask(Mix, part="drums", gain=0.5)
    until(lambda: state.mix["drums"].gain == 0.5)
    assert fader.value() == 0
    fader.setSliderDown(False)
    assert fader.value() == -60


def test_back_to_nothing_turned(mixer: Mixer, state: State, until: Until, qtbot: QtBot) -> None:
    fader = mixer.channels["full"].fader
    for back in (
        lambda: qtbot.keyClick(fader, Qt.Key.Key_0),
        lambda: qtbot.mouseDClick(fader, LEFT),
    ):
        fader.setValue(-200)
        until(lambda: state.mix["full"].gain == pytest.approx(0.1))
        back()
        until(lambda: state.mix["full"].gain == 1)


def test_mute_is_in_step_with_the_stage(
    mixer: Mixer, stage: Stage, state: State, until: Until, qtbot: QtBot
) -> None:
    bass = mixer.channels["bass"]
    qtbot.mouseClick(bass.mute, LEFT)
    until(lambda: "muted" in texts(stage.tiles["bass"]).lower())
    assert bass.mute.isChecked()
    qtbot.keyClick(stage, Qt.Key.Key_2)
    until(lambda: not bass.mute.isChecked())
    assert not state.mix["bass"].mute


def test_a_part_is_stopped_on_the_next_bar(
    playing: ClipEvent, mixer: Mixer, state: State, until: Until, qtbot: QtBot
) -> None:
    assert playing.part == "drums"
    drums, bass, master = (mixer.channels[part] for part in ("drums", "bass", MASTER))
    assert drums.stop.isEnabled()
    assert master.stop.isEnabled()
    assert not bass.stop.isEnabled()
    qtbot.mouseClick(drums.stop, LEFT)
    until(lambda: not state.playing)
    assert not drums.stop.isEnabled()
    assert not master.stop.isEnabled()


def test_keys_mute_and_stop_as_on_the_stage(
    playing: ClipEvent, mixer: Mixer, state: State, until: Until, qtbot: QtBot
) -> None:
    assert playing.part == "drums"
    qtbot.keyClick(mixer, Qt.Key.Key_3)
    until(lambda: state.mix["chords"].mute)
    qtbot.keyClick(mixer, Qt.Key.Key_1, SHIFT)
    until(lambda: not state.playing)


def test_each_level_is_that_of_its_part(playing: ClipEvent, mixer: Mixer, until: Until) -> None:
    assert playing.part == "drums"
    drums, bass, master = (mixer.channels[part].level for part in ("drums", "bass", MASTER))
    until(lambda: round(drums.level) == round(master.level) == -6)
    assert bass.level == QUIETEST_DB
    mixer.channels["drums"].mute.click()
    until(lambda: drums.level == master.level == QUIETEST_DB)


def test_the_strip_counts_what_is_muted_or_turned_down(
    strip: HostStrip, wire: Wire, until: Until
) -> None:
    assert strip.mix.text() == "Mix"
    width = strip.mix.width()
    wire.ask(Mix, part="bass", mute=1)
    wire.ask(Mix, gain=0.5)
    until(lambda: strip.mix.text() == "Mix (2)")
    assert strip.mix.accessibleDescription() == "Bass: muted, Master: -6.0 dB"
    assert strip.mix.width() == width
    wire.ask(Mix, part="bass", mute=0)
    wire.ask(Mix, gain=2.0)
    until(lambda: strip.mix.text() == "Mix")


def test_without_a_server_it_rests_and_says_why(
    playing: ClipEvent, mixer: Mixer, studio: Studio, until: Until, qtbot: QtBot
) -> None:
    assert playing
    drums = mixer.channels["drums"]
    until(lambda: drums.level.level > QUIETEST_DB)
    studio.stop()
    qtbot.waitUntil(lambda: mixer.told.isVisible(), timeout=PATIENCE_MS)
    assert "start it" in mixer.told.text()
    for widget in (drums.fader, drums.mute, drums.stop):
        assert not widget.isEnabled()
    assert drums.level.level == QUIETEST_DB


def test_all_of_it_is_reached_by_keys_and_has_a_name(playing: ClipEvent, mixer: Mixer) -> None:
    assert playing
    names = {
        widget.accessibleName()
        for widget in mixer.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    assert len(names) == 3 * len(NAMES)
    assert {"Volume of Bass", "Mute the bass", "Stop the bass", "Volume of Master"} <= names
    assert "" not in names
