"""What is logged, in any thread and to any file, and how it is shown."""

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt, QThread
from PyQt6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.dialogs.log_window import EMPTY, NOTHING_FOUND, LogWindow
from gui.log import LINES, LONGEST, MOST, Log, Source, Tail
from gui.qt import there

logger = logging.getLogger("gui.test")

TIMEOUT_MS = 10_000


@pytest.fixture
def log() -> Iterator[Log]:
    made = Log()
    yield made
    made.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "server.log"


@pytest.fixture
def tail(path: Path) -> Iterator[Tail]:
    made = Tail(path)
    yield made
    made.rest()


@pytest.fixture
def window(log: Log, tail: Tail, qtbot: QtBot) -> LogWindow:
    made = LogWindow(log, tail)
    made.source.setCurrentText("This window")
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


def test_it_opens_on_the_server_where_its_log_is_here(log: Log, tail: Tail, qtbot: QtBot) -> None:
    for server, first in ((tail, "The server"), (Tail(None), "This window")):
        made = LogWindow(log, server)
        qtbot.addWidget(made)
        assert made.source.currentText() == first


Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return lambda holds: qtbot.waitUntil(holds, timeout=TIMEOUT_MS)


def texts(source: Source) -> list[str]:
    return [line.text for line in source.lines]


def shown(window: LogWindow) -> list[str]:
    return window.view.toPlainText().splitlines()


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


# What this process logs.


def test_what_any_thread_logs_arrives_in_qts(log: Log, wait: Wait) -> None:
    heard_in: list[QThread | None] = []
    log.added.connect(lambda _: heard_in.append(QThread.currentThread()))
    threads = [
        threading.Thread(target=lambda at=at: [logger.info("%d of %d", n, at) for n in range(100)])
        for at in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not log.lines  # it is told when Qt's thread comes to it
    wait(lambda: len(log.lines) == 400)
    assert set(heard_in) == {log.thread()}
    for at in range(4):
        told = [text.split(" gui.test ")[1] for text in texts(log) if text.endswith(f" of {at}")]
        assert told == [f"{n} of {at}" for n in range(100)]


def test_lines_come_together_and_the_last_are_kept(log: Log, wait: Wait) -> None:
    batches: list[int] = []
    log.added.connect(lambda lines: batches.append(len(lines)))
    for n in range(3 * LINES):
        logger.debug("number %d", n)
    wait(lambda: bool(batches))
    assert batches == [LINES]
    logger.debug("one more")
    wait(lambda: len(batches) == 2)
    assert len(log.lines) == LINES
    assert log.lines[-1].text.endswith("one more")
    assert log.lines[-2].text.endswith(f"number {3 * LINES - 1}")


@pytest.mark.expect_log("it has failed")
def test_an_error_has_a_line_for_each_of_its_own(log: Log, wait: Wait) -> None:
    try:
        raise ValueError("no")
    except ValueError:
        logger.exception("it has failed")
    logging.getLogger("server.osc").info("x" * 3 * LONGEST)
    wait(lambda: len(log.lines) > 1)
    assert texts(log)[-2] == "ValueError: no"
    assert {line.level for line in list(log.lines)[:-1]} == {logging.ERROR}
    assert len(texts(log)[-1]) == LONGEST


def test_a_line_that_cannot_be_made_harms_nobody(
    log: Log, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    record = logger.makeRecord("gui.test", logging.INFO, "", 1, "%d", ("no number",), None)
    log._handler.handle(record)
    logger.info("goes on")
    wait(lambda: bool(log.lines))
    assert len(log.lines) == 1


def test_closed_it_leaves_all_as_it_was(wait: Wait) -> None:
    before = [(list(one.handlers), one.level) for one in map(logging.getLogger, ("gui", "server"))]
    log = Log()
    logger.debug("heard")
    wait(lambda: len(log.lines) == 1)
    log.close()
    assert before == [
        (list(one.handlers), one.level) for one in map(logging.getLogger, ("gui", "server"))
    ]


# What a server writes to a file.


def test_a_file_may_come_later(tail: Tail, path: Path, wait: Wait) -> None:
    tail.watch()
    wait(lambda: "There is no log" in tail.trouble)
    write(path, "2026-01-01 12:00:00,000 info one", "and more", "2026-01-01 12:00:01,000 error two")
    wait(lambda: len(tail.lines) == 3)
    assert tail.trouble == ""
    assert [line.level for line in tail.lines] == [logging.INFO, logging.INFO, logging.ERROR]
    with path.open("a") as file:
        file.write("thr")
        file.flush()
        wait(lambda: tail._rest == b"thr")
        assert len(tail.lines) == 3  # what has no end yet is no line
        file.write("ee\n")
    wait(lambda: texts(tail)[-1] == "three")
    assert tail.lines[-1].level == logging.ERROR


def test_a_file_that_is_cut_is_begun_anew(tail: Tail, path: Path, wait: Wait) -> None:
    write(path, *(f"old {n}" for n in range(20)))
    tail.watch()
    wait(lambda: len(tail.lines) == 20)
    emptied: list[bool] = []
    tail.emptied.connect(lambda: emptied.append(True))
    path.write_text("")
    wait(lambda: bool(emptied) and not tail.lines)
    write(path, "new")
    wait(lambda: texts(tail) == ["new"])
    # One that is longer at once than the old one was is told by what stands in it.
    path.write_text("".join(f"newer {n}\n" for n in range(50)))
    wait(lambda: texts(tail) == [f"newer {n}" for n in range(50)])


def test_a_file_that_is_replaced_is_followed(tail: Tail, path: Path, wait: Wait) -> None:
    write(path, "old one", "old two")
    tail.watch()
    wait(lambda: len(tail.lines) == 2)
    for turn in range(3):
        other = path.with_name("other.log")
        write(other, f"other {turn}", "and what follows, which makes it longer than the old one")
        other.replace(path)
        wait(lambda turn=turn: texts(tail)[:1] == [f"other {turn}"])
        write(path, "goes on")
        wait(lambda: texts(tail)[-1] == "goes on")
    path.unlink()
    wait(lambda: "There is no log" in tail.trouble)
    assert texts(tail)[-1] == "goes on"  # what was read is there still
    write(path, "back")
    wait(lambda: texts(tail) == ["back"])


def test_no_more_than_the_end_of_a_file_is_read(tail: Tail, path: Path, wait: Wait) -> None:
    line = "x" * 1000
    write(path, *(f"{n} {line}" for n in range(1000)))
    tail.watch()
    wait(lambda: bool(tail.lines) and texts(tail)[-1].startswith("999 "))
    assert MOST - 3000 < sum(len(text) + 1 for text in texts(tail)) <= MOST
    first = int(texts(tail)[0].split()[0])
    assert [int(text.split()[0]) for text in texts(tail)] == list(range(first, 1000))
    # The same where so much comes at once.
    write(path, *(f"{n} {line}" for n in range(1000, 2000)))
    wait(lambda: texts(tail)[-1:] != [] and texts(tail)[-1].startswith("1999 "))
    assert sum(len(text) + 1 for text in texts(tail)) <= MOST


def test_whatever_bytes_there_are_become_lines(tail: Tail, path: Path, wait: Wait) -> None:
    path.parent.mkdir()
    path.write_bytes(
        b"\xff\xfe bad\r\n" + "Gr\u00fc\u00dfe".encode() + b"\n" + b"y" * 90_000 + b"\nend\n"
    )
    tail.watch()
    wait(lambda: texts(tail)[-1:] == ["end"])
    assert texts(tail)[:2] == ["\ufffd\ufffd bad", "Gr\u00fc\u00dfe"]
    assert texts(tail)[2] == "y" * LONGEST


def test_what_is_no_file_is_told(tmp_path: Path, wait: Wait) -> None:
    folder = Tail(tmp_path)
    folder.watch()
    wait(lambda: "cannot be read" in folder.trouble)
    folder.rest()
    assert "another machine" in Tail(None).trouble


def test_a_file_that_nobody_looks_at_is_left_alone(
    window: LogWindow, tail: Tail, path: Path, wait: Wait
) -> None:
    write(path, "one")

    def is_watched() -> bool:
        return tail._timer.isActive() or bool(tail._watcher.files() + tail._watcher.directories())

    assert not is_watched()
    window.source.setCurrentIndex(1)
    wait(lambda: shown(window) == ["one"])
    wait(lambda: tail._watcher.files() == [str(path)])
    window.hide()
    assert not is_watched()
    write(path, "two")
    window.show()
    wait(lambda: shown(window) == ["one", "two"])
    window.source.setCurrentIndex(0)
    assert not is_watched()


# The window that shows both.


def test_lines_are_filtered_by_level_and_words(window: LogWindow, path: Path, wait: Wait) -> None:
    assert window.view.placeholderText() == EMPTY
    window.source.setCurrentIndex(1)
    wait(lambda: "There is no log" in window.view.placeholderText())
    at = "2026-01-01 12:00:00,000"
    lines = [
        f"{at} info a loop",
        f"{at} warning Late Loop",
        f"{at} error no loop",
        "Traceback",
        f"{at} debug x",
    ]
    write(path, *lines)
    wait(lambda: shown(window) == lines)
    for title, left in (
        ("Information", lines[:4]),
        ("Warnings", lines[1:4]),
        ("Errors", lines[2:4]),
    ):
        window.level.setCurrentText(title)
        assert shown(window) == left
    window.level.setCurrentText("Warnings")
    window.search.setText("LOOP late")
    assert shown(window) == [lines[1]]
    write(path, f"{at} error late, no loop", f"{at} info late loop")
    wait(lambda: len(shown(window)) == 2)
    window.search.setText("no such thing")
    assert shown(window) == []
    assert window.view.placeholderText() == NOTHING_FOUND


def test_it_follows_unless_one_has_scrolled_up(window: LogWindow, wait: Wait) -> None:
    bar = window.view.verticalScrollBar()
    assert bar is not None
    for n in range(LINES):
        logger.info("line %d.", n)
    wait(lambda: len(shown(window)) == LINES)
    assert window.follow.isChecked()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(LINES // 2)
    assert not window.follow.isChecked()
    reads = window.view.firstVisibleBlock().text()
    for n in range(100):
        logger.info("more %d.", n)
    wait(lambda: shown(window)[-1].endswith("more 99."))
    assert window.view.firstVisibleBlock().text() == reads
    window.follow.click()
    assert bar.value() == bar.maximum()
    window.resize(window.width(), window.height() // 2)
    wait(lambda: bar.value() == bar.maximum())
    bar.setValue(0)
    bar.setValue(bar.maximum())  # back at the end it follows again
    assert window.follow.isChecked()


def test_a_flood_does_not_stop_the_window(window: LogWindow, wait: Wait) -> None:
    inserted: list[int] = []
    window.view.blockCountChanged.connect(inserted.append)
    for n in range(10_000):
        logger.info("line %d", n)
    wait(lambda: shown(window)[-1:] != [] and shown(window)[-1].endswith("line 9999"))
    assert len(inserted) <= 3  # in batches, and not one by one
    assert window.view.blockCount() == LINES


def test_it_is_copied_and_saved(window: LogWindow, tmp_path: Path, wait: Wait) -> None:
    logger.info("Gr\u00fc\u00dfe")
    logger.info("two")
    wait(lambda: len(shown(window)) == 2)
    window.copy_all.click()
    assert there(QGuiApplication.clipboard()).text().splitlines() == shown(window)
    window.save(tmp_path / "kept.log")
    wait(lambda: "Saved" in window.told.text())
    assert (tmp_path / "kept.log").read_text(encoding="utf-8").splitlines() == shown(window)
    window.save(tmp_path / "nowhere" / "kept.log")
    wait(lambda: "cannot be written" in window.told.text())
    assert not window.open_folder.isEnabled()
    window.source.setCurrentIndex(1)
    assert window.open_folder.isEnabled()


def test_the_log_is_used_by_keyboard(window: LogWindow, qtbot: QtBot) -> None:
    control, alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(window, Qt.Key.Key_F, control)
    assert window.search.hasFocus()
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.told.text() == ""  # that was no click
    qtbot.keyClick(window, Qt.Key.Key_L, alt)
    assert window.level.hasFocus()
    for _ in range(2):
        qtbot.keyClick(QGuiApplication.focusObject(), Qt.Key.Key_Tab)
    assert window.view.hasFocus()
    qtbot.keyClick(window.view, Qt.Key.Key_Tab)
    assert window.follow.hasFocus()
    assert all(
        w.accessibleName() for w in (window.source, window.level, window.search, window.view)
    )
    metrics = window.view.fontMetrics()
    assert metrics.horizontalAdvance("iii") == metrics.horizontalAdvance("WWW")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_it_may_go_while_something_is_read_or_written(
    qtbot: QtBot, log: Log, path: Path, tmp_path: Path
) -> None:
    write(path, *map(str, range(LINES)))
    for _ in range(20):
        window = LogWindow(log, Tail(path))
        window.show()
        window.source.setCurrentIndex(1)
        window.save(tmp_path / "kept.log")
        with qtbot.waitSignal(window.destroyed):
            window.deleteLater()
