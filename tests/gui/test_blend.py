"""Two scenes crossfaded: what a render is asked for with, and the way from one to the other."""

from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.scene.blend import ALONE, BLANK, NOWHERE, Blend
from gui.scene.scenes import Scenes
from melfusion.request import RenderRequest
from server.render_messages import Evolve

from .some_scenes import three

pytestmark = pytest.mark.usefixtures("qapp")

LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key


@pytest.fixture
def scenes(tmp_path: Path) -> Scenes:
    return three(tmp_path)


@pytest.fixture
def blend(scenes: Scenes, qtbot: QtBot) -> Blend:
    made = Blend(scenes)
    qtbot.addWidget(made)
    made.show()
    return made


def listed(blend: Blend) -> list[str]:
    return [blend.towards.itemText(row) for row in range(1, blend.towards.count())]


def test_options_say_where_to_and_how_far(blend: Blend, scenes: Scenes, qtbot: QtBot) -> None:
    assert blend.options == {}
    assert not blend.go_there.isEnabled()
    assert blend.amount.toolTip() == NOWHERE
    qtbot.keyClick(blend.towards, KEY.Key_Down)
    qtbot.keyClick(blend.towards, KEY.Key_Down)
    assert blend.towards.currentText() == "three"
    assert blend.options == {}  # the slider is at 0
    qtbot.keyClick(blend.amount, KEY.Key_PageUp)
    for _ in range(5):
        qtbot.keyClick(blend.amount, KEY.Key_Right)
    assert blend.share.text() == "15 %"
    scenes.replace(replace(scenes.all[2], prompt=" dark techno ", image="/tmp/night.png"))
    assert blend.options == {
        "to_prompt": "dark techno", "to_image": "/tmp/night.png", "blend": 0.15,
    }  # fmt: skip
    RenderRequest.check({"prompt": "one", **blend.options})
    scenes.replace(replace(scenes.all[2], prompt="", image=""))
    assert blend.options == {}
    assert blend.go_there.toolTip() == BLANK.format("New scene")


def test_the_other_scenes_are_offered(blend: Blend, scenes: Scenes) -> None:
    one, two, three = scenes.all
    assert listed(blend) == ["one", "three"]
    blend.towards.setCurrentIndex(2)
    scenes.choose(one.id)
    scenes.move(three.id, 0)
    scenes.rename(two.id, "Verse")
    assert listed(blend) == ["three", "Verse"]
    assert blend.chosen == three
    scenes.choose(three.id)  # which is where it was to go
    assert (blend.chosen, listed(blend)) == (None, ["one", "Verse"])
    scenes.remove(three.id)
    scenes.remove(one.id)
    assert not blend.isEnabled()
    assert {w.toolTip() for w in (blend, blend.amount, blend.go_there)} == {ALONE}
    scenes.restore()
    assert blend.isEnabled()
    assert blend.toolTip() == ""


def test_what_plays_goes_there(blend: Blend, qtbot: QtBot) -> None:
    blend.towards.setCurrentIndex(1)
    blend.bars.setValue(24)
    with qtbot.waitSignal(blend.go) as gone:
        qtbot.mouseClick(blend.go_there, LEFT)
    assert gone.args == ["one", "", 24]
    to_prompt, to_image, over = gone.args
    assert Evolve(1, 4, to_prompt=to_prompt, to_image=to_image, over=over).over == 24
    blend.show_progress(0.375, "drums bass")
    assert blend.progress.isVisible()
    assert (blend.progress.value(), blend.told.text()) == (38, "38 % of the way")
    blend.show_progress(0.0, "drums bass")  # varied, but not on the way anywhere
    assert not blend.progress.isVisible()
    blend.show_progress(0.5, "drums bass")
    blend.show_progress(0.0, "")
    assert not blend.told.isVisible()
