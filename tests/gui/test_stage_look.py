"""How the stage looks at any size, what of it is painted, and its keys, without a server."""

import sys
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PyQt6.QtGui import QColor, QFontMetricsF, QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.look import PARTS
from gui.stage.next import KEYS, Next
from gui.stage.parts import LINE, Panel
from gui.stage.stage import HINT, Stage
from server.player_messages import DeviceEvent, MetersEvent, MixEvent, PlayingEvent
from server.protocol import ClipEvent, JobEvent, Welcome
from server.render_messages import CueEvent, EvolveEvent
from server.transport_messages import TransportEvent

from .some_stage import open_stage, texts, written

SIZES = ((900, 600), (1280, 800), (1920, 1080), (2560, 1440), (960, 1080))
SHIFT, PLAIN = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


class Silent:
    """A stage that is told things as if there were a server."""

    def __init__(self, port: int) -> None:
        self.wire, self.state, self.stage = open_stage(port)
        self.wire.close()  # what is told comes from the test

    def tell(self, *events: Any) -> None:
        for event in events:
            self.wire.told.emit(event)
        QApplication.processEvents()

    def tell_place(self, bar: int, beat: float, metre: str = "4/4", playing: int = 1) -> None:
        self.tell(
            TransportEvent("internal", "", 174.25, metre, playing, bar, beat, 1.0, "internal")
        )

    def tell_all(self, bar: int = 17, metre: str = "4/4") -> None:
        """Everything at once, with long words."""
        long = "a warm house with a very long sentence of words that goes on, Donaudampfschiff"
        self.wire.welcomed.emit(Welcome(1, "/melfusion/hello", 1, "1", "fake", ""))
        for part in PARTS:
            self.tell(clip(part, f"{long} {part}"), clip(f"{part}-2", long, part))
        self.tell_place(bar, 2.5, metre)
        self.tell(DeviceEvent("open", "x", 48000, 256, 0, ""), MixEvent("bass", 1.0, 1))
        for part in ("drums", "bass", "chords"):
            self.tell(PlayingEvent(part, part, "playing", 1, 0.0))
        self.tell(PlayingEvent("drums", "drums-2", "waiting", bar + 1, 0.0))
        self.tell(JobEvent("j", "rendering", 0.6, 10.0, "denoising", "", "", "lead", long))
        self.tell(CueEvent("j", "lead", "", bar + 12, 12.0, "rendering", 6, ""))
        self.tell(MetersEvent(0.8, 0.0, 0.02, 0.0, 0.0, 0.8, 1.0))

    def tell_more(self) -> None:
        """What is there at times only."""
        self.tell(EvolveEvent("drums bass", 4, 21, 0.45))
        reason = "on_bar: bar 29 has come before it was rendered; when it is, it is kept"
        self.tell(CueEvent("j", "lead", "", 29, 0.0, "missed", 6, reason))
        self.stage._complain("playing: host leads: set it there, or take host out of the sources")


def clip(name: str, words: str, part: str = "") -> ClipEvent:
    told: dict[str, Any] = {
        field: {int: 0, float: 0.0, str: ""}[kind]
        for field, kind in ClipEvent.__annotations__.items()
        if field != "address"
    }
    told |= {"clip": name, "path": f"/{name}.wav", "part": part or name, "prompt": words}
    told |= {"bpm": 174.25, "key": "F# mixolydian", "metre": "4/4", "bars": 4, "recipe": "{}"}
    return ClipEvent(**{**told, "quarters": 16.0})


@pytest.fixture
def silent(qtbot: QtBot, free_port: int) -> Silent:
    made = Silent(free_port)
    qtbot.addWidget(made.stage)
    made.stage.resize(1280, 800)
    made.stage.show()
    return made


# Keys.


def test_keys_are_shown_and_the_stage_is_left(silent: Silent, qtbot: QtBot) -> None:
    stage = silent.stage
    left: list[None] = []
    stage.left.connect(lambda: left.append(None))
    for key in (Qt.Key.Key_Question, Qt.Key.Key_F1):
        qtbot.keyClick(stage, key)
        assert stage.keys.isVisible()
        assert all(key in texts(stage.keys) for key, _ in KEYS)
        qtbot.keyClick(stage, key)
        assert not stage.keys.isVisible()
    qtbot.keyClick(stage, Qt.Key.Key_F1)
    qtbot.keyClick(stage, Qt.Key.Key_Escape)
    assert not stage.keys.isVisible()
    assert not left
    qtbot.keyClick(stage, Qt.Key.Key_Escape)
    assert left


@pytest.mark.parametrize(
    ("platform", "native", "virtual"),
    [("linux", 12, 0), ("win32", 4, 0), ("darwin", 0, 20)],
)
def test_digits_are_known_by_where_they_lie(
    silent: Silent,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    native: int,
    virtual: int,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    touched: list[tuple[str, bool]] = []
    monkeypatch.setattr(silent.stage, "_touch", lambda part, stop: touched.append((part, stop)))
    for key, text, modifier in (
        (Qt.Key.Key_NumberSign, "#", SHIFT),  # American
        (Qt.Key.Key_QuoteDbl, '"', PLAIN),  # French
    ):
        press = QKeyEvent(QEvent.Type.KeyPress, key, modifier, native, virtual, 0, text)
        QApplication.sendEvent(silent.stage, press)
    assert touched == [("chords", True), ("chords", False)]


def test_a_key_that_is_held_does_it_once_but_for_choosing(silent: Silent) -> None:
    silent.tell_all()
    before = silent.stage.next.currentIndex().row()
    for key in (Qt.Key.Key_F1, Qt.Key.Key_Up):
        for number in range(4):
            press = QKeyEvent(QEvent.Type.KeyPress, key, PLAIN, "", number > 0)
            QApplication.sendEvent(silent.stage, press)
    assert silent.stage.keys.isVisible()
    assert silent.stage.next.currentIndex().row() == before - 4


def test_shortcuts_of_the_window_do_not_take_its_keys(silent: Silent, qtbot: QtBot) -> None:
    window, taken = QWidget(), []
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(silent.stage)
    for keys in ("F1", "Space", "Ctrl+Space"):
        QShortcut(QKeySequence(keys), window, lambda keys=keys: taken.append(keys))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is silent.stage)
    qtbot.keyClick(silent.stage, Qt.Key.Key_F1)
    assert silent.stage.keys.isVisible()
    assert not taken
    qtbot.keyClick(silent.stage, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert taken == ["Ctrl+Space"]
    silent.stage.setParent(None)


# Looks.


def panels(stage: Stage) -> list[Panel[Any] | Next]:
    """All that is to be seen."""
    found = [child for child in stage.findChildren(QWidget) if isinstance(child, Panel | Next)]
    return [child for child in found if child.isVisible()]


def check_words(widget: Panel[Any] | Next, stage: Stage) -> None:
    """Nothing is cut, and nothing is small."""
    room = QRectF(widget.rect()).adjusted(-0.6, -0.6, 0.6, 0.6)
    for words in written(widget):
        metrics, place = QFontMetricsF(words.font), words.place
        assert words.font.pixelSize() >= 0.022 * stage.height(), words
        assert metrics.capHeight() >= 0.022 * stage.height(), words
        assert metrics.horizontalAdvance(words.text) <= place.width() + 0.6, words
        ink = metrics.tightBoundingRect(words.text)
        middle = place.center().y() + (metrics.ascent() - metrics.descent()) / 2
        assert room.contains(ink.translated(place.x(), middle)) or not words.text, words
        if widget not in (stage.place, stage.countdown):
            assert metrics.height() <= max(place.height(), LINE * words.font.pixelSize()), words
    lines = sorted(written(widget), key=lambda words: (words.place.x(), words.place.y()))
    for above, below in pairwise(lines):
        assert not above.place.adjusted(0, 0, -1, -1).intersects(below.place), (above, below)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("bar", [7, 128, 1288])
def test_all_can_be_read_at_any_size(silent: Silent, size: tuple[int, int], bar: int) -> None:
    stage = silent.stage
    stage.resize(*size)
    silent.tell_all(bar)
    for more in (lambda: None, silent.tell_more, lambda: silent.state._lose("server: gone")):
        more()
        QApplication.processEvents()
        for widget in panels(stage):
            check_words(widget, stage)
        shown = [w for w in panels(stage) if w not in (stage.lights, stage.trouble)]
        for one in shown:
            assert stage.rect().contains(one.geometry()), one.accessibleName()
            on_it = [w for w in shown if w is not one and w.geometry().intersects(one.geometry())]
            assert not on_it, [one.accessibleName(), *(w.accessibleName() for w in on_it)]
    assert stage.trouble.isVisible()
    stage.keys.show()
    check_words(stage.keys, stage)
    assert "…" not in texts(stage.keys)


@pytest.mark.parametrize("size", SIZES)
def test_bar_and_beat_are_huge(silent: Silent, size: tuple[int, int]) -> None:
    silent.stage.resize(*size)
    silent.tell_place(128, 4.2)
    (words,) = silent.stage.place.words
    assert words.text == "128.4"
    digits = QFontMetricsF(words.font).capHeight() / size[1]
    assert 0.2 < digits < 0.24


@pytest.mark.parametrize("size", SIZES)
def test_what_must_be_known_is_never_elided(silent: Silent, size: tuple[int, int]) -> None:
    stage = silent.stage
    stage.resize(*size)
    silent.tell_all(1288, "15/16")
    assert texts(stage.place) == "1288.2"
    assert "174.2 BPM 15/16" in texts(stage.leading)
    assert "Own clock leads" in texts(stage.leading)
    for number, part in enumerate(PARTS, start=1):
        assert stage.tiles[part].words[0].text == f"{number} {part.title()}"
    assert "Muted" in texts(stage.tiles["bass"])
    assert "in 14 beats" in texts(stage.tiles["drums"])
    assert "in 12 bars" in texts(stage.tiles["lead"])
    assert texts(stage.countdown).startswith("14 beats Drums on bar 1289")
    assert texts(stage.note) == HINT
    silent.tell_more()
    assert "Missed: lead on bar 29" in texts(stage.countdown).replace(",", "")
    assert "To the other scene: 45%, next on bar 21" in texts(stage.way)


@pytest.mark.parametrize("size", SIZES)
def test_every_panel_is_painted(silent: Silent, size: tuple[int, int]) -> None:
    stage = silent.stage
    stage.resize(*size)
    silent.tell_all()
    silent.tell_more()
    picture = stage.grab().toImage()
    scale = picture.width() / stage.width()
    for widget in panels(stage):
        place = widget.geometry()
        colours = {
            picture.pixel(round(x * scale), round(y * scale))
            for x in range(place.left(), place.right(), 7)
            for y in range(place.top(), place.bottom(), 5)
        }
        assert len(colours) > 1, widget.accessibleName()
    lights = stage.lights.geometry()
    x, y = lights.left() + 0.37 * lights.width(), lights.center().y()
    lit = QColor(picture.pixel(round(x * scale), round(y * scale)))
    assert lit == QColor(stage.lights.ink("text"))  # the second of four


def test_thirty_two_beats_have_their_lights(silent: Silent) -> None:
    silent.stage.resize(900, 600)
    silent.tell_place(3, 32.5, "32/16")
    picture = silent.stage.lights.grab().toImage()
    row = [QColor(picture.pixel(x, 3)) for x in range(picture.width())]
    edges = sum(one != other for one, other in pairwise(row))
    assert edges >= 2 * 31
    assert row[-5] == QColor(silent.stage.lights.ink("text"))


class Paints(QObject):
    """Counts what is painted."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.count: Counter[str] = Counter()
        for child in [stage, *stage.findChildren(QWidget)]:
            child.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        if event and event.type() == QEvent.Type.Paint:
            self.count[type(watched).__name__] += 1
        return False


def test_only_what_has_changed_is_painted(silent: Silent, qtbot: QtBot) -> None:
    silent.tell_all()
    silent.tell_place(17, 2.6)
    qtbot.waitExposed(silent.stage)
    QApplication.processEvents()
    paints = Paints(silent.stage)
    for _ in range(5):
        silent.tell_place(17, 2.6)
        silent.tell(MetersEvent(0.8, 0.0, 0.02, 0.0, 0.0, 0.8, 1.0))
    assert not paints.count
    silent.tell(MetersEvent(0.5, 0.0, 0.1, 0.0, 0.0, 0.8, 1.0))
    assert paints.count == {"Meter": 2}
    paints.count.clear()
    silent.tell_place(17, 3.0)
    # One more light, and the tile and the count of what waits.
    assert paints.count == {"Place": 1, "Lights": 1, "Tile": 1, "Countdown": 1}
    assert not any(timer.isActive() for timer in silent.stage.findChildren(QTimer))


def test_meters_fall_when_the_device_is_gone(silent: Silent) -> None:
    silent.tell_all()
    meter = silent.stage.tiles["drums"].meter
    assert meter.filled
    silent.tell(DeviceEvent("lost", "x", 0, 0, 0, "the sound device is gone"))
    assert not meter.filled
    assert "the sound device is gone" in texts(silent.stage.note)


def test_while_the_clock_stands_still_nothing_is_counted(silent: Silent) -> None:
    silent.tell_all()
    silent.tell_place(17, 2.5, playing=0)
    # What played waits, as a server tells it, and will go on where it was.
    silent.tell(PlayingEvent("chords", "chords", "waiting", 1, 0.0))
    tiles = silent.stage.tiles
    assert tiles["drums"].shown.then.startswith("when it plays: ")
    assert tiles["chords"].shown.then == ""
    assert tiles["chords"].shown.words
    assert silent.stage.countdown.shown.unit == "stopped"
    assert "Stopped" in texts(silent.stage.leading)
