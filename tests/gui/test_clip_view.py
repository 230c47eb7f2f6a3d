"""The table of clips as it is looked at: what scrolling paints."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QImage, QWheelEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.library.clip_view import ClipView
from gui.library.clips import BPM, CHECKS, COLUMNS, STAR, WAVE, WORDS, ClipTable
from gui.library.waveform import Waveforms
from gui.look import LIGHT, LOOK
from gui.qt import there
from gui.state import State

from .some_clips import clip, like, waveforms

__all__ = ["waveforms"]

LOOPS = 200


@pytest.fixture
def view(
    qtbot: QtBot, qapp: QApplication, waveforms: Waveforms, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClipView]:
    """Many clips without files, whose waveforms stay empty."""
    palette, sheet, colours = QApplication.palette(), qapp.styleSheet(), LOOK.colours
    LOOK.wear("light")
    monkeypatch.setattr(waveforms, "coarse", lambda *_: None)
    nothing_plays = SimpleNamespace(playing={}, quarters=None, place_in=lambda _: None)
    clips = ClipTable()
    made = ClipView(clips, waveforms, cast(State, nothing_plays))
    qtbot.addWidget(made)
    made.resize(1200, 500)
    clips.add(
        [
            clip(Path("none.wav"), clip=f"{at:012x}", prompt=f"warm house number {at}", bpm=60 + at)
            for at in range(LOOPS)
        ]
    )
    made.show()
    qtbot.waitExposed(made)
    settle()
    yield made
    LOOK.colours = colours
    qapp.setStyleSheet(sheet)
    QApplication.setPalette(palette)


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def table(view: ClipView) -> ClipTable:
    model = view.model()
    assert isinstance(model, ClipTable)
    return model


def seen(view: ClipView) -> QImage:
    """What is on the screen now: nothing is painted for it."""
    screen = view.screen()
    assert screen
    where = there(view.viewport()).mapTo(view, QPoint())
    size = there(view.viewport()).size()
    picture = screen.grabWindow(view.winId(), where.x(), where.y(), size.width(), size.height())
    return picture.toImage().convertToFormat(QImage.Format.Format_RGB32)


def turn(view: ClipView, notches: int) -> None:
    """Turns the wheel; a notch is three rows."""
    viewport = there(view.viewport())
    middle = QPointF(viewport.rect().center())
    event = QWheelEvent(
        middle, viewport.mapToGlobal(middle), QPoint(), QPoint(0, -120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)
    settle()


def test_a_turn_of_the_wheel_paints_what_comes_into_sight_alone() -> None:
    """In a process of its own: after some other tests, Qt here paints all of a view at any time."""
    script = str(Path(__file__).with_name("scrolling.py"))
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", script]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("notches", [1, 3, 7])
def test_what_is_seen_after_scrolling_is_what_is_there(view: ClipView, notches: int) -> None:
    view.selectRow(8)
    turn(view, notches)
    turn(view, -1)
    moved = seen(view)
    there(view.viewport()).repaint()
    settle()
    assert moved == seen(view)
    assert like(moved, LIGHT.text) > 1000
    assert like(moved, LIGHT.accent) > 1000 or notches == 7  # the chosen row, where it is in sight


def test_below_the_last_row_there_is_nothing_left(view: ClipView) -> None:
    before = seen(view)
    table(view).clear()
    settle()
    empty = seen(view)
    assert before != empty
    assert {empty.pixel(x, y) for x in range(0, 900, 7) for y in range(0, 400, 5)} == {
        empty.pixel(0, 0)
    }


def test_text_is_cut_where_its_column_ends_and_stands_in_the_middle_of_others(
    view: ClipView,
) -> None:
    words = table(view).index(2, WORDS)
    wide = like(cut(view, words), LIGHT.text)
    assert wide > 50
    view.resize(640, 500)
    settle()
    cell = cut(view, words)
    ink = [x for x in range(cell.width()) if dark(cell, x)]
    assert ink
    assert ink[-1] < cell.width() - 2
    bpm = cut(view, table(view).index(2, BPM))
    ink = [x for x in range(bpm.width()) if dark(bpm, x)]
    assert abs((ink[0] + ink[-1]) / 2 - bpm.width() / 2) <= 2


def test_every_text_is_painted_and_chosen_rows_stand_out(view: ClipView) -> None:
    plain = cut(view, table(view).index(1, WORDS))
    view.selectRow(1)
    settle()
    chosen = cut(view, table(view).index(1, WORDS))
    assert like(chosen, LIGHT.accent) > 0.5 * chosen.width() * chosen.height()
    assert like(plain, LIGHT.accent) == 0
    for column in range(len(COLUMNS)):
        if column in (STAR, WAVE, CHECKS) or view.isColumnHidden(column):
            continue
        index = table(view).index(2, column)
        if index.data():
            cell = cut(view, index)
            assert any(dark(cell, x) for x in range(cell.width())), COLUMNS[column]


def cut(view: ClipView, index: Any) -> QImage:
    return seen(view).copy(view.visualRect(index))


def dark(image: QImage, x: int) -> bool:
    """Whether there is ink in that column of pixels, on a light ground."""
    return any(image.pixelColor(x, y).lightness() < 128 for y in range(image.height()))
