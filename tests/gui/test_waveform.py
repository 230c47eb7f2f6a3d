"""Waveforms of real files: what is measured, what is kept, and what is read first."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.library.waveform import BLOCK, FULL, Waveforms, measured

from .conftest import PATIENCE_MS
from .some_clips import waveforms, write

__all__ = ["waveforms"]


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
