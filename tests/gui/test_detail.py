"""The chosen clip: its large waveform, what is marked there, and what was checked."""

import time
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PyQt6.QtGui import QImage, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui import look
from gui.library.detail import ALL_PASSED, EMPTY, GONE, Detail, sentence
from gui.library.plot import grid
from gui.library.waveform import Waveforms
from gui.look import LIGHT, LOOK, PARTS
from melfusion.music import Metre

from .conftest import PATIENCE_MS
from .some_clips import check, clip, like, waveforms, write

__all__ = ["waveforms"]

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize(
    ("metre", "bars", "beats"),
    [
        ("4/4", [0, 4], [1, 2, 3, 5, 6, 7]),
        ("6/8", [0, 3], [0.5, 1, 1.5, 2, 2.5, 3.5, 4, 4.5, 5, 5.5]),
        ("7/8", [0, 3.5], [0.5, 1, 1.5, 2, 2.5, 3, 4, 4.5, 5, 5.5, 6, 6.5]),
    ],
)
def test_beats_are_notes_of_the_denominator(
    metre: str, bars: list[float], beats: list[float]
) -> None:
    assert grid(2, Metre.parse(metre)) == (bars, beats)


class Played:
    """What plays, as the library would tell it."""

    def __init__(self) -> None:
        self.fractions: dict[str, float] = {}


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
def detail(waveforms: Waveforms, played: Played, qtbot: QtBot) -> Detail:
    made = Detail(waveforms, lambda clip: played.fractions.get(clip))
    qtbot.addWidget(made)
    made.resize(900, 154)
    made.show()
    return made


def picture(detail: Detail) -> QImage:
    """What is to be seen of the waveform."""
    return viewport(detail).grab().toImage()


def viewport(detail: Detail) -> QWidget:
    return detail.plot._view.viewport()


def test_lines_stand_where_bars_and_beats_begin(detail: Detail) -> None:
    detail.show_clip(clip("gone.wav", metre="7/8", quarters=7.0))
    picture_ = picture(detail)
    strong = [0, 3.5]
    light = [beat / 2 for beat in range(14) if beat % 7]
    wide = picture_.width()
    ground = picture_.pixelColor(wide // 28, 10)  # between two beats

    def differs(quarter: float) -> int:
        """How much what is at a quarter note differs from what is beside it."""
        x = round(quarter / 7 * wide)
        near = range(max(0, x - 1), x + 2)
        return max(abs(picture_.pixelColor(at, 10).red() - ground.red()) for at in near)

    assert min(map(differs, strong)) > max(map(differs, light)) > 5
    assert max(differs(quarter + 0.25) for quarter in light) == 0


def test_beats_without_room_are_left_out(detail: Detail) -> None:
    detail.show_clip(clip("gone.wav", bars=64, quarters=256.0))
    assert not detail.plot.beats.isVisible()
    for _ in range(6):
        detail.plot._zoom(0.5)
    assert detail.plot.beats.isVisible()


def test_the_waveform_is_drawn_where_it_sounds(
    detail: Detail, qtbot: QtBot, tmp_path: Path
) -> None:
    samples = np.zeros(96000)
    samples[48000:60000] = 0.9
    detail.show_clip(clip(write(tmp_path / "x.wav", samples)))
    colour = PARTS["bass"]
    qtbot.waitUntil(lambda: like(picture(detail), colour) > 1000, timeout=PATIENCE_MS)
    image = picture(detail)
    quiet = image.height() // 4
    heard = [x for x in range(image.width()) if image.pixelColor(x, quiet).name() == colour]
    assert heard[0] == pytest.approx(0.5 * image.width(), abs=2)
    assert heard[-1] == pytest.approx(0.625 * image.width(), abs=2)
    # Another clip has another waveform, or none.
    detail.show_clip(clip(tmp_path / "gone.wav"))
    qtbot.waitUntil(lambda: detail.name.text() == GONE, timeout=PATIENCE_MS)
    assert like(picture(detail), colour) == 0


def test_the_playhead_moves_only_while_the_clip_plays_and_is_seen(
    detail: Detail, played: Played, qtbot: QtBot
) -> None:
    detail.show_clip(clip("gone.wav"))
    head = detail.plot.head
    assert (detail.is_moving, head.isVisible()) == (False, False)
    played.fractions["gone"] = 0.25
    detail.refresh()
    assert (detail.is_moving, head.isVisible(), head.value()) == (True, True, 2.0)
    played.fractions["gone"] = 0.5
    qtbot.waitUntil(lambda: head.value() == 4.0, timeout=PATIENCE_MS)
    detail.hide()
    assert not detail.is_moving
    detail.show()
    assert detail.is_moving
    played.fractions.clear()
    qtbot.waitUntil(lambda: not detail.is_moving, timeout=PATIENCE_MS)
    assert not head.isVisible()
    # Another clip that plays is nothing to this one.
    played.fractions["other"] = 0.5
    detail.refresh()
    assert not detail.is_moving


def wheel(detail: Detail, x: float, turned: int, shift: bool = False) -> None:
    widget = viewport(detail)
    at = QPointF(x * widget.width(), widget.height() / 2)
    modifiers = Qt.KeyboardModifier.ShiftModifier if shift else NONE
    event = QWheelEvent(
        at, widget.mapToGlobal(at), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton,
        modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_the_wheel_zooms_and_never_leaves_the_loop(detail: Detail, qtbot: QtBot) -> None:
    plot = detail.plot
    detail.show_clip(clip("gone.wav"))
    assert plot.shown == (0, 8)
    wheel(detail, 1.0, 480)
    left, right = plot.shown
    assert right == pytest.approx(8, abs=0.05)
    assert 1 < left < 7
    for _ in range(20):
        wheel(detail, 0.5, -120, shift=True)
        wheel(detail, 1.0, 120)
    left, right = plot.shown
    assert (right, right - left) == (8, pytest.approx(8 / 40))
    for _ in range(200):
        wheel(detail, 0.5, 120, shift=True)
    left, right = plot.shown
    assert (left, right) == (0, pytest.approx(8 / 40))
    for _ in range(20):
        wheel(detail, 0.0, -240)
    assert plot.shown == (0, 8)
    wheel(detail, 0.5, 240)
    assert plot.shown != (0, 8)
    qtbot.mouseDClick(viewport(detail), LEFT)
    assert plot.shown == (0, 8)
    # The same clip, told again, stays as it is; another is shown whole.
    wheel(detail, 0.5, 240)
    zoomed = plot.shown
    detail.show_clip(clip("gone.wav"), [check("key", "pass")])
    assert plot.shown == zoomed
    detail.show_clip(clip("other.wav", quarters=3.0, metre="3/4", bars=1))
    assert plot.shown == (0, 3)


def test_keys_do_what_the_wheel_does(detail: Detail, qtbot: QtBot) -> None:
    plot = detail.plot
    detail.show_clip(clip("gone.wav"))
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    left, right = plot.shown
    assert 0 < left < right < 8
    for _ in range(9):
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.shown == (pytest.approx(8 - right + left), 8)
    for _ in range(9):
        qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.shown == (0, pytest.approx(right - left))
    qtbot.keyClick(plot, Qt.Key.Key_Minus)
    assert plot.shown[1] > right - left
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.shown == (0, 8)


def test_it_is_dragged_out_and_not_scrolled(detail: Detail) -> None:
    detail.show_clip(clip("gone.wav"))
    wheel(detail, 0.5, 480)
    zoomed, widget = detail.plot.shown, viewport(detail)
    dragged: list[bool] = []
    detail.dragged.connect(lambda: dragged.append(True))
    far = QApplication.startDragDistance()

    def mouse(kind: QEvent.Type, x: int, held: Qt.MouseButton) -> None:
        at = QPointF(100 + x, 40)
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
        QApplication.sendEvent(
            widget, QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, NONE)
        )

    mouse(QEvent.Type.MouseMove, 50, Qt.MouseButton.NoButton)
    mouse(QEvent.Type.MouseButtonPress, 0, LEFT)
    mouse(QEvent.Type.MouseMove, far - 1, LEFT)
    assert not dragged
    ends_s = time.monotonic() + 0.1  # the plot would look at a hundred moves a second
    while time.monotonic() < ends_s:
        far += 1
        mouse(QEvent.Type.MouseMove, far, LEFT)
    assert dragged == [True]
    mouse(QEvent.Type.MouseButtonRelease, far + 90, Qt.MouseButton.NoButton)
    mouse(QEvent.Type.MouseMove, far + 200, Qt.MouseButton.NoButton)
    assert (dragged, detail.plot.shown) == ([True], zoomed)


def test_what_was_checked_is_told_what_failed_first(detail: Detail) -> None:
    assert detail.empty.isVisible()
    assert detail.empty.text() == EMPTY
    detail.show_clip(clip("gone.wav"))
    assert not detail.empty.isVisible()
    assert [detail.checks.item(0).text()[2:], detail.checks.count()] == [ALL_PASSED, 1]
    key = check("key", "fail", "F minor", "C major")
    tempo = check("tempo", "pass", 120.0, 119.9, "BPM")
    onset = check("first onset", "n/a", 0.0, None, "ms")
    detail.show_clip(clip("gone.wav"), [onset, tempo, key])
    told = [detail.checks.item(row).text() for row in range(3)]
    assert told == [
        "✗ key: asked F minor, got C major",
        "✓ tempo: asked 120, got 119.9 BPM",
        "○ " + sentence(onset),
    ]
    assert detail.checks.item(0).foreground().color().name() == LOOK.colours.bad
    detail.show_clip(None)
    assert detail.empty.isVisible()


def test_the_large_waveform_wears_other_colours_at_once(
    detail: Detail, monkeypatch: pytest.MonkeyPatch
) -> None:
    detail.show_clip(clip("gone.wav"), [check("key", "fail")])
    spot = QPoint(30, 30)
    assert picture(detail).pixelColor(spot).name() == look.DARK.panel
    monkeypatch.setattr(LOOK, "colours", LIGHT)
    LOOK.changed.emit()
    assert picture(detail).pixelColor(spot).name() == LIGHT.panel
    assert detail.checks.item(0).foreground().color().name() == LIGHT.bad


def test_chords_stand_over_their_bars(detail: Detail) -> None:
    def ruler(chords: str) -> QImage:
        detail.show_clip(clip(f"{chords}.wav", chords=chords))
        plot = detail.plot
        return plot.grab(QRect(0, 0, plot.width(), plot._view.y() - 1)).toImage()

    def differ(one: str, other: str) -> range:
        """Where the rulers differ, from left to right."""
        a, b = ruler(one), ruler(other)
        places = [
            x
            for x in range(a.width())
            if any(a.pixel(x, y) != b.pixel(x, y) for y in range(a.height()))
        ]
        return range(places[0], places[-1])

    for fewer, more, begins in (("", "Am", 0), ("Am", "Am | F", 1 / 2), ("Am", "Am C", 1 / 4)):
        chord = differ(fewer, more)
        left = begins * detail.plot.width()
        assert left <= chord.start < chord.stop < left + 50
