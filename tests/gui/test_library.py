"""The library before a real server: what is done with clips, and what comes back."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import send2trash
import soundfile
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

from gui.library.clips import BPM, CHECKS, STAR, TAGS, WORDS
from gui.qt import there
from gui.state import PAGE, State
from gui.window import Window
from gui.wire import Wire
from melfusion.request import RenderRequest
from server.player_messages import PlayingEvent, Stop

from ..server.fake_worker import write
from .conftest import PATIENCE_MS, Companion
from .test_window import render

LEFT = Qt.MouseButton.LeftButton
COPY = Qt.DropAction.CopyAction


def cell(window: Window, column: int, row: int = 0) -> str:
    return str(window.library.table.index(row, column).data())


def choose(window: Window, row: int = 0) -> None:
    window.library.view.setFocus()
    window.library.view.selectRow(row)


def drop(window: Window, path: Path) -> None:
    """Drops a file on the library, as another program does."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), COPY, content, LEFT, none)
    window.library.dragEnterEvent(entering)
    assert entering.isAccepted()
    window.library.dropEvent(QDropEvent(QPointF(5, 5), COPY, content, LEFT, none))


def test_a_favourite_is_one_for_everybody(
    window: Window, companion: Companion, qtbot: QtBot
) -> None:
    for words in ("one", "two"):
        render(window, qtbot, words)
    choose(window)
    qtbot.keyClick(window.library.view, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: cell(window, STAR) == "★", timeout=PATIENCE_MS)
    window.library.favourites.click()
    assert [cell(window, WORDS, row) for row in range(window.library.table.rowCount())] == ["two"]
    window.library.favourites.click()
    assert window.library.table.rowCount() == 2
    assert [clip.prompt for clip in window.library.chosen] == ["two"]  # it stays chosen
    other = State(Wire("127.0.0.1", companion.port))
    qtbot.waitUntil(lambda: len(other.clips) == 2, timeout=PATIENCE_MS)
    assert {clip.prompt: clip.favourite for clip in other.clips.values()} == {"one": 0, "two": 1}
    star = window.library.view.visualRect(window.library.table.index(0, STAR)).center()
    qtbot.mouseClick(window.library.view.viewport(), LEFT, pos=star)
    qtbot.waitUntil(lambda: cell(window, STAR) == "", timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("key", "column", "typed", "shown"),
    [
        (Qt.Key.Key_F2, WORDS, "The drop", "The drop"),
        (Qt.Key.Key_T, TAGS, "peak, dark peak", "peak dark"),
    ],
)
def test_names_and_tags_are_typed_and_searched(
    window: Window, qtbot: QtBot, key: Qt.Key, column: int, typed: str, shown: str
) -> None:
    render(window, qtbot, "warm house")
    window.resize(1600, 800)
    choose(window)
    view = window.library.view
    qtbot.keyClick(view, key)
    qtbot.waitUntil(lambda: view.state() == view.State.EditingState, timeout=PATIENCE_MS)
    editor = view.focusWidget()
    assert editor is not None
    qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(editor, typed)  # the keys of actions are letters here
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cell(window, column) == shown, timeout=PATIENCE_MS)
    window.library.search.setText(f"{shown.split()[0]} warm")
    window.library.look_up()
    assert window.library.table.rowCount() == 1
    assert not window.state.playing


@pytest.fixture
def home_bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "bin home"
    monkeypatch.setattr(send2trash.plat_other, "XDG_DATA_HOME", os.fsencode(home))
    monkeypatch.setattr(send2trash.plat_other, "HOMETRASH_B", os.fsencode(home / "Trash"))
    return home / "Trash" / "files"


def test_what_is_deleted_is_in_the_bin(window: Window, qtbot: QtBot, home_bin: Path) -> None:
    render(window, qtbot, "warm house")
    (clip,) = window.state.clips.values()
    choose(window)
    qtbot.keyClick(window.library.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: window.library.table.rowCount() == 0, timeout=PATIENCE_MS)
    assert not Path(clip.path).exists()
    assert [path.name for path in home_bin.iterdir()] == [Path(clip.path).name]
    assert not window.library.detail.is_moving
    qtbot.waitUntil(lambda: "warm house" in window.library.trouble.text(), timeout=PATIENCE_MS)
    assert "bin" in window.library.trouble.text()


def test_what_cannot_be_looked_for_is_told_with_what_can(window: Window, qtbot: QtBot) -> None:
    render(window, qtbot, "warm house")
    window.library.search.setText("bpm:fast")
    window.library.look_up()
    assert "bpm:fast" in window.library.empty.text()
    assert "bpm:118-124" in window.library.empty.text()
    window.library.search.setText("techno")
    window.library.look_up()
    assert window.library.empty.text() == "No loop has all of these words."


def test_home_and_end_go_to_the_first_and_the_last_loop(window: Window, qtbot: QtBot) -> None:
    for words in ("one", "two", "three"):
        render(window, qtbot, words)
    choose(window, 1)
    qtbot.keyClick(window.library.view, Qt.Key.Key_End)
    assert [clip.prompt for clip in window.library.chosen] == ["one"]
    qtbot.keyClick(window.library.view, Qt.Key.Key_Home)
    assert [clip.prompt for clip in window.library.chosen] == ["three"]


def test_a_third_click_on_a_column_brings_the_newest_first_again(
    window: Window, qtbot: QtBot
) -> None:
    for words in ("beat", "alpha", "club"):
        render(window, qtbot, words)
    header = there(window.library.view.horizontalHeader())
    at = QPoint(header.sectionViewportPosition(WORDS) + 20, header.height() // 2)
    orders = []
    for _ in range(3):
        qtbot.mouseClick(there(header.viewport()), LEFT, pos=at)
        orders.append([cell(window, WORDS, row) for row in range(3)])
    newest_first = ["club", "alpha", "beat"]
    assert orders[2] == newest_first
    assert sorted(map(tuple, orders[:2])) == [
        ("alpha", "beat", "club"),
        ("club", "beat", "alpha"),
    ]


def test_one_loop_of_several_is_stopped(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    render(window, qtbot, "warm house")
    (clip,) = window.state.clips.values()
    asked: list[Any] = []
    monkeypatch.setattr(
        window.library.actions_, "_ask", lambda *words, **named: asked.append((*words, named))
    )
    choose(window)
    tell = window.library._wire.told.emit  # as if the server had a sound device
    assert not window.library.end.isEnabled()
    tell(PlayingEvent("bass", clip.clip, "playing", 1, 0.0))
    assert window.library.end.isEnabled()
    window.library.end.click()
    assert asked == [(Stop, {"part": "bass"})]
    tell(PlayingEvent("bass", clip.clip, "stopped", 2, 0.0))
    assert not window.library.end.isEnabled()


def test_our_own_wav_brings_back_its_recipe(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    asked = RenderRequest("dark techno", bars=2, bpm=133.3, key="Cm", part="bass", seed=77)
    recipe = write(asked, tmp_path)
    drop(window, Path(recipe["path"]))
    qtbot.waitUntil(lambda: window.scene.words.toPlainText() == "dark techno", timeout=PATIENCE_MS)
    assert window.scene.request == asked
    assert len(window.scenes.all) == 2  # what was typed before is a scene still


def test_somebody_elses_wav_is_named_as_such(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    foreign = tmp_path / "break.wav"
    soundfile.write(foreign, np.zeros(1000, np.float32), 44100)
    (tmp_path / "no.wav").write_text("no sound at all")
    for path, words in (
        (foreign, "was not made by MeLFusion Live"),
        (tmp_path / "no.wav", "no.wav"),
    ):
        window.library.trouble.setText("")
        drop(window, path)
        qtbot.waitUntil(lambda: bool(window.library.trouble.text()), timeout=PATIENCE_MS)
        assert words in window.library.trouble.text()
        assert window.library.trouble.text().startswith(path.name)
    assert len(window.scenes.all) == 1


def test_its_columns_sort_and_what_is_chosen_stays(window: Window, qtbot: QtBot) -> None:
    window.scene.form.follows.setChecked(False)
    for words, bpm in (("slow", 80), ("fast", 170), ("middle", 120)):
        window.scene.form.tempo.setValue(bpm)
        render(window, qtbot, words)
    choose(window, row=1)
    assert [clip.prompt for clip in window.library.chosen] == ["fast"]
    window.library.view.sortByColumn(BPM, Qt.SortOrder.AscendingOrder)
    shown = [cell(window, WORDS, row) for row in range(3)]
    assert shown == ["slow", "middle", "fast"]
    assert [clip.prompt for clip in window.library.chosen] == ["fast"]
    window.library.view.sortByColumn(CHECKS, Qt.SortOrder.DescendingOrder)
    assert [clip.prompt for clip in window.library.chosen] == ["fast"]
    window.scene.form.tempo.setValue(100)
    window.library.view.sortByColumn(BPM, Qt.SortOrder.DescendingOrder)
    render(window, qtbot, "new")
    assert [cell(window, WORDS, row) for row in range(4)] == ["fast", "middle", "new", "slow"]


def test_a_library_of_several_pages_comes_whole(
    companion: Companion, library: Path, open_window: object, qtbot: QtBot
) -> None:
    count = 2 * PAGE + 7
    companion.stop()
    first = write(RenderRequest("number 0", bars=1, seed=0), library)
    content = Path(first["path"]).read_bytes()
    for number in range(1, count):
        # The recipe is the file's own: an id of as many letters makes another clip of it.
        other = content.replace(first["id"].encode(), f"{number:012x}".encode())
        (library / f"loop-{number}.wav").write_bytes(other)
    companion.start()
    window = open_window(companion.port)  # type: ignore[operator]
    table = window.library.table
    qtbot.waitUntil(lambda: table.rowCount() == count, timeout=2 * PATIENCE_MS)
    assert len(window.state.clips) == count
    assert window.library.count.text() == f"{count} loops"
    # What is chosen gets its recipe, which did not come with the others.
    choose(window, row=300)
    (clip,) = window.library.chosen
    assert not clip.recipe
    qtbot.waitUntil(lambda: bool(window.library.chosen[0].recipe), timeout=PATIENCE_MS)


def test_what_is_no_longer_looked_for_goes_and_sorting_goes_on(
    window: Window, qtbot: QtBot
) -> None:
    for words in ("one", "two"):
        render(window, qtbot, words)
    choose(window)
    qtbot.keyClick(window.library.view, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: cell(window, STAR) == "★", timeout=PATIENCE_MS)
    window.library.favourites.click()
    choose(window)
    qtbot.keyClick(window.library.view, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: window.library.table.rowCount() == 0, timeout=PATIENCE_MS)
    window.library.view.sortByColumn(BPM, Qt.SortOrder.AscendingOrder)
    window.library.favourites.click()
    assert window.library.table.rowCount() == 2
    # What comes to be looked for is shown without searching anew.
    window.library.search.setText("tag:peak")
    window.library.look_up()
    (clip, _) = window.state.clips.values()
    window.library.actions_.mark(clip.clip, tags="peak")
    qtbot.waitUntil(lambda: window.library.table.rowCount() == 1, timeout=PATIENCE_MS)


def test_a_name_can_be_typed_while_loops_come(window: Window, qtbot: QtBot) -> None:
    render(window, qtbot, "one")
    window.library.view.sortByColumn(WORDS, Qt.SortOrder.AscendingOrder)
    choose(window)
    view = window.library.view
    qtbot.keyClick(view, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: view.state() == view.State.EditingState, timeout=PATIENCE_MS)
    window.scene.words.setPlainText("another")
    window.scene.render_one.click()  # without taking the focus, as MIDI or another client does
    qtbot.waitUntil(lambda: window.library.table.rowCount() == 2, timeout=PATIENCE_MS)
    assert view.state() == view.State.EditingState
    assert [cell(window, WORDS, row) for row in range(2)] == ["another", "one"]


def test_what_other_hands_put_into_the_folder_is_shown(
    window: Window, library: Path, qtbot: QtBot
) -> None:
    recipe = write(RenderRequest("from elsewhere", bars=1), library)
    qtbot.waitUntil(lambda: window.library.table.rowCount() == 1, timeout=PATIENCE_MS)
    assert cell(window, WORDS) == "from elsewhere"
    Path(recipe["path"]).unlink()
    qtbot.waitUntil(lambda: window.library.table.rowCount() == 0, timeout=PATIENCE_MS)


def test_words_that_look_like_markup_are_words(window: Window, qtbot: QtBot) -> None:
    render(window, qtbot, "<b>bold</b> & <img src=x>")
    assert cell(window, WORDS) == "<b>bold</b> & <img src=x>"
    index = window.library.table.index(0, WORDS)
    told = str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert "&lt;b&gt;bold" in told
    assert "<b>" not in told


def test_a_failed_render_is_tried_again(window: Window, qtbot: QtBot) -> None:
    window.scene.words.setPlainText("fail")
    window.scene.render_one.click()
    qtbot.waitUntil(
        lambda: any(text.startswith("failed: ") for text in window.queue.texts), timeout=PATIENCE_MS
    )
    (job,) = window.state.jobs
    states = []
    window.state.job_changed.connect(lambda event: states.append(event.state))
    window.queue.row(job).retry.click()
    qtbot.waitUntil(lambda: states[-1:] == ["failed"], timeout=PATIENCE_MS)
    assert states[0] == "queued"
    assert len(window.state.jobs) == 1
    window.queue.row(job).dismiss.click()
    qtbot.waitUntil(lambda: not window.queue.texts, timeout=PATIENCE_MS)
