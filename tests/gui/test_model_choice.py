"""Models in the window: which renders a scene, what one is told of a picture, loops of loops."""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.library.clip_actions import ClipActions
from gui.scene.form import Form
from gui.scene.model_choice import USUAL
from gui.scene.scenes import SavedScene
from gui.window import Window
from melfusion.catalogue import MODELS
from melfusion.home import INDEX, VARIABLE
from server import core
from server.looking import Looking

from .conftest import PATIENCE_MS, Companion
from .some_pictures import noise

RENDER = [model for model in MODELS if model.renders]
ABLE = "stable-audio-3-small"
SEES = "import json, sys\nfor line in sys.stdin:\n    print(json.dumps({'words': 'a %s' % json"
SEES += ".loads(line).rpartition('/')[2]}), flush=True)"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models with one that is told pictures in words and makes loops of loops."""
    folder = tmp_path / "models" / ABLE
    folder.mkdir(parents=True)
    (folder / INDEX).write_text("{}")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr(core, "Looking", partial(Looking, [sys.executable, "-c", SEES]))
    return folder


@pytest.fixture
def window(
    cache: Path,  # noqa: ARG001  (the server must not begin before it is there)
    companion: Companion,
    open_window: Callable[[int], Window],
    qtbot: QtBot,
) -> Window:
    made = open_window(companion.port)
    qtbot.waitUntil(lambda: len(made.state.models) == len(RENDER), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: made.scene.form.model.count() > 1, timeout=PATIENCE_MS)
    return made


@pytest.fixture
def form(window: Window) -> Form:
    return window.scene.form


def test_models_are_offered_and_those_that_are_not_there_cannot_be_chosen(form: Form) -> None:
    offered = [form.model.itemText(at) for at in range(form.model.count())]
    assert offered == [USUAL, *(model.title for model in RENDER)]
    flags = {
        form.model.itemData(at): bool(form.model.model().index(at, 0).flags() & enabled)
        for at in range(form.model.count())
        for enabled in [Qt.ItemFlag.ItemIsEnabled]
    }
    assert {name for name, can in flags.items() if can} == {"", "mini", ABLE}
    base = form.model.itemData(form.model.findData("base"), Qt.ItemDataRole.ToolTipRole)
    assert "`melfusion-live models download base`" in base


def test_the_model_is_the_scenes_and_goes_with_the_request(window: Window, form: Form) -> None:
    first = window.scenes.current.id
    window.scene.words.setPlainText("warm house")
    form.model.choose(ABLE)
    assert window.scene.request.model == ABLE
    window.scenes.add()
    assert form.model.name == ""
    window.scenes.choose(first)
    assert form.model.name == ABLE
    assert window.scenes.current.model == ABLE


def test_a_model_that_is_gone_stays_the_scenes(window: Window, form: Form) -> None:
    window.scenes.add(SavedScene(prompt="x", model="of yesterday"))
    assert form.model.name == "of yesterday"
    assert form.model.currentText() == "of yesterday (not on the server's machine)"
    window.state.look_for_models()
    assert form.model.name == "of yesterday"


def test_what_is_seen_in_a_picture_is_shown_and_may_be_put_right(
    window: Window, form: Form, tmp_path: Path, qtbot: QtBot
) -> None:
    for name in ("dusk.png", "dawn.png"):
        noise().save(tmp_path / name)
    dusk, dawn = (str(tmp_path / name) for name in ("dusk.png", "dawn.png"))
    window.scenes.add(SavedScene(image=dusk, original=dusk))
    assert not form.seen.isVisible()  # the server's own model sees the picture itself
    form.model.choose(ABLE)
    assert form.seen.isVisible()
    qtbot.waitUntil(lambda: form.seen.text() == "a dusk.png", timeout=PATIENCE_MS)
    assert window.scene.request.image_words == "a dusk.png"
    # Another picture is looked at anew; but what a user has written stays.
    window.scene.picture.choose(dawn)
    qtbot.waitUntil(lambda: form.seen.text() == "a dawn.png", timeout=PATIENCE_MS)
    form.seen.setText("my own words")
    window.scene.picture.choose(dusk)
    qtbot.waitUntil(lambda: window.scenes.current.image == dusk, timeout=PATIENCE_MS)
    assert window.scene.request.image_words == "my own words"
    form.model.choose("mini")
    assert not form.seen.isVisible()


def test_a_variation_and_what_comes_after_are_asked_for(window: Window, qtbot: QtBot) -> None:
    window.scene.words.setPlainText("warm house")
    window.scene.ask()
    qtbot.waitUntil(lambda: len(window.state.clips) == 1, timeout=PATIENCE_MS)
    library = window.library
    actions: ClipActions = library.actions_
    known = set(window.state.clips)
    source = window.state.clips[next(iter(known))]
    for action, use in ((actions.vary, "variation"), (actions.go_on, "continuation")):
        count = len(known)
        qtbot.waitUntil(lambda n=count: library.table.rowCount() == n, timeout=PATIENCE_MS)
        library.view.clearSelection()
        library.view.selectRow(library.table.row_of(source.clip))
        qtbot.waitUntil(action.isEnabled, timeout=PATIENCE_MS)
        action.trigger()
        qtbot.waitUntil(lambda n=count: len(window.state.clips) == n + 1, timeout=PATIENCE_MS)
        new = set(window.state.clips) - known
        known |= new
        request = json.loads(window.state.clips[new.pop()].recipe)["request"]
        assert (request["model"], request["use"]) == (ABLE, use)
        assert Path(request["source"]).name == Path(source.path).name


def test_without_a_model_that_can_nothing_is_made_of_loops(
    window: Window, cache: Path, qtbot: QtBot
) -> None:
    (cache / INDEX).unlink()
    window.scene.form.model.opened.emit()
    qtbot.waitUntil(lambda: not window.state.models[ABLE].here, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.library.actions_.vary.isEnabled(), timeout=PATIENCE_MS)
