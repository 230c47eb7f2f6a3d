"""Scenes: their list, and the file that they are kept in whatever happens."""

import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from gui.qt import there
from gui.scene.scene_file import merged
from gui.scene.scenes import SavedScene, Scenes

from .some_scenes import filled, prompts, three

pytestmark = pytest.mark.usefixtures("qapp")

FULL = SavedScene(
    "f00d", "Verse", "warm house\nwith “soft” chords \U0001f305", "/tmp/part \udcff.png",
    "/tmp/whole.png", (0.1, 1 / 3, 0.7, 1.0), "drums", 7, 97.531, False, "7/8", "F# dorian",
    "F#m | B", 0.07, 3.3, 2**31 - 1, True, "own", 0.4, "dark", "/tmp/night.png", 1.5, 9,
)  # fmt: skip
"""A scene in which every field is unlike what it is by default."""

DAMAGED = {
    "empty": b"",
    "cut off": b'{"schema": 1, "scenes": [',
    "no text": bytes(range(256)),
    "no scenes": b'{"schema": 1, "current": ""}',
    "a list": b"[]",
    "a scene without id": b'{"schema": 1, "current": "", "scenes": [{"prompt": "x"}]}',
    "words that are none": b'{"schema": 1, "current": "", "scenes": [{"id": "a", "prompt": 1}]}',
    "a tempo of infinity": b'{"schema": 1, "current": "", "scenes": [{"id": "a", "bpm": 1e999}]}',
    "three fractions": (
        b'{"schema": 1, "current": "", "scenes": [{"id": "a", "region": [0, 0, 1]}]}'
    ),
    "one scene twice": b'{"schema": 1, "current": "", "scenes": [{"id": "a"}, {"id": "a"}]}',
    "endless depth": b"[" * 200_000,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "scenes.json"


@pytest.fixture
def chance() -> random.Random:
    return random.Random(3)


@pytest.fixture
def scenes(tmp_path: Path) -> Scenes:
    return three(tmp_path)


def child(code: str, *arguments: str) -> list[str]:
    """A program of its own that has scenes."""
    head = (
        "import sys\nfrom pathlib import Path\nfrom PyQt6.QtCore import QCoreApplication\n"
        "from gui.scene.scenes import SavedScene, Scenes\napplication = QCoreApplication([])\n"
        "scenes = Scenes(Path(sys.argv[1]))\n"
    )
    return [sys.executable, "-c", head + code, *arguments]


# Kept


def test_scenes_are_as_they_were(file: Path) -> None:
    scenes = filled(file, "first", "last")
    scenes.add(FULL)
    scenes.choose(scenes.all[1].id)
    scenes.close()
    content = file.read_bytes()
    again = Scenes(file)
    assert again.all == scenes.all
    assert FULL in again.all
    assert again.current == scenes.all[1]
    again.rename(FULL.id, "other")
    again.close()
    assert file.read_bytes() != content
    again.rename(FULL.id, FULL.name)
    again.close()
    assert file.read_bytes() == content
    assert {path.name for path in file.parent.iterdir()} == {file.name, f"{file.name}.lock"}


def test_there_is_always_a_scene_and_no_file_without_need(file: Path) -> None:
    scenes = Scenes(file)
    assert [scene.is_blank for scene in scenes.all] == [True]
    scenes.close()
    assert not file.exists()


def test_a_change_is_saved_in_a_moment(scenes: Scenes, file: Path, qtbot: QtBot) -> None:
    qtbot.waitUntil(file.exists)
    scenes.replace(replace(scenes.current, prompt="changed"))
    qtbot.waitUntil(lambda: b"changed" in file.read_bytes())


def test_what_a_newer_version_has_saved_stays(file: Path) -> None:
    told = {
        "schema": 7,
        "palette": ["red"],
        "current": "b",
        "scenes": [{"id": "a", "prompt": "x"}, {"id": "b", "mood": {"sad": 0.5}, "bars": 8}],
    }
    file.write_text(json.dumps(told))
    scenes = Scenes(file)
    assert (scenes.current.id, scenes.current.bars) == ("b", 8)
    scenes.replace(replace(scenes.current, bars=2))
    scenes.duplicate("b")
    scenes.close()
    kept = json.loads(file.read_text())
    assert (kept["schema"], kept["palette"]) == (7, ["red"])
    assert [scene.get("mood") for scene in kept["scenes"]] == [None, {"sad": 0.5}, {"sad": 0.5}]
    assert kept["scenes"][1]["bars"] == 2


def test_what_cannot_be_read_again_cannot_be_made() -> None:
    for wrong in (
        {"bars": 0}, {"bpm": float("nan")}, {"follows": 1}, {"prompt": None}, {"seed": 2**31},
        {"region": (0, 0, 1)}, {"region": (0, 0, 1, 2)}, {"bars": True},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=next(iter(wrong))):
            SavedScene(**wrong)


@pytest.mark.expect_log("could not be read")
@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_file_is_set_aside(how: str, file: Path, qtbot: QtBot) -> None:
    earlier = file.with_name("scenes.damaged-1.json")
    earlier.write_text("from another day")
    file.write_bytes(DAMAGED[how])
    scenes = Scenes(file)
    with qtbot.waitSignal(scenes.trouble) as told:
        pass
    aside = file.with_name("scenes.damaged-2.json")
    assert told.args == [f"The scenes could not be read; their file is kept as {aside}."]
    assert aside.read_bytes() == DAMAGED[how]
    assert earlier.read_text() == "from another day"
    assert len(scenes.all) == 1
    scenes.add(FULL)
    scenes.close()
    assert Scenes(file).all == scenes.all


@pytest.mark.expect_log("could not be read")
def test_a_file_that_is_damaged_later_is_set_aside_too(scenes: Scenes, file: Path) -> None:
    scenes.close()
    file.write_text("{")
    scenes.rename(scenes.current.id, "here still")
    scenes.close()
    assert file.with_name("scenes.damaged-1.json").read_text() == "{"
    assert Scenes(file).all == scenes.all


@pytest.mark.expect_log("scenes are not saved")
def test_where_it_cannot_be_written_that_is_said_and_tried_again(file: Path, qtbot: QtBot) -> None:
    file.mkdir()
    scenes = Scenes(file)
    with qtbot.waitSignal(scenes.trouble) as told:
        pass
    assert told.args is not None
    assert told.args[0].startswith(f"The scenes are not saved: {file}")
    scenes.add(FULL)
    assert not scenes.close()
    assert file.is_dir()
    file.rmdir()
    with qtbot.waitSignal(scenes.trouble) as told:
        assert scenes.close()
    assert told.args == [""]
    assert Scenes(file).all == scenes.all


@pytest.mark.expect_log("scenes are not saved")
def test_it_is_tried_again_by_itself(
    file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.scene.scenes.RETRY_MS", 50)
    file.mkdir()
    scenes = Scenes(file)
    with qtbot.waitSignal(scenes.trouble):
        scenes.add(FULL)
        assert not scenes.close()
    with qtbot.waitSignal(scenes.trouble) as told:
        file.rmdir()
    assert told.args == [""]
    assert Scenes(file).all == scenes.all


@pytest.mark.timeout(300)
def test_killed_at_any_moment_the_file_is_whole(file: Path) -> None:
    scenes = filled(file, *(f"{number} {'long words ' * 40}" for number in range(150)))
    scenes.close()
    code = """
for number in range(10**9):
    scenes.rename(scenes.current.id, str(number))
    scenes.close()
    print(number, flush=True)
"""
    chance, cut_short = random.Random(5), 0
    for _ in range(20):
        with subprocess.Popen(child(code, str(file)), stdout=subprocess.PIPE, text=True) as saving:
            assert there(saving.stdout).readline() == "0\n"
            time.sleep(chance.random() * 0.03)  # any moment is what is tested
            saving.kill()
            said = [0, *map(int, there(saving.stdout).read().split())]
        told = json.loads(file.read_bytes())
        (name,) = {scene["name"] for scene in told["scenes"]} - {""}
        assert int(name) in (said[-1], said[-1] + 1)
        assert [scene["prompt"] for scene in told["scenes"]] == prompts(scenes)
        cut_short += file.with_name("scenes.json.part").exists()
    print(f"killed in the middle of writing {cut_short} times of 20")
    assert not list(file.parent.glob("*damaged*"))
    began_s = time.monotonic()
    scenes.rename(scenes.current.id, "who was killed holds nobody up")
    scenes.close()
    assert time.monotonic() - began_s < 2
    assert b"holds nobody up" in file.read_bytes()


# Two windows


def test_two_windows_keep_one_anothers_scenes(scenes: Scenes, file: Path) -> None:
    scenes.close()
    other = Scenes(file)
    one, two, three = (scene.id for scene in scenes.all)
    other.choose(three)
    other.add(SavedScene(prompt="theirs"))
    other.rename(one, "by them")
    other.remove(two)
    scenes.choose(one)
    scenes.add(SavedScene(prompt="ours"))
    scenes.rename(three, "by us")
    other.close()
    scenes.close()
    assert [scene.title for scene in scenes.all] == ["by them", "ours", "by us", "theirs"]
    assert Scenes(file).all == scenes.all
    other.add()
    other.close()
    assert {scene.id for scene in scenes.all} < {scene.id for scene in other.all}


def test_a_scene_that_another_window_has_changed_or_removed_is_told(
    scenes: Scenes, file: Path, qtbot: QtBot
) -> None:
    scenes.close()
    other = Scenes(file)
    here = scenes.current
    other.rename(here.id, "by them")
    other.close()
    touched: list[int] = []
    scenes.dataChanged.connect(lambda first, _: touched.append(first.row()))
    scenes.rename(scenes.all[0].id, "by us")
    with qtbot.waitSignal(scenes.changed) as changed:
        scenes.close()
    assert changed.args == [here.id]
    assert scenes.current.name == "by them"
    assert touched == [0, 1]  # the third is left alone
    other.remove(here.id)
    other.close()
    with qtbot.waitSignal(scenes.chosen) as chosen:
        scenes.rename(scenes.all[0].id, "again")
        scenes.close()
    assert chosen.args == [scenes.current.id]
    assert prompts(scenes) == ["one", "three"]


def test_many_writers_at_once_lose_nothing(file: Path) -> None:
    code = """
for number in range(25):
    scenes.add(SavedScene(prompt=f"{sys.argv[2]} {number}"))
    scenes.close()
"""
    writers = [subprocess.Popen(child(code, str(file), name)) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    told = {scene.prompt for scene in Scenes(file).all} - {""}
    assert told == {f"{name} {number}" for name in "abc" for number in range(25)}


@pytest.mark.parametrize(
    ("before", "ours", "theirs", "together"),
    [
        ("a b c", "a b c", "a b c", "a b c"),
        ("a b c", "a b c d", "a x b c", "a x b c d"),
        ("a b c", "c b a", "a b c x", "c x b a"),
        ("a b c", "a b c", "c b a", "c b a"),
        ("a b c", "a c", "a b c", "a c"),
        ("a b c", "a b c", "b c", "b c"),
        ("a b c", "a b! c", "a c", "a b! c"),
        ("a b c", "a c", "a b! c", "a b! c"),
        ("a b c", "a b! c", "a b? c", "a b! c"),
        ("a b c", "a b c!", "a! b c", "a! b c!"),
        ("a b", "a", "b", "a"),
        ("", "", "a b", "a b"),
        ("", "a", "b", "b a"),
    ],
)
def test_two_lists_become_one(before: str, ours: str, theirs: str, together: str) -> None:
    def read(text: str) -> list[SavedScene]:
        return [SavedScene(id=each[0], name=each, seed=0) for each in text.split()]

    assert merged(read(before), read(ours), read(theirs)) == read(together)


def test_another_windows_list_comes_row_by_row(file: Path, chance: random.Random) -> None:
    """Whatever the other has made of it, views are told of what is another, and never of all."""
    scenes = filled(file, *"abcdef")
    scenes.close()
    other, seen = Scenes(file), Scenes(file)
    shown = QListView()
    shown.setModel(seen)
    reset: list[bool] = []
    seen.modelReset.connect(lambda: reset.append(True))
    for number in range(40):
        ids = [scene.id for scene in other.all]
        for _ in range(chance.randrange(1, 4)):
            other.move(chance.choice(ids), chance.randrange(len(ids)))
        other.rename(chance.choice(ids), f"{number}")
        if chance.random() < 0.5:
            other.remove(chance.choice(ids))
        if chance.random() < 0.5:
            other.add(SavedScene(prompt=f"new {number}"))
        seen.choose(chance.choice([each.id for each in seen.all if each != seen.current]))
        other.close()
        seen.close()
        assert seen.all == other.all
        assert seen.current in seen.all
        other.choose(seen.current.id)
    assert not reset


# The list


def test_what_is_removed_comes_back_where_it_was(scenes: Scenes) -> None:
    before, (one, two, three) = scenes.all, scenes.all
    scenes.remove(two.id)
    assert scenes.current == three
    scenes.remove(three.id)
    assert scenes.current == one
    scenes.remove(one.id)
    assert [scene.is_blank for scene in scenes.all] == [True]
    for _ in range(3):
        assert scenes.can_restore
        scenes.restore()
    assert scenes.all == before
    assert scenes.current == two
    assert not scenes.can_restore


def test_a_copy_is_another_scene(scenes: Scenes) -> None:
    named = replace(FULL, id="other")
    scenes.add(named)
    copy = scenes.duplicate(named.id)
    assert replace(copy, id=named.id, name=named.name) == named
    assert (copy.name, scenes.current) == ("Verse copy", copy)
    assert scenes.row(copy.id) == scenes.row(named.id) + 1


def test_a_new_scene_begins_as_is_set(scenes: Scenes) -> None:
    scenes.blank = lambda: SavedScene(bars=16)
    assert scenes.add().bars == 16
    for scene in scenes.all:
        scenes.remove(scene.id)
    (last,) = scenes.all
    assert (last.bars, last.is_blank) == (16, True)


def test_a_scene_is_called_by_its_name_words_or_picture() -> None:
    assert SavedScene(name="Verse", prompt="x", image="/a/b.png").title == "Verse"
    assert SavedScene(prompt="a b\nc d e f g", image="/a/b.png").title == "a b c d e f"
    assert SavedScene(image="/cache/1f.png", original="/a/dusk.png").title == "dusk.png"
    assert SavedScene().title == "New scene"
