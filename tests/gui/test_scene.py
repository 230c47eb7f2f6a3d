"""The scene before a real server: pictures on their way, what is kept, and what is asked for."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QImage, QTextCursor
from PyQt6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from gui.look import LOOK
from gui.qt import there
from gui.scene.blend import GO, ITS_OWN, STAY
from gui.scene.form import NO_PICTURE, STRENGTH
from gui.scene.mark import Mark
from gui.scene.scene import WAITS, Scene
from gui.scene.scenes import SavedScene, Scenes
from gui.window import Window
from melfusion.request import RenderRequest, RequestError
from server.render_messages import EvolveEvent

from .conftest import PATIENCE_MS
from .some_pictures import dropped, kept, link, noise, release, site

__all__ = ["kept", "site"]

NO_PICTURES = "image: the fake worker opens no pictures"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def scene(window: Window) -> Scene:
    return window.scene


@pytest.fixture
def dusk(tmp_path: Path) -> Path:
    noise().save(tmp_path / "dusk.png")
    return tmp_path / "dusk.png"


# Pictures on their way.


def test_a_picture_that_loads_is_kept_by_the_scene_that_it_was_given_to(
    window: Window, scene: Scene, site: str, qtbot: QtBot
) -> None:
    first = window.scenes.current.id
    scene.picture.take(link(f"{site}/later.png"))
    second = window.scenes.add().id
    release()
    qtbot.waitUntil(lambda: bool(window.scenes.all[0].image), timeout=PATIENCE_MS)
    given = window.scenes.all[0]
    assert (given.id, given.image) == (first, given.original)
    assert Path(given.image).is_file()
    assert window.scenes.current.id == second
    assert (window.scenes.current.image, scene.picture.path) == ("", "")
    window.scenes.choose(first)
    qtbot.waitUntil(lambda: scene.picture.path == given.image, timeout=PATIENCE_MS)


def test_going_along_the_strip_leaves_every_picture_where_it_is(
    window: Window, scene: Scene, dusk: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    noise(20, 20).save(tmp_path / "night.png")
    for path in (dusk, tmp_path / "night.png", dusk):
        window.scenes.add(SavedScene(image=str(path), original=str(path)))
    before = window.scenes.all
    for _ in range(3):
        for each in before:
            window.scenes.choose(each.id)
    qtbot.waitUntil(lambda: scene.picture.path == str(dusk), timeout=PATIENCE_MS)
    assert window.scenes.all == before


def test_what_is_refused_for_another_scene_says_which(
    window: Window, scene: Scene, tmp_path: Path, qtbot: QtBot
) -> None:
    window.scenes.rename(window.scenes.current.id, "Verse")
    (tmp_path / "words.png").write_text("no picture")
    scene.picture.take(dropped(tmp_path / "words.png"))
    window.scenes.add()
    qtbot.waitUntil(lambda: bool(scene.trouble.text()), timeout=PATIENCE_MS)
    assert scene.trouble.text().startswith(f"“Verse”: {tmp_path / 'words.png'}")


@pytest.mark.parametrize(("press", "loops"), [("render_one", 1), ("render_parts", 4)])
def test_what_is_pressed_while_a_picture_loads_is_asked_for_when_it_is_there(
    window: Window, scene: Scene, site: str, qtbot: QtBot, press: str, loops: int
) -> None:
    scene.form.bars.setValue(1)
    scene.picture.take(link(f"{site}/later.png"))
    with pytest.raises(RequestError, match="still being loaded"):
        assert scene.request
    qtbot.mouseClick(getattr(scene, press), LEFT)
    scene.words.setPlainText("not yet")  # what was pressed for is as it was then
    assert scene.trouble.text() == WAITS
    window.scenes.add()
    assert not scene.trouble.text()
    assert not window.state.jobs
    release()
    qtbot.waitUntil(lambda: len(window.state.jobs) == loops, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.state.unfinished, timeout=PATIENCE_MS)
    jobs = window.state.jobs.values()
    assert {job.reason for job in jobs} == {NO_PICTURES}  # which they were asked for with
    assert {job.prompt for job in jobs} == {""}


def test_a_press_is_forgotten_with_its_picture(
    window: Window, scene: Scene, site: str, qtbot: QtBot
) -> None:
    scene.words.setPlainText("warm house")
    scene.picture.take(link(f"{site}/later.png"))
    scene.form.key.setText("H major")
    scene.ask()
    assert "not a key" in scene.trouble.text()  # at once, not when the picture is there
    scene.form.key.clear()
    scene.ask()
    assert scene.trouble.text() == WAITS
    scene.picture.choose("")
    assert not scene.trouble.text()
    with qtbot.waitSignal(window.state.job_changed, timeout=PATIENCE_MS):
        scene.ask()
    release()
    assert {job.prompt for job in window.state.jobs.values()} == {"warm house"}
    assert len(window.state.jobs) == 1


def test_a_scenes_own_picture_is_asked_for_at_once(
    window: Window, scene: Scene, dusk: Path, qtbot: QtBot
) -> None:
    window.scenes.add(SavedScene(image=str(dusk), original=str(dusk)))
    assert not scene.picture.path  # it is not shown yet
    assert scene.request.image == str(dusk)
    with qtbot.waitSignal(window.state.job_changed, timeout=PATIENCE_MS):
        qtbot.mouseClick(scene.render_one, LEFT)


def test_without_its_picture_a_scene_is_not_rendered(
    window: Window, scene: Scene, dusk: Path, qtbot: QtBot
) -> None:
    window.scenes.add(SavedScene(prompt="x", image=str(dusk), original=str(dusk)))
    window.scenes.add()
    dusk.unlink()
    window.scenes.choose(window.scenes.all[1].id)
    qtbot.waitUntil(lambda: scene.picture.is_missing, timeout=PATIENCE_MS)
    with pytest.raises(RequestError, match="remove it or choose it again") as refused:
        assert scene.request
    assert refused.value.argument == "image"
    scene.ask()
    assert "remove it or choose it again" in scene.trouble.text()
    assert not window.state.jobs
    scene.words.setPlainText("y")
    assert window.scenes.current.image == str(dusk)
    assert scene.picture.remove.isEnabled()
    scene.picture.remove.trigger()
    assert scene.request.image == ""


def test_pictures_dropped_beside_the_scenes_become_new_ones(
    window: Window, scene: Scene, dusk: Path, site: str, tmp_path: Path, qtbot: QtBot
) -> None:
    noise(20, 20).save(tmp_path / "night.heic")
    scene.list.picture_dropped.emit(link(f"{site}/later.png"))
    for path in (dusk, tmp_path / "night.heic"):
        scene.list.picture_dropped.emit(dropped(path))
    release()
    new = window.scenes.all[1:]
    assert len(new) == 3

    def images() -> list[str]:
        return [window.scenes.all[1 + row].image for row in range(3)]

    qtbot.waitUntil(lambda: all(images()), timeout=PATIENCE_MS)
    assert images()[1] == str(dusk)
    assert all(QImage(path).size().isValid() for path in images())


# What is kept.


@pytest.mark.expect_log("scenes are not saved")
def test_that_the_scenes_are_not_saved_is_said_until_they_are(
    window: Window, scene: Scene, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.scene.scenes.RETRY_MS", 50)
    (tmp_path / "scenes.json").unlink(missing_ok=True)
    (tmp_path / "scenes.json").mkdir()
    scene.words.setPlainText("warm")
    qtbot.waitUntil(scene.unsaved.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClicks(scene.words, " house")
    qtbot.mouseClick(scene.render_one, LEFT)
    assert scene.unsaved.text().startswith("The scenes are not saved")
    (tmp_path / "scenes.json").rmdir()
    qtbot.waitUntil(lambda: not scene.unsaved.isVisible(), timeout=PATIENCE_MS)
    assert Scenes(tmp_path / "scenes.json").all == window.scenes.all


def test_what_another_window_does_leaves_what_is_typed(
    window: Window, scene: Scene, tmp_path: Path, qtbot: QtBot
) -> None:
    scene.words.setPlainText("warm house")
    window.scenes.close()
    other = Scenes(tmp_path / "scenes.json")
    qtbot.keyClicks(scene.words, "X")
    assert scene.words.toPlainText() == "Xwarm house"
    caret = scene.words.textCursor()
    caret.movePosition(QTextCursor.MoveOperation.Right, n=4)
    scene.words.setTextCursor(caret)
    here = window.scenes.current.id
    other.add(SavedScene(prompt="theirs"))
    other.close()
    window.scenes.close()
    assert len(window.scenes.all) == 2
    assert scene.words.textCursor().position() == 5
    assert there(scene.words.document()).isUndoAvailable()
    other.choose(here)
    window.scenes.rename(other.all[1].id, "by us")
    other.replace(replace(there(window.scenes.find(here)), bars=7, key="Am"))
    other.close()
    window.scenes.close()
    assert (scene.form.bars.value(), scene.form.key.text()) == (7, "Am")
    assert scene.words.textCursor().position() == 5
    assert there(scene.words.document()).isUndoAvailable()


def test_what_made_a_loop_comes_back_whole(window: Window, scene: Scene, tmp_path: Path) -> None:
    asked = RenderRequest.check(
        {
            "prompt": "warm", "to_prompt": "dark", "blend": 1 / 3, "bpm": 121.0004, "seed": 7,
            "guidance": 2.125, "image_guidance": 3.5, "image_strength": 0.625, "steps": 9,
        }
    )  # fmt: skip
    scene.recall(asked)
    assert scene.request == asked
    scene.words.setPlainText("warmer")
    window.scenes.close()
    kept = Scenes(tmp_path / "scenes.json").current
    assert (kept.bpm, kept.blend, kept.steps) == (asked.bpm, asked.blend, asked.steps)
    window.scenes.add()
    window.scenes.choose(kept.id)
    assert scene.request == replace(asked, prompt="warmer")
    assert scene.blend.towards.currentText() == ITS_OWN
    scene.form.tempo.setValue(121.5)
    scene.form.strength.setValue(50)
    assert (scene.request.bpm, scene.request.image_strength) == (121.5, 0.5)
    scene.blend.towards.setCurrentIndex(0)
    assert (scene.request.to_prompt, scene.request.blend) == ("", 0.0)


# What is asked for.


def test_what_goes_elsewhere_can_be_told_to_stay(
    window: Window, scene: Scene, qtbot: QtBot
) -> None:
    window.state._take(EvolveEvent("drums", 4, 9, 0.5))
    assert scene.blend.go_there.text() == STAY
    qtbot.mouseClick(scene.blend.go_there, LEFT)
    qtbot.waitUntil(lambda: scene.blend.go_there.text() == GO, timeout=PATIENCE_MS)


@pytest.mark.parametrize("press", ["render_one", "render_parts"])
def test_what_the_user_cancels_is_no_error(
    window: Window, scene: Scene, qtbot: QtBot, press: str
) -> None:
    scene.words.setPlainText("warm house")
    scene.form.bars.setValue(1)
    for _ in range(3):  # those behind the first wait long enough
        qtbot.mouseClick(getattr(scene, press), LEFT)
    qtbot.waitUntil(lambda: len(window.state.jobs) in (3, 12), timeout=PATIENCE_MS)
    for job in reversed(window.state.jobs):
        window.queue.row(job).stop.click()
    qtbot.waitUntil(lambda: not window.state.unfinished, timeout=PATIENCE_MS)
    assert any(job.state == "cancelled" for job in window.state.jobs.values())
    qtbot.waitUntil(lambda: not window.queue._wire._asked, timeout=PATIENCE_MS)
    assert not scene.trouble.text()


# What is said of the fields.


def test_a_field_at_fault_is_marked_until_it_is_changed(window: Window, scene: Scene) -> None:
    scene.words.setPlainText("warm house")
    before = scene.form.key.grab().toImage()
    described = scene.form.key.accessibleDescription()
    scene.form.key.setText("H major")
    scene.ask()
    why = scene.trouble.text()
    assert why.startswith("'H major' is not a key")
    assert scene.form.key.accessibleDescription() == why
    (mark,) = window.findChildren(Mark)
    assert (mark.parent(), mark.size()) == (scene.form.key, scene.form.key.size())
    shot = scene.form.key.grab().toImage()
    assert shot.pixelColor(shot.width() // 2, 0) == QColor(LOOK.colours.bad)
    scene.form.key.resize(scene.form.key.width() - 9, scene.form.key.height())
    assert mark.size() == scene.form.key.size()
    scene.form.bars.setValue(7)  # which is nothing to it
    assert scene.trouble.text() == why
    scene.form.key.setText("")
    assert not mark.isVisible()
    assert scene.form.key.accessibleDescription() == described
    assert not scene.trouble.text()
    assert before.pixelColor(before.width() // 2, 0) != QColor(LOOK.colours.bad)


def test_a_field_at_fault_is_scrolled_to(window: Window, scene: Scene, qtbot: QtBot) -> None:
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.height() == 600)
    scene.words.setPlainText("warm house")
    scene.form.chords.setText("H9")
    qtbot.waitUntil(scene.form.chords.visibleRegion().isEmpty)
    qtbot.mouseClick(scene.render_one, LEFT)
    assert not scene.form.chords.visibleRegion().isEmpty()


@pytest.mark.parametrize("press", ["render_one", "render_and_play", "render_parts"])
def test_what_is_refused_at_once_is_told(
    window: Window, scene: Scene, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, press: str
) -> None:
    monkeypatch.setattr(scene._asking._wire, "is_there", False)
    scene.words.setPlainText("warm house")
    qtbot.mouseClick(getattr(scene, press), LEFT)
    qtbot.waitUntil(lambda: "being looked for" in scene.trouble.text(), timeout=PATIENCE_MS)
    assert not window.state.jobs


@pytest.mark.parametrize(
    ("why", "field", "says"),
    [
        ("image: is still being loaded", "picture", "The picture is still being loaded"),
        ("bpm: must be 20 or more, not 7", "tempo", "The tempo must be 20 or more, not 7"),
        ("to_image: /x.png is no file", "towards", "/x.png is no file"),
        ("job: it was cancelled", "", "It was cancelled"),
        ("server: 127.0.0.1:9 does not answer", "", "127.0.0.1:9 does not answer"),
        ("what else: there is", "", "what else: there is"),
    ],
)
def test_what_is_wrong_is_said_without_an_arguments_name(
    window: Window, scene: Scene, why: str, field: str, says: str
) -> None:
    scene._tell(why)
    assert scene.trouble.text() == says
    fields = {"picture": scene.picture, "tempo": scene.form.tempo, "towards": scene.blend.towards}
    marked = [mark.parent() for mark in window.findChildren(Mark)]
    assert marked == ([fields[field]] if field else [])


def test_a_picture_has_a_strength_only_where_there_is_one(
    window: Window, scene: Scene, dusk: Path
) -> None:
    strength, first = scene.form.strength, window.scenes.current
    assert not strength.isEnabled()
    assert strength.toolTip() == NO_PICTURE
    night = window.scenes.add(SavedScene(image=str(dusk), original=str(dusk)))
    assert strength.isEnabled()
    assert strength.toolTip() == STRENGTH
    window.scenes.choose(first.id)
    assert not strength.isEnabled()
    # The picture of the scene that it goes towards counts as well.
    window.scenes.replace(replace(window.scenes.current, towards=night.id, blend=0.5))
    assert strength.isEnabled()
    window.scenes.replace(replace(night, image="", original="", prompt="x"))
    assert not strength.isEnabled()


def test_what_is_not_plain_from_its_name_is_explained(scene: Scene) -> None:
    things = (
        scene.form.guidance, scene.form.strength, scene.form.key, scene.form.chords,
        scene.render_one, scene.render_and_play, scene.render_parts,
    )  # fmt: skip
    told = [thing.toolTip() for thing in things]
    assert all(told)
    assert len(set(told)) == len(told)


def test_what_an_empty_field_says_fits(window: Window, scene: Scene, qtbot: QtBot) -> None:
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.height() == 600)
    for field in (scene.form.key, scene.form.chords):
        text = field.fontMetrics().horizontalAdvance(field.placeholderText())
        assert 0 < text < field.contentsRect().width() - 12  # what Qt keeps free at both ends


def test_no_two_things_have_one_mnemonic(window: Window) -> None:
    texts = [action.text() for action in there(window.menuBar()).actions()]
    texts += [button.text() for button in window.scene.findChildren(QAbstractButton)]
    texts += [label.text() for label in window.scene.findChildren(QLabel) if label.buddy()]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert [letter for letter, often in Counter(letters).items() if often > 1] == []
    assert len(letters) > 15
