"""Waveforms of real files, how they are kept, and how they are painted, small and large."""

import dataclasses
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PyQt6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPoint, QPointF, QRect, Qt
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QTableView, QWidget
from pytestqt.qtbot import QtBot

from gui import look
from gui.library.badges import ClipDelegate, summary
from gui.library.clips import CLIP
from gui.library.detail import ALL_PASSED, EMPTY, GONE, Detail, sentence
from gui.library.plot import grid
from gui.library.waveform import BLOCK, FULL, Waveforms, measured
from gui.look import LIGHT, LOOK, PARTS
from melfusion.music import Metre
from server.protocol import ClipEvent

PATIENCE_MS = 15_000
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
PAINT_MS = 10.0
"""Three times what forty rows took when this was written."""


def clip(path: Path | str, **known: Any) -> ClipEvent:
    """A clip's event; what is not told is nothing."""
    nothing = {field.name: field.type() for field in dataclasses.fields(ClipEvent)}
    usual = {
        "clip": Path(path).stem, "path": str(path), "part": "bass", "bpm": 120.0, "bars": 2,
        "metre": "4/4", "quarters": 8.0, "key": "A minor", "chords": "Am | F", "seconds": 4.0,
        "passed": 1,
    }  # fmt: skip
    return ClipEvent(**{**nothing, **usual, **known})


def check(name: str, verdict: str, asked: Any = 1.0, got: Any = 1.0, unit: str = "") -> dict:
    return {"name": name, "verdict": verdict, "asked": asked, "got": got, "unit": unit}


def write(path: Path, samples: Any, rate: int = 44100, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


@pytest.fixture
def waveforms(qapp: QApplication) -> Iterator[Waveforms]:
    made = Waveforms()
    yield made
    made.close()
    qapp.processEvents()


# Files.


@pytest.mark.parametrize("columns", [120, 4000])
@pytest.mark.parametrize(
    ("rate", "subtype", "channels"),
    [(44100, "PCM_16", 1), (48000, "PCM_24", 2), (96000, "FLOAT", 2), (44100, "PCM_24", 3)],
)
def test_a_click_is_in_the_column_of_its_sample(
    tmp_path: Path, rate: int, subtype: str, channels: int, columns: int
) -> None:
    length = round(7.3 * rate) + 1  # which columns do not divide
    edge = -(-length * 77 // columns)
    clicks = {0: 0.5, edge - 1: -0.25, edge: 0.75, length // 2: -1.0, length - 1: 0.25}
    samples = np.zeros((length, channels))
    for number, (sample, level) in enumerate(clicks.items()):
        samples[sample, number % channels] = level
    found = measured(str(write(tmp_path / "x.wav", samples, rate, subtype)), columns)
    low, high = np.zeros(columns), np.zeros(columns)
    for sample, level in clicks.items():
        # The last column that begins at this sample or before it.
        column = ((sample + 1) * columns - 1) // length
        low[column], high[column] = min(low[column], level), max(high[column], level)
    assert np.abs(found.low - FULL * low).max() <= 0.51
    assert np.abs(found.high - FULL * high).max() <= 0.51


def test_the_mean_is_of_all_channels(tmp_path: Path) -> None:
    samples = np.zeros((12000, 2))
    samples[:6000, 0] = 0.8
    samples[6000:] = -0.5
    found = measured(str(write(tmp_path / "x.wav", samples, subtype="FLOAT")), 2)
    assert list(found.rms) == [round(FULL * 0.8 / 2**0.5), round(FULL * 0.5)]
    assert (list(found.low), list(found.high)) == ([0, -64], [102, -64])


@pytest.mark.parametrize("columns", [7, 4000])
def test_a_long_file_is_read_in_blocks(tmp_path: Path, columns: int) -> None:
    samples = np.random.default_rng(1).uniform(-1, 1, 5 * BLOCK + 12345).astype(np.float32)
    found = measured(str(write(tmp_path / "x.wav", samples, subtype="FLOAT")), columns)
    edges = [column * len(samples) // columns for column in range(columns)]
    assert np.abs(found.low - FULL * np.minimum.reduceat(samples, edges)).max() <= 0.51
    assert np.abs(found.high - FULL * np.maximum.reduceat(samples, edges)).max() <= 0.51


def test_what_is_no_number_or_too_loud_is_drawn_all_the_same(tmp_path: Path) -> None:
    samples = np.repeat(np.float32([np.nan, np.inf, -7, 0.5]), 100)
    found = measured(str(write(tmp_path / "x.wav", samples, subtype="FLOAT")), 4)
    assert list(found.high) == [0, FULL, -FULL, 64]


def test_a_short_file_has_a_column_for_each_frame(tmp_path: Path) -> None:
    found = measured(str(write(tmp_path / "x.wav", [0.5, -0.5, 1.0], subtype="FLOAT")), 120)
    assert list(found.high) == [64, -64, FULL]
    assert measured(str(write(tmp_path / "none.wav", np.zeros(0))), 120).columns == 0


def test_what_cannot_be_read_is_empty(tmp_path: Path) -> None:
    whole = write(tmp_path / "x.wav", np.full(44100, 0.5), subtype="FLOAT")
    (tmp_path / "cut.wav").write_bytes(whole.read_bytes()[:20])
    (tmp_path / "text.wav").write_text("no sound")
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "x.raw").write_bytes(bytes(100))
    for name in ("cut.wav", "text.wav", "folder.wav", "x.raw", "gone.wav"):
        assert measured(str(tmp_path / name), 120).columns == 0
    (tmp_path / "half.wav").write_bytes(whole.read_bytes()[: 44100 * 2])
    assert set(measured(str(tmp_path / "half.wav"), 120).high) <= {0, 64}


# What is kept, and what is asked for.


def all_read(waveforms: Waveforms) -> None:
    """Waits until nothing is read or waits, and what was read is told."""
    waveforms._pool.waitForDone()
    QApplication.processEvents()


def test_a_waveform_is_told_when_it_is_there_and_then_kept(
    waveforms: Waveforms, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.wav", np.full(44100, 0.5))
    with qtbot.waitSignal(waveforms.ready, timeout=PATIENCE_MS) as told:
        assert waveforms.coarse("x", str(path)) is None
    assert told.args == ["x"]
    path.unlink()
    found = waveforms.coarse("x", str(path))
    assert found is not None
    assert (found.columns, set(found.high)) == (120, {64})
    # The fine one is another, and its file has gone.
    with qtbot.waitSignal(waveforms.ready, timeout=PATIENCE_MS):
        assert waveforms.fine("x", str(path)) is None
    gone = waveforms.fine("x", str(path))
    assert gone is not None
    assert gone.columns == 0


def test_rows_that_have_scrolled_away_are_dropped_and_the_last_are_first(
    waveforms: Waveforms, tmp_path: Path
) -> None:
    path = str(write(tmp_path / "x.wav", np.zeros(400_000)))
    told: list[str] = []
    waveforms.ready.connect(told.append)
    for number in range(1000):
        waveforms.coarse(str(number), path)
    all_read(waveforms)
    assert {str(number) for number in range(900, 1000)} < set(told)
    assert len(told) == len(set(told)) < 500
    assert told.index("999") < told.index("950") < told.index("900")


def test_of_fine_waveforms_only_the_last_is_waited_for(
    waveforms: Waveforms, tmp_path: Path
) -> None:
    path = str(write(tmp_path / "x.wav", np.zeros(400_000)))
    told: list[str] = []
    waveforms.ready.connect(told.append)
    for number in range(100):
        waveforms.fine(str(number), path)
    all_read(waveforms)
    assert "99" in told
    assert len(told) < 50


def test_once_closed_nothing_more_is_read(
    waveforms: Waveforms, qtbot: QtBot, tmp_path: Path
) -> None:
    path = str(write(tmp_path / "x.wav", np.zeros(400_000)))
    told: list[str] = []
    waveforms.ready.connect(told.append)
    for number in range(100):
        waveforms.coarse(str(number), path)
    waveforms.close()
    all_read(waveforms)
    before = len(told)
    assert before < 50
    waveforms.coarse("new", path)  # it goes on where it is asked
    qtbot.waitUntil(lambda: len(told) > before, timeout=PATIENCE_MS)
    assert told[before:] == ["new"]


def test_no_more_are_kept_than_there_is_room_for(
    waveforms: Waveforms, qtbot: QtBot, tmp_path: Path
) -> None:
    path = str(write(tmp_path / "x.wav", np.zeros(200)))
    told: list[str] = []
    waveforms.ready.connect(told.append)
    for first in range(0, 4100, 100):
        for number in range(first, first + 100):
            waveforms.coarse(str(number), path)
        qtbot.waitUntil(lambda end=first + 100: len(told) == end, timeout=PATIENCE_MS)
        waveforms.coarse("0", path)  # what is looked at stays
    kept = [number for number in range(4100) if waveforms.coarse(str(number), path)]
    assert len(kept) == 4000
    # What is read last comes first, so in each hundred the order is another.
    assert (kept[0], kept[1] >= 100, kept[-3900:]) == (0, True, list(range(200, 4100)))


def test_it_may_end_while_files_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "x.wav", np.zeros(400_000))
    ends = """if True:
        import sys
        from PyQt6.QtCore import QTimer
        from PyQt6.QtWidgets import QApplication, QWidget
        from gui.library.waveform import Waveforms
        application = QApplication([])
        owner = QWidget()
        waveforms, owned = Waveforms(), Waveforms(owner)
        for number in range(100):
            waveforms.coarse(str(number), sys.argv[1])
            owned.coarse(str(number), sys.argv[1])
        owner.deleteLater()
        QTimer.singleShot(0, application.quit)
        sys.exit(application.exec())
    """
    subprocess.run([sys.executable, "-c", ends, str(path)], check=True, timeout=60)


def test_nothing_heavy_is_loaded() -> None:
    loads = """if True:
        import sys
        import gui.library.waveform, gui.library.badges, gui.library.plot, gui.library.detail
        assert not {"torch", "scipy", "sqlite3", "h5py", "asyncio"} & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", loads], check=True, timeout=60)


# Rows.


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


STAR, WAVE, CHECKS = range(3)
ROW = 24


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


def like(image: QImage, colour: str) -> int:
    """How many pixels are nearly of that colour."""
    wanted = QColor(colour).getRgb()[:3]
    pixels = (
        image.pixelColor(x, y).getRgb()[:3]
        for x in range(image.width())
        for y in range(image.height())
    )
    return sum(
        max(abs(a - b) for a, b in zip(pixel, wanted, strict=False)) < 40 for pixel in pixels
    )


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


# The chosen clip.


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
