"""The window before a real server: what a user does, and what is then to be seen."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, Qt, QUrl
from PyQt6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from gui.host.midi_map import MidiMap
from gui.host.mixer import Mixer
from gui.library.clips import WORDS
from gui.library.library import EMPTY, NOTHING_FOUND
from gui.state import State
from gui.window import Window
from gui.wire import Wire
from server.protocol import ClipEvent, JobEvent, Message

from .conftest import PATIENCE_MS, Companion

OpenWindow = Callable[[int], Window]
LEFT = Qt.MouseButton.LeftButton


def render(window: Window, qtbot: QtBot, words: str) -> None:
    """Types the words and presses Render, and waits for the loop."""
    before = window.library.table.rowCount()
    window.scene.words.setPlainText(words)
    qtbot.mouseClick(window.scene.render_one, LEFT)
    assert not window.scene.trouble.text()
    qtbot.waitUntil(lambda: window.library.table.rowCount() > before, timeout=PATIENCE_MS)


def picture(path: Path, colour: str = "orange") -> Path:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(path))
    return path


def test_the_host_is_shown(window: Window) -> None:
    assert window.host.leader.text() == "Own clock"
    assert window.host.tempo.text() == "120.00"
    assert not window.trouble.isVisible()
    assert window.scene.form.tempo.value() == 120
    assert not window.scene.form.tempo.isEnabled()


def test_its_own_clock_is_started_and_stopped(window: Window, qtbot: QtBot) -> None:
    play = window.host.play
    for said in ("Play", "Stop") if play.text() == "Stop" else ("Stop", "Play"):
        qtbot.mouseClick(play, LEFT)
        qtbot.waitUntil(lambda said=said: play.text() == said, timeout=PATIENCE_MS)


def test_words_become_a_loop_in_the_library(window: Window, qtbot: QtBot) -> None:
    assert window.library.empty.text() == EMPTY
    seed = window.scene.form.seed.value()
    render(window, qtbot, "warm house")
    (clip,) = window.state.clips.values()
    assert Path(clip.path).is_file()
    assert (clip.bpm, clip.part) == (120, "full")
    shown = window.library.table
    assert shown.index(0, WORDS).data() == "warm house"
    # Another press gives another loop, unless the seed is kept.
    assert window.scene.form.seed.value() != seed
    window.scene.form.seed_lock.setChecked(True)
    kept = window.scene.form.seed.value()
    render(window, qtbot, "cold house")
    assert window.scene.form.seed.value() == kept
    assert shown.index(0, WORDS).data() == "cold house"  # the last one is on top


def test_all_parts_of_a_scene(window: Window, qtbot: QtBot) -> None:
    window.scene.words.setPlainText("warm house")
    qtbot.mouseClick(window.scene.render_parts, LEFT)
    qtbot.waitUntil(lambda: window.library.table.rowCount() == 4, timeout=2 * PATIENCE_MS)
    parts = {clip.part for clip in window.state.clips.values()}
    assert parts == {"drums", "bass", "chords", "lead"}


def test_what_cannot_be_asked_for_is_told_where_it_was_asked(window: Window, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.scene.render_one, LEFT)
    assert "The sentence is empty" in window.scene.trouble.text()
    window.scene.words.setPlainText("x")
    assert not window.scene.trouble.text()
    window.scene.form.key.setText("H major")
    qtbot.mouseClick(window.scene.render_one, LEFT)
    assert "is not a key" in window.scene.trouble.text()
    assert not window.state.jobs


def test_a_render_that_fails_says_why(window: Window, qtbot: QtBot) -> None:
    window.scene.words.setPlainText("fail")
    qtbot.mouseClick(window.scene.render_one, LEFT)
    qtbot.waitUntil(
        lambda: any(text.startswith("failed: ") for text in window.queue.texts), timeout=PATIENCE_MS
    )
    # The answer is a datagram of its own, after the job's event.
    qtbot.waitUntil(lambda: bool(window.scene.trouble.text()), timeout=PATIENCE_MS)


def test_a_server_that_goes_is_found_again(
    companion: Companion, window: Window, qtbot: QtBot
) -> None:
    render(window, qtbot, "warm house")
    companion.stop()
    qtbot.waitUntil(lambda: window.trouble.isVisible(), timeout=PATIENCE_MS)
    assert "does not answer" in window.trouble.text()
    assert window.host.leader.text() == "No server"
    companion.start()
    qtbot.waitUntil(lambda: window.state.transport is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.library.table.rowCount() == 1, timeout=PATIENCE_MS)
    assert not window.trouble.isVisible()
    render(window, qtbot, "cold house")


def test_a_server_that_is_started_anew_at_once_is_noticed(
    companion: Companion, window: Window, qtbot: QtBot
) -> None:
    render(window, qtbot, "warm house")
    qtbot.waitUntil(lambda: window.state.worker == "ready", timeout=PATIENCE_MS)
    companion.stop()
    companion.start()
    begun = []
    window.state.emptied.connect(lambda: begun.append(True))
    qtbot.waitUntil(lambda: bool(begun), timeout=PATIENCE_MS)
    assert not window.trouble.isVisible()
    qtbot.waitUntil(lambda: window.library.table.rowCount() == 1, timeout=PATIENCE_MS)
    render(window, qtbot, "cold house")


def test_events_that_are_lost_are_made_good(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.wire.HEARTBEAT_S", 0.3)
    take = Wire._take

    def lossy(wire: Wire, message: Message) -> None:
        ends = isinstance(message, JobEvent) and message.state == "done"
        if not ends and not (isinstance(message, ClipEvent) and message.recipe):
            take(wire, message)

    monkeypatch.setattr(Wire, "_take", lossy)
    window.scene.words.setPlainText("warm house")
    qtbot.mouseClick(window.scene.render_one, LEFT)
    qtbot.waitUntil(lambda: bool(window.queue.texts), timeout=PATIENCE_MS)
    monkeypatch.setattr(Wire, "_take", lossy)
    qtbot.waitUntil(lambda: window.library.table.rowCount() == 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.state.unfinished, timeout=PATIENCE_MS)


def test_without_a_server_nothing_is_asked_for_later(
    window: Window, companion: Companion, qtbot: QtBot
) -> None:
    render(window, qtbot, "warm house")
    window.library.view.selectRow(0)
    companion.stop()
    qtbot.waitUntil(lambda: window.trouble.isVisible(), timeout=PATIENCE_MS)
    for button, trouble in (
        (window.library.stop, window.library.trouble),
        (window.scene.render_one, window.scene.trouble),
    ):
        qtbot.mouseClick(button, LEFT)
        assert "does not answer: start it" in trouble.text()
    companion.start()
    qtbot.waitUntil(lambda: not window.trouble.isVisible(), timeout=PATIENCE_MS)


def test_clips_that_are_lost_on_the_way_are_asked_for_again(
    window: Window, companion: Companion, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in ("one", "two", "three"):
        render(window, qtbot, words)
    lost: list[Message] = []
    take = Wire._take

    def lossy(wire: Wire, message: Message) -> None:
        if isinstance(message, ClipEvent) and len(lost) < 2:
            lost.append(message)
        else:
            take(wire, message)

    monkeypatch.setattr(Wire, "_take", lossy)
    wire = Wire("127.0.0.1", companion.port)
    other = State(wire)
    qtbot.waitUntil(lambda: len(other.clips) == 3, timeout=PATIENCE_MS)
    assert len(lost) == 2
    wire.close()


def test_it_may_be_opened_before_the_server(
    companion: Companion, open_window: OpenWindow, qtbot: QtBot
) -> None:
    companion.stop()
    window = open_window(companion.port)
    qtbot.waitUntil(lambda: "does not answer" in window.trouble.text(), timeout=PATIENCE_MS)
    companion.start()
    qtbot.waitUntil(lambda: window.state.transport is not None, timeout=PATIENCE_MS)


def test_loops_are_searched_copied_and_dragged_as_files(window: Window, qtbot: QtBot) -> None:
    for words in ("warm house", "dark techno"):
        render(window, qtbot, words)
    library = window.library
    library.search.setText("TECHNO full 120")
    qtbot.waitUntil(lambda: library.table.rowCount() == 1)
    library.search.setText("techno drums")
    library.look_up()
    assert (library.table.rowCount(), library.empty.text()) == (0, NOTHING_FOUND)
    library.search.clear()
    library.look_up()
    library.view.selectAll()
    paths = [clip.path for clip in library.chosen]
    assert len(paths) == 2
    indexes = [library.table.index(row, column) for row in range(2) for column in range(8)]
    dragged = library.table.mimeData(indexes)
    assert dragged is not None
    assert [url.toLocalFile() for url in dragged.urls()] == paths
    library.view.setFocus()
    qtbot.keyClick(library.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    content = clipboard.mimeData()
    assert content is not None
    assert [url.toLocalFile() for url in content.urls()] == paths


def test_where_there_is_no_sound_device_that_is_said(window: Window, qtbot: QtBot) -> None:
    render(window, qtbot, "warm house")
    assert not window.library.play.isEnabled()
    window.library.view.selectRow(0)
    qtbot.mouseClick(window.library.play, LEFT)
    qtbot.waitUntil(lambda: bool(window.library.trouble.text()), timeout=PATIENCE_MS)
    assert "no sound device" in window.library.trouble.text()


def test_a_picture_is_dropped_pasted_and_taken_away(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    box = window.scene.picture
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(picture(tmp_path / "dusk.png")))])
    with qtbot.waitSignal(box.changed, timeout=PATIENCE_MS):
        box.take(content)
    assert window.scene.request.image == str(tmp_path / "dusk.png")
    content = QMimeData()
    content.setImageData(QImage(str(picture(tmp_path / "night.png", "navy"))))
    with qtbot.waitSignal(box.changed, timeout=PATIENCE_MS):
        box.take(content)
    kept = Path(window.scene.request.image)
    assert kept.is_file()
    assert QImage(str(kept)).pixelColor(1, 1) == QColor("navy")
    (tmp_path / "notes.txt").write_text("no picture")
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(tmp_path / "notes.txt"))])
    with qtbot.waitSignal(box.refused, timeout=PATIENCE_MS):
        box.take(content)
    assert "is no picture" in window.scene.trouble.text()
    assert window.scene.request.image == str(kept)  # what was there stays
    window.scene.words.setPlainText("words are enough")
    box.setFocus()
    qtbot.waitUntil(box.hasFocus, timeout=PATIENCE_MS)
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    assert window.scene.request.image == ""


def test_a_loop_brings_back_what_it_was_asked_for_with(window: Window, qtbot: QtBot) -> None:
    scene = window.scene
    scene.form.part.setCurrentText("drums")
    scene.form.bars.setValue(2)
    scene.form.follows.setChecked(False)
    scene.form.tempo.setValue(123.4)
    scene.form.seed_lock.setChecked(True)
    scene.words.setPlainText("warm house")
    asked = scene.request
    render(window, qtbot, "warm house")
    window.scenes.add()
    assert scene.words.toPlainText() == ""
    window.library.view.selectRow(0)
    qtbot.mouseClick(window.library.again, LEFT)
    assert scene.request == asked
    assert len(window.scenes.all) == 3


def test_the_stage_is_left_by_the_key_that_it_is_entered_by(window: Window, qtbot: QtBot) -> None:
    window.show_stage(True)
    assert window.stage.isVisible()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.stage, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: not window.stage.isVisible())
    assert window.scene.isVisible()


def test_a_loop_can_be_chosen_by_the_keyboard_alone(window: Window, qtbot: QtBot) -> None:
    render(window, qtbot, "warm house")
    qtbot.keyClick(window.library.search, Qt.Key.Key_Tab)
    window.library.view.setFocus()
    assert [clip.prompt for clip in window.library.chosen] == ["warm house"]


def test_its_place_is_remembered(
    companion: Companion, open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(companion.port)
    window.resize(780, 655)
    qtbot.waitUntil(lambda: window.width() == 780)
    window.close()
    assert open_window(companion.port).size() == window.size()


def test_a_control_renders_the_scene_as_it_is_then(window: Window) -> None:
    window.menus.open_midi_map()
    (controls,) = window.findChildren(MidiMap)
    assert controls._scene() is None  # there are neither words nor a picture
    window.scene.words.setPlainText("warm house")
    assert controls._scene() == window.scene.request


def test_the_mixer_is_opened_from_the_strip_and_by_a_key(window: Window, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.host.mix, LEFT)
    (mixer,) = window.findChildren(Mixer)
    assert mixer.isVisible()
    mixer.close()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F6)
    qtbot.waitUntil(mixer.isVisible)
    assert window.findChildren(Mixer) == [mixer]


@pytest.mark.parametrize("absent", ["torch", "sqlite3"])
def test_it_loads_neither_the_model_nor_a_database(absent: str) -> None:
    code = f"import sys, gui.window, gui.wire; sys.exit({absent!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
