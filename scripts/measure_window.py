"""Measures the window: `python scripts/measure_window.py [--clips 10000] [--runs 3]`.

A server with a library of so many clips, and the real window on Qt's offscreen screen, in a process
of its own each run. Printed are the medians, with the least and the greatest.

- up: from the start of the process until the window is painted for the first time
- first clips: until rows of the table are painted
- all clips: until every clip is in the table
- longest wait: the longest that Qt's thread kept a timer of 5 ms waiting, from the window's first
  painting until all clips were there
- scrolling: from a turn of the wheel, by nine rows, until what it shows is painted: median, 99 %
- search, sort: until the table shows it
- memory: resident size of the process with all clips
- at rest, with the clock: processor time over ten seconds, in per cent of a core, with the server's
  clock standing and running
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PATIENCE_S = 300
REST_S = 10.0
PROMPTS = ("warm house", "dark techno", "lo-fi hip-hop", "calm ambient", "bright trance")
PARTS = ("drums", "bass", "chords", "lead", "full")
KEYS = ("A minor", "C major", "F# dorian", "Eb major")


def main() -> int:
    """Measures and prints, or is the process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--probe", type=int, default=0, help="of a server that runs already")
    parser.add_argument("--begun", type=float, default=0.0, help="when the process was started")
    given = parser.parse_args()
    if given.probe:
        print(json.dumps(probe(given.probe, given.clips, given.begun)))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "library"
        fill(folder, given.clips)
        with server(folder) as port:
            runs = [measured(port, given.clips, Path(scratch)) for _ in range(given.runs)]
    print(f"{given.clips} clips, {given.runs} runs: median (least to greatest)")
    for name in runs[0]:
        values = [run[name] for run in runs]
        print(f"{name}: {statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})")
    return 0


def measured(port: int, clips: int, scratch: Path) -> dict[str, float]:
    """One run, in a process of its own."""
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(scratch),
        "XDG_DATA_HOME": str(scratch),
    }  # fmt: skip
    words = [sys.executable, __file__, "--probe", str(port), "--clips", str(clips)]
    words += ["--begun", str(time.monotonic())]
    done = subprocess.run(words, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def fill(folder: Path, count: int) -> None:
    """A library of clips that share one rendered file, each with words of its own."""
    from server import library
    from server.clips import Clips

    words = [sys.executable, "-m", "server", "render", "--prompt", "warm house", "--bars", "4"]
    subprocess.run([*words, "--library", str(folder)], cwd=ROOT, check=True)
    with library.opened(folder) as opened:
        clips = Clips(folder, opened.database)
        (first,) = clips.all()
        opened.database.execute("BEGIN")
        for number in range(count - 1):
            recipe = json.loads(json.dumps(first.recipe))
            recipe["id"] = f"{number:012x}"
            recipe["request"]["prompt"] = f"{PROMPTS[number % len(PROMPTS)]} number {number}"
            recipe["request"]["part"] = PARTS[number % len(PARTS)]
            recipe["plan"]["key"] = KEYS[number % len(KEYS)]
            recipe["plan"]["bpm"] = 60 + number % 120
            path = folder / f"clip-{number}.wav"
            os.link(first.path, path)
            clips.add(path, recipe)
        opened.database.execute("COMMIT")


@contextmanager
def server(folder: Path) -> Iterator[int]:
    """A server with that library; gives its port."""
    from server import library

    words = ["-m", "server", "--headless", "--port", "0", "--library", str(folder)]
    with subprocess.Popen([sys.executable, *words], cwd=ROOT) as process:
        deadline = time.monotonic() + PATIENCE_S
        while (holder := library.holder(folder)) is None or holder.pid != process.pid:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(10)  # until the model is loaded
        try:
            yield holder.port
        finally:
            process.terminate()


def probe(port: int, count: int, begun: float) -> dict[str, float]:
    """What one window takes."""
    import gc

    import psutil
    from PyQt6.QtCore import QPoint, QPointF, QSettings, Qt, QTimer
    from PyQt6.QtGui import QWheelEvent
    from PyQt6.QtWidgets import QApplication

    from gui.dialogs.settings_window import dress
    from gui.qt import there
    from gui.window import Window
    from gui.wire import Wire
    from server.transport_messages import SetTransport

    application = QApplication(sys.argv[:1])
    folder = Path(tempfile.mkdtemp())
    kept = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    wire = Wire("127.0.0.1", port)
    window = Window(wire, kept, folder / "scenes.json")
    dress(window.settings)
    window.resize(1280, 800)
    window.show()
    gc.freeze()
    found: dict[str, Any] = {}

    def settle(is_so: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            application.processEvents()
            time.sleep(0.0005)
            assert time.monotonic() < deadline

    def spin(seconds: float) -> float:
        """Seconds of processor time in so many seconds of Qt's own loop."""
        process = psutil.Process()
        before = sum(process.cpu_times()[:2])
        QTimer.singleShot(round(1000 * seconds), application.quit)
        application.exec()
        return float(sum(process.cpu_times()[:2]) - before)

    application.processEvents()
    found["up, ms"] = 1000 * (time.monotonic() - begun)
    ticks = [time.monotonic()]
    ticker = QTimer()
    ticker.setTimerType(Qt.TimerType.PreciseTimer)
    ticker.timeout.connect(lambda: ticks.append(time.monotonic()))
    ticker.start(5)
    view, table = window.library.view, window.library.table
    rows = there(view.viewport())
    settle(lambda: table.rowCount() > 0)
    rows.repaint()
    found["first clips, ms"] = 1000 * (time.monotonic() - begun)
    settle(lambda: table.rowCount() == count)
    found["all clips, ms"] = 1000 * (time.monotonic() - begun)
    ticker.stop()
    found["longest wait, ms"] = 1000 * max(b - a for a, b in itertools.pairwise(ticks))

    frames_ms = []
    middle = QPointF(rows.rect().center())
    for _ in range(300):
        before = time.perf_counter()
        wheel = QWheelEvent(
            middle, rows.mapToGlobal(middle), QPoint(), QPoint(0, -360),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
            False,
        )  # fmt: skip
        application.sendEvent(rows, wheel)
        application.processEvents()
        frames_ms.append(1000 * (time.perf_counter() - before))
    found["scrolling, median ms"] = statistics.median(frames_ms)
    found["scrolling, 99 % ms"] = statistics.quantiles(frames_ms, n=100)[98]

    before = time.perf_counter()
    window.library.search.setText("techno bpm:100-130")
    window.library.look_up()
    rows.repaint()
    found["search, ms"] = 1000 * (time.perf_counter() - before)
    window.library.search.clear()
    window.library.look_up()
    before = time.perf_counter()
    view.sortByColumn(4, Qt.SortOrder.AscendingOrder)
    rows.repaint()
    found["sort, ms"] = 1000 * (time.perf_counter() - before)

    found["memory, MB"] = psutil.Process().memory_info().rss / 1e6
    wire.ask(SetTransport, playing=0)
    spin(2)
    found["at rest, %"] = 100 * spin(REST_S) / REST_S
    wire.ask(SetTransport, playing=1)
    spin(2)
    found["with the clock, %"] = 100 * spin(REST_S) / REST_S
    window.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
