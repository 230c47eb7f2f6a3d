"""The rows of clips: how waveforms, stars and badges of checks are painted, and how fast."""

import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QPoint
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from gui.library.badges import ClipDelegate, summary
from gui.library.clips import CLIP
from gui.library.waveform import Waveforms
from gui.look import LIGHT, LOOK, PARTS
from server.protocol import ClipEvent

from .conftest import PATIENCE_MS
from .some_clips import check, clip, like, waveforms, write

__all__ = ["waveforms"]

PAINT_MS = 10.0
"""Three times what forty rows took when this was written."""

STAR, WAVE, CHECKS = range(3)
ROW = 24


class Rows(QAbstractTableModel):
    """Clips, with what is painted in columns 0 to 2."""

    def __init__(self, clips: list[ClipEvent]) -> None:
        super().__init__()
        self.clips = clips

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: ARG002, N802
        return len(self.clips)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: ARG002, N802
        return 3

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        return self.clips[index.row()] if role == CLIP else None


class Table(QTableView):
    """A view of clips, of which the first plays and is a favourite."""

    def __init__(self, clips: list[ClipEvent], checks: dict, waveforms: Waveforms) -> None:
        super().__init__()
        self.rows = Rows(clips)
        self.setModel(self.rows)
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        for column, width in enumerate((30, 120, 160)):
            self.setColumnWidth(column, width)
        first = clips[0].clip
        self.setItemDelegate(
            ClipDelegate(
                waveforms,
                waveform_column=WAVE,
                checks_column=CHECKS,
                favourite_column=STAR,
                checks=lambda clip: checks.get(clip.clip, ()),
                is_favourite=lambda clip: clip.clip == first,
                playing=lambda clip: 0.25 if clip.clip == first else None,
                parent=self,
            )
        )
        waveforms.ready.connect(lambda _: self.viewport().update())
        self.resize(320, ROW * len(clips) + 4)

    def cell(self, row: int, column: int) -> QImage:
        """What is painted in a cell."""
        rect = self.visualRect(self.rows.index(row, column))
        return self.viewport().grab(rect).toImage()


def colours(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


@pytest.fixture
def table(waveforms: Waveforms, qtbot: QtBot, tmp_path: Path) -> Table:
    samples = np.zeros(48000)
    samples[24000:] = np.random.default_rng(0).uniform(-0.9, 0.9, 24000)
    clips = [
        clip(write(tmp_path / f"{part}.wav", samples), part=part)
        for part in ("drums", "bass", "chords")
    ]
    clips.append(clip(tmp_path / "gone.wav", passed=0))
    checks = {
        "drums": [check("key", "pass"), check("tempo", "pass")],
        "bass": [check("key", "fail"), check("tempo", "pass")],
        "chords": [check("seam step", "fail"), check("seam gap", "pass"), check("key", "n/a")],
    }
    made = Table(clips, checks, waveforms)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(
        lambda: all(waveforms.coarse(clip.clip, clip.path) for clip in clips), timeout=PATIENCE_MS
    )
    return made


def test_a_row_shows_the_waveform_in_the_colour_of_its_part(table: Table) -> None:
    for row, part in ((1, "bass"), (2, "chords")):
        image = table.cell(row, WAVE)
        half = image.width() // 2
        silent, loud = image.copy(0, 0, half, ROW), image.copy(half, 0, half, ROW)
        assert like(silent, PARTS[part]) < half * 2 < 5 * half < like(loud, PARTS[part])
    assert like(table.cell(3, WAVE), PARTS["bass"]) < 120 * 2  # it has gone: a line


def test_where_a_clip_plays_there_is_a_line(table: Table) -> None:
    white = QColor(LOOK.colours.text).name()
    image = table.cell(0, WAVE)
    places = [x for x in range(image.width()) if image.pixelColor(x, 1).name() == white]
    assert places
    assert all(abs(x - 0.25 * 120) < 4 for x in places)
    assert white not in colours(table.cell(1, WAVE).copy(0, 0, 120, 4))


def test_a_favourite_is_a_filled_star(table: Table) -> None:
    middle = QPoint(15, ROW // 2)
    assert table.cell(0, STAR).pixelColor(middle).name() == LOOK.colours.accent
    assert table.cell(1, STAR).pixelColor(middle).name() != LOOK.colours.muted
    assert like(table.cell(1, STAR), LOOK.colours.muted) > 10


def test_badges_are_told_apart_without_colour_too(table: Table) -> None:
    good, bad = LOOK.colours.good, LOOK.colours.bad
    passed, failed = table.cell(0, CHECKS), table.cell(1, CHECKS)
    assert (like(passed, bad), like(failed, bad) > 0, like(failed, good) > 0) == (0, True, True)
    # What failed has a name: its badge is wide.
    columns = {x for x in range(160) for y in range(ROW) if failed.pixelColor(x, y).name() == bad}
    assert max(columns) - min(columns) > 2 * ROW * 0.6
    assert like(table.cell(2, CHECKS), bad) > 0
    assert like(table.cell(3, CHECKS), bad) > 0  # of its checks only that not all passed is known


def test_what_is_chosen_can_still_be_read(table: Table) -> None:
    table.selectRow(1)
    for column in (STAR, WAVE, CHECKS):
        assert like(table.cell(1, column), LOOK.colours.on_accent) > 10


def test_other_colours_are_painted_at_once(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LIGHT.good not in colours(table.cell(1, CHECKS))
    monkeypatch.setattr(LOOK, "colours", LIGHT)
    LOOK.changed.emit()
    assert LIGHT.good in colours(table.cell(1, CHECKS))


def test_many_checks_are_few_badges() -> None:
    checks = [
        check("length", "pass"), check("first onset", "pass"), check("off the grid", "fail"),
        check("key", "n/a"), check("seam step", "pass"), check("seam gap", "pass"),
        check("warmth", "fail"),
    ]  # fmt: skip
    assert list(summary(checks).items()) == [
        ("grid", False), ("warmth", False), ("length", True), ("seam", True),
    ]  # fmt: skip
    assert summary([]) == {}


@pytest.mark.alone
def test_forty_rows_are_painted_in_time(waveforms: Waveforms, qtbot: QtBot, tmp_path: Path) -> None:
    path = write(tmp_path / "x.wav", np.random.default_rng(0).uniform(-1, 1, 48000))
    clips = [clip(path, clip=str(number)) for number in range(40)]
    many = [check(name, "pass") for name in ("length", "tempo", "key", "seam gap", "loudness")]
    some = [*many, check("off the grid", "fail")]
    checks = {str(number): some if number % 3 else many for number in range(40)}
    table = Table(clips, checks, waveforms)
    qtbot.addWidget(table)
    table.show()
    qtbot.waitUntil(
        lambda: all(waveforms.coarse(clip.clip, clip.path) for clip in clips), timeout=PATIENCE_MS
    )
    screen = QImage(table.viewport().size(), QImage.Format.Format_ARGB32_Premultiplied)

    def took_ms() -> float:
        before = time.thread_time()
        table.viewport().render(screen)
        return (time.thread_time() - before) * 1000

    took_ms()  # now all is drawn
    median_ms = statistics.median(took_ms() for _ in range(20))
    print(f"forty rows: {median_ms:.1f} ms")
    assert median_ms < PAINT_MS
