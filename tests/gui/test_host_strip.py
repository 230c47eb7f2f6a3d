"""The host strip before a real server: who leads, what comes next, and how loud it is."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.host.host_strip import NO_SERVER, NO_TEMPO, NOT_DONE, HostStrip
from gui.host.midi_map import MidiMap
from gui.host.strip_parts import LOUD, QUIETEST_DB, Beats, Level
from gui.look import LOOK
from gui.qt import there
from gui.state import State
from gui.wire import Wire
from melfusion.request import RenderRequest
from server.player_messages import BeatEvent, MetersEvent, Mix, Panic
from server.protocol import ClipEvent, Event, Render
from server.transport_messages import HostReport, TransportEvent

from .conftest import PATIENCE_MS
from .some_host import (
    SCENE,
    Studio,
    keyboard,
    mapped,
    playing,
    settings,
    state,
    strip,
    studio,
    wire,
)

__all__ = ["keyboard", "mapped", "playing", "settings", "state", "strip", "studio", "wire"]

LEFT = Qt.MouseButton.LeftButton


def typed(field: QWidget, qtbot: QtBot, text: str) -> None:
    qtbot.mouseDClick(field, LEFT)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


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
    ("text", "why", "told"),
    [
        ("fast", NO_TEMPO, NO_TEMPO),
        ("5", "bpm: must be 10 or more, not 5", "The tempo must be 10 or more, not 5"),
    ],
)
def test_a_tempo_that_is_none_is_refused(
    strip: HostStrip, qtbot: QtBot, text: str, why: str, told: str
) -> None:
    with qtbot.waitSignal(strip.refused, timeout=PATIENCE_MS) as refused:
        typed(strip.tempo, qtbot, text)
    assert refused.args == [why]
    assert (strip.coming.text(), strip.more.toolTip()) == (NOT_DONE, told)
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
        assert strip.play.toolTip().startswith("Stops" if text == "Stop" else "Starts")
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


# How loud it is.


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


# How it looks.


def test_it_takes_a_second_row_where_it_is_narrow(wire: Wire, state: State, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    strip = HostStrip(wire, state)
    column = QVBoxLayout(window)
    column.addWidget(strip)
    column.addStretch(1)
    directions = QBoxLayout.Direction
    window.resize(1000, 200)
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
