"""Two scenes crossfaded: what a render is asked for with, and the way from one to the other."""

from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from gui.qt import there
from gui.scene.blend import ALONE, BLANK, GO, ITS_OWN, NOWHERE, STAY, Blend
from gui.scene.scenes import SavedScene, Scenes
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
    scenes.move(three.id, 0)
    scenes.rename(one.id, "Verse")
    assert listed(blend) == ["three", "Verse"]
    assert blend.chosen == three
    scenes.remove(three.id)
    assert (blend.chosen, listed(blend)) == (None, ["Verse"])
    scenes.restore()  # which is current then
    assert listed(blend) == ["Verse", "two"]
    scenes.choose(two.id)
    assert blend.chosen == three
    scenes.remove(three.id)
    scenes.remove(one.id)
    fields = (blend.towards, blend.amount, blend.bars, blend.go_there)
    assert not any(field.isEnabled() for field in fields)
    assert {field.toolTip() for field in (blend, *fields)} == {ALONE}
    scenes.restore()
    assert blend.towards.isEnabled()
    assert blend.toolTip() == ""


def test_each_scene_keeps_where_it_goes_and_how_far(
    blend: Blend, scenes: Scenes, tmp_path: Path
) -> None:
    one, two, three = scenes.all
    blend.towards.setCurrentIndex(2)
    blend.amount.setValue(40)
    scenes.choose(three.id)  # the one that it goes towards
    assert (blend.chosen, blend.amount.value(), blend.options) == (None, 0, {})
    scenes.choose(two.id)
    assert (blend.chosen, blend.share.text()) == (three, "40 %")
    assert blend.options == {"to_prompt": "three", "to_image": "", "blend": 0.4}
    scenes.close()
    again = Blend(Scenes(tmp_path / "scenes.json"))
    assert again.options == blend.options
    assert one.towards == ""


def test_letters_that_are_typed_list_nothing_anew(blend: Blend, scenes: Scenes) -> None:
    cleared: list[bool] = []
    there(blend.towards.model()).rowsRemoved.connect(lambda: cleared.append(True))
    scenes.replace(replace(scenes.all[0], prompt="one more"))
    scenes.replace(replace(scenes.current, prompt="two more"))
    assert listed(blend) == ["one more", "three"]
    assert not cleared


def test_what_a_loop_went_towards_is_offered_as_its_own(blend: Blend, scenes: Scenes) -> None:
    asked = RenderRequest.check(
        {"prompt": "warm", "to_prompt": "dark ", "to_image": "/tmp/x.png", "blend": 1 / 3}
    )
    scenes.add(SavedScene.of(asked))
    assert (blend.towards.currentText(), blend.share.text()) == (ITS_OWN, "33 %")
    own = {"to_prompt": "dark ", "to_image": "/tmp/x.png"}
    assert blend.options == {**own, "blend": 1 / 3}
    blend.amount.setValue(50)
    assert blend.options == {**own, "blend": 0.5}
    blend.towards.setCurrentIndex(2)
    assert blend.options == {"to_prompt": "one", "to_image": "", "blend": 0.5}
    blend.towards.setCurrentIndex(0)
    assert blend.options == {}


def test_a_long_name_is_elided(blend: Blend, scenes: Scenes, qtbot: QtBot) -> None:
    blend.resize(300, blend.height())
    scenes.rename(scenes.all[0].id, "Verse with the long bass line that goes on and on for ever")
    blend.towards.setCurrentIndex(1)
    qtbot.waitUntil(lambda: blend.width() == 300)
    option = QStyleOptionComboBox()
    blend.towards.initStyleOption(option)
    shown = there(option.currentText)
    assert (shown[:3], shown[-1]) == ("Ver", "…")
    assert blend.towards.fontMetrics().horizontalAdvance(shown) < blend.towards.width()
    assert scenes.all[0].title in blend.towards.toolTip()  # the whole of it
    blend.towards.setCurrentIndex(2)
    blend.towards.initStyleOption(option)
    assert option.currentText == "three"


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


def test_while_anything_is_varied_it_can_stay(blend: Blend, scenes: Scenes, qtbot: QtBot) -> None:
    for scene in scenes.all[1:]:
        scenes.remove(scene.id)
    blend.show_progress(0.0, "drums")
    assert (blend.go_there.text(), blend.go_there.isEnabled()) == (STAY, True)
    with qtbot.waitSignal(blend.stay):
        qtbot.mouseClick(blend.go_there, LEFT)
    blend.show_progress(0.0, "")
    assert (blend.go_there.text(), blend.go_there.isEnabled()) == (GO, False)
