"""The queue: what it says of each job, and that nothing moves when jobs come and go."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QEnterEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.queue import Queue
from gui.scene.asking import LATE, PLAYS
from gui.window import Window
from server.protocol import JobEvent
from server.render_messages import CueEvent

from ..server.fake_devices import Machine
from .conftest import PATIENCE_MS, Companion

LEFT = Qt.MouseButton.LeftButton
LONG = "The file cannot be written there: " + "a long way down, " * 40


@pytest.fixture
def queue(window: Window) -> Queue:
    return window.queue


def tell(
    window: Window,
    job: str,
    state: str = "queued",
    progress: float = 0.0,
    expected_s: float = 10.0,
    stage: str = "",
    reason: str = "",
) -> None:
    """Has the window hear of a job."""
    event = JobEvent(job, state, progress, expected_s, stage, "", reason, "drums", job)
    window.state._take(event)


def shown(queue: Queue) -> list[str]:
    """What the rows say, from the top down."""
    rows = [queue.row(job) for job in queue._rows]
    return [row.text.whole for row in sorted(rows, key=lambda row: row.y())]


# What it says.


def test_a_wait_includes_what_is_rendered_before(window: Window, queue: Queue) -> None:
    tell(window, "one", "rendering", 0.5, stage="denoising")
    tell(window, "two")
    tell(window, "three", expected_s=4)
    assert queue.texts == [
        "drums composes, 5 s (2.5 bars)  one",
        "drums waits, 15 s (7.5 bars)  two",
        "drums waits, 19 s (9.5 bars)  three",
    ]
    assert queue.told.whole == "Queue: 3 loops, 19 s (9.5 bars)"
    # What is wanted on a bar goes ahead of what only waits.
    window.state._take(CueEvent("three", "drums", "", 40, 9, "rendering", 4, ""))
    tell(window, "one", "rendering", 0.75, stage="decoding")
    assert queue.row("three").text.whole == "drums waits, 6 s (3.2 bars)  three"
    assert queue.row("two").text.whole == "drums waits, 16 s (8.2 bars)  two"
    tell(window, "one", "rendering", 0.75, expected_s=0, stage="decoding")
    assert queue.row("two").text.whole == "drums waits  two"  # nothing is known of one before it


def test_a_failure_is_told_in_a_users_words(window: Window, queue: Queue) -> None:
    tell(window, "one")
    tell(window, "one", "failed", reason="bpm: must be 20 or more, not 7")
    assert queue.texts == ["failed: The tempo must be 20 or more, not 7  (drums, one)"]


def test_no_picture_is_spoken_of_where_there_may_be_none(window: Window, queue: Queue) -> None:
    tell(window, "warm house", "rendering", stage="picture")
    assert "picture" not in queue.texts[0]


def test_what_has_failed_gives_way_to_what_goes_on(
    window: Window, queue: Queue, qtbot: QtBot
) -> None:
    for job in ("one", "two", "three"):
        tell(window, job)
    tell(window, "one", "failed", reason="key: cannot be rendered")
    qtbot.waitUntil(lambda: shown(queue)[-1].startswith("failed"))
    assert [text.split()[-1] for text in shown(queue)[:2]] == ["two", "three"]


# Its place.


def places(window: Window) -> list[QPoint]:
    """Where things are that are pressed and typed in, and how large they are."""
    scene = window.scene
    fields: list[QWidget] = [
        scene.picture, scene.words, scene.form, scene.form.seed, scene.blend, scene.render_one,
        scene.render_and_play, scene.render_parts, window.queue, window.queue.place,
    ]  # fmt: skip
    sizes = [QPoint(field.width(), field.height()) for field in fields]
    return [field.mapTo(window, QPoint()) for field in fields] + sizes


@pytest.mark.parametrize("size", [(1200, 780), (900, 600)])
def test_nothing_moves_when_jobs_and_messages_come_and_go(
    window: Window, queue: Queue, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    qtbot.wait(100)  # the layouts within one another take a few turns
    before = places(window)

    def stays() -> bool:
        QApplication.processEvents()
        return places(window) == before

    for job in range(9):
        tell(window, f"job {job}")
        assert stays()
    window.scene.trouble.tell(LONG)
    window.scene.unsaved.tell(LONG)
    assert stays()
    window.scene.blend.show_progress(0.5, "drums")
    assert stays()
    for row in [queue.row(f"job {job}") for job in range(9)]:
        queue.place.ensureWidgetVisible(row)
        assert not row.stop.visibleRegion().isEmpty()
    for job in range(9):
        tell(window, f"job {job}", "done")
    assert not queue.texts
    assert stays()


def test_there_is_room_for_three_jobs_and_two_lines(window: Window, queue: Queue) -> None:
    for job in range(3):
        tell(window, f"job {job}")
    window.scene.trouble.tell("one\ntwo")
    QApplication.processEvents()
    rows = [queue.row(f"job {job}") for job in range(3)]
    assert all(row.visibleRegion().boundingRect() == row.rect() for row in rows)
    told = window.scene.trouble
    assert told.visibleRegion().boundingRect() == told.rect()


def test_in_a_low_window_the_form_has_the_room(window: Window, queue: Queue, qtbot: QtBot) -> None:
    high = queue.place.height()
    window.resize(900, 600)
    qtbot.waitUntil(lambda: queue.place.height() < high / 2)
    tell(window, "job")
    QApplication.processEvents()
    row = queue.row("job")
    assert row.visibleRegion().boundingRect() == row.rect()
    window.resize(1200, 900)
    qtbot.waitUntil(lambda: queue.place.height() == high)


def test_larger_letters_have_more_room(window: Window, queue: Queue) -> None:
    window.resize(1200, 2000)
    before, font = queue.place.height(), window.font()
    font.setPointSize(2 * font.pointSize())
    window.setFont(font)
    QApplication.processEvents()
    assert queue.place.height() > 1.3 * before


def test_rows_keep_still_under_the_pointer(window: Window, queue: Queue, qtbot: QtBot) -> None:
    for job in ("one", "two"):
        tell(window, job)
    here = QPointF(5, 5)
    QApplication.sendEvent(queue, QEnterEvent(here, here, here))
    QApplication.processEvents()
    place = queue.row("two").pos()
    tell(window, "one", "done")
    queue._tidy()
    QApplication.processEvents()
    assert queue.row("two").pos() == place
    assert queue.texts[0] == "drums is in the library  one"
    assert not queue.row("one").stop.isVisible()
    QApplication.sendEvent(queue, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: len(queue.texts) == 1)
    qtbot.waitUntil(lambda: queue.row("two").pos() != place)


# What is done with it.


def test_all_jobs_are_cancelled_at_once(window: Window, queue: Queue, qtbot: QtBot) -> None:
    window.scene.words.setPlainText("warm house")
    qtbot.mouseClick(window.scene.render_one, LEFT)
    qtbot.waitUntil(lambda: len(queue.texts) == 1, timeout=PATIENCE_MS)
    assert not queue.cancel_all.isVisible()
    for _ in range(3):
        qtbot.mouseClick(window.scene.render_one, LEFT)
    qtbot.waitUntil(queue.cancel_all.isVisible, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(window.state.jobs) == 4, timeout=PATIENCE_MS)
    qtbot.mouseClick(queue.cancel_all, LEFT)
    qtbot.waitUntil(lambda: not window.state.unfinished, timeout=PATIENCE_MS)
    states = [job.state for job in window.state.jobs.values()]
    assert states[-3:] == ["cancelled"] * 3  # the first may have been done by then
    assert not queue.cancel_all.isVisible()


def test_what_comes_too_late_for_its_bar_plays_on_the_next(
    library: Path,
    fake_worker: Callable[..., list[str]],
    open_window: Callable[[int], Window],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.gui.conftest.Machine", lambda _: Machine(["virtual"]))
    companion = Companion(library, fake_worker(seconds=3.0))  # a bar lasts two
    companion.start()
    try:
        window = open_window(companion.port)
        qtbot.waitUntil(lambda: window.state.transport is not None, timeout=PATIENCE_MS)
        if window.host.play.text() == "Play":
            qtbot.mouseClick(window.host.play, LEFT)
        qtbot.waitUntil(lambda: window.state.quarters is not None, timeout=PATIENCE_MS)
        window.settings.bars_ahead = 1
        trouble = window.scene.trouble
        window.scene.words.setPlainText("warm house")
        qtbot.mouseClick(window.scene.render_one, LEFT)  # that one is not to play
        qtbot.mouseClick(window.scene.render_and_play, LEFT)
        qtbot.waitUntil(lambda: bool(window.state.cues), timeout=PATIENCE_MS)
        (cue,) = window.state.cues.values()
        late = LATE.format(bar=cue.bar, part="full")
        qtbot.waitUntil(lambda: trouble.text() == late, timeout=PATIENCE_MS)
        assert not window.state.playing
        qtbot.waitUntil(lambda: bool(window.state.playing), timeout=PATIENCE_MS)
        clips = {event.clip for event in window.state.playing.values()}
        assert clips == {window.state.jobs[cue.job].clip}
        # The bar is not looked at: a virtual device has a time of its own.
        said = re.compile(PLAYS.format(bar=r"-?\d+"))
        qtbot.waitUntil(lambda: bool(said.fullmatch(trouble.text())), timeout=PATIENCE_MS)
    finally:
        companion.stop()
