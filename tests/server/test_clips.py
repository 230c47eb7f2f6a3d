import json
import os
import sqlite3
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import send2trash

from melfusion.request import RenderRequest, RequestError
from server import library as libraries
from server.clips import Clips, Marks, _is_whole

from .fake_worker import write

REQUEST = RenderRequest("warm house", bpm=123.4, bars=2, key="Am", metre="7/8")


@pytest.fixture
def database(library: Path) -> Iterator[sqlite3.Connection]:
    with libraries.opened(library) as opened:
        yield opened.database


def test_a_clip_is_kept_with_its_recipe(library: Path, database: sqlite3.Connection) -> None:
    recipe = write(REQUEST, library)
    clip = Clips(library, database).add(Path(recipe["path"]), recipe)
    assert clip.path.is_file()

    (again,) = Clips(library, database).all()
    assert again == clip
    event = again.event
    assert (event.clip, event.path) == (recipe["id"], recipe["path"])
    assert (event.bpm, event.bars, event.metre, event.key) == (123.4, 2, "7/8", "A minor")
    assert (event.quarters, event.passed) == (7.0, 1)
    assert json.loads(event.recipe)["checks"] == recipe["checks"]


def test_a_failed_check_shows(library: Path, database: sqlite3.Connection) -> None:
    recipe = write(REQUEST, library)
    recipe["checks"][0]["verdict"] = "fail"
    assert Clips(library, database).add(Path(recipe["path"]), recipe).event.passed == 0


def test_marks_outlive_the_file(library: Path, database: sqlite3.Connection) -> None:
    recipe = write(REQUEST, library)
    path = Path(recipe["path"])
    clips = Clips(library, database)
    clips.reconcile()
    clips.mark(recipe["id"], title="The drop", favourite=True)
    clips.mark(recipe["id"], tags="dark peak")
    content = path.read_bytes()
    path.unlink()
    clips.reconcile()
    assert len(clips) == 0
    path.write_bytes(content)
    again = Clips(library, database)
    again.reconcile()
    (clip,) = again.all()
    assert clip.marks == Marks("The drop", True, "dark peak")
    assert (clip.brief.title, clip.brief.favourite, clip.brief.recipe) == ("The drop", 1, "")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the bin is not in a folder")
async def test_what_is_discarded_lies_in_the_bin(
    library: Path, database: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setattr(send2trash.plat_other, "XDG_DATA_HOME", os.fsencode(home))
    monkeypatch.setattr(send2trash.plat_other, "HOMETRASH_B", os.fsencode(home / "Trash"))
    recipe = write(REQUEST, library)
    clips = Clips(library, database)
    clips.reconcile()
    content = Path(recipe["path"]).read_bytes()
    await clips.discard(recipe["id"])
    assert len(clips) == len(Clips(library, database)) == 0
    (binned,) = (home / "Trash" / "files").iterdir()
    assert binned.read_bytes() == content
    assert recipe["path"] in (home / "Trash" / "info" / f"{binned.name}.trashinfo").read_text()
    with pytest.raises(RequestError, match="is not in the library"):
        await clips.discard(recipe["id"])


async def test_a_file_that_is_gone_already_is_forgotten(
    library: Path, database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(_: Path) -> None:
        raise OSError("no such file, says a bin of another kind")

    monkeypatch.setattr(send2trash, "send2trash", lacking)
    recipe = write(REQUEST, library)
    clips = Clips(library, database)
    clips.reconcile()
    Path(recipe["path"]).unlink()
    await clips.discard(recipe["id"])
    assert len(clips) == len(Clips(library, database)) == 0


def test_files_that_other_hands_bring_and_take_are_noticed(
    library: Path, database: sqlite3.Connection
) -> None:
    clips = Clips(library, database)
    clips.reconcile()
    assert clips.look() == ([], [])
    recipe = write(REQUEST, library)
    path = Path(recipe["path"])
    (clip,), gone = clips.look()
    assert (clip.id, gone) == (recipe["id"], [])
    content = path.read_bytes()
    path.unlink()
    assert clips.look() == ([], [recipe["id"]])
    path.write_bytes(content[: len(content) // 2])  # half of it has been copied
    assert clips.look() == ([], [])
    path.write_bytes(content)
    (clip,), _ = clips.look()
    assert clip.id == recipe["id"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda recipe: recipe["request"].update(part="kazoo"),
        lambda recipe: recipe["checks"][0].pop("asked"),
        lambda recipe: recipe["checks"][0].update(verdict="perhaps"),
        lambda recipe: recipe["request"].pop("prompt"),
    ],
)
def test_a_recipe_that_nobody_could_show_is_left_alone(
    library: Path, spoil: Callable[[dict], object]
) -> None:
    recipe = write(REQUEST, library)
    spoil(recipe)
    assert not _is_whole(recipe)


async def test_what_no_bin_takes_stays(
    library: Path, database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(send2trash, "send2trash", refuse)
    recipe = write(REQUEST, library)
    clips = Clips(library, database)
    clips.reconcile()
    with pytest.raises(RequestError, match="Permission denied: delete the file yourself"):
        await clips.discard(recipe["id"])
    assert clips.get(recipe["id"])


def test_a_library_of_the_second_version_is_brought_up(library: Path) -> None:
    recipe = write(REQUEST, library)
    with libraries.opened(library) as opened:
        Clips(library, opened.database).reconcile()
        opened.database.executescript(
            "DROP TABLE marks; DROP TABLE choices; DROP TABLE places; PRAGMA user_version = 2"
        )
    with libraries.opened(library) as opened:
        clips = Clips(library, opened.database)
        assert clips.mark(recipe["id"], favourite=True).marks.favourite


def test_finished_files_that_are_not_in_the_table_are_adopted(
    library: Path, database: sqlite3.Connection
) -> None:
    recipe = write(REQUEST, library)
    path = Path(recipe["path"])
    clips = Clips(library, database)
    clips.reconcile()
    (clip,) = clips.all()
    assert (clip.id, clip.path) == (recipe["id"], path)
    assert clip.created == path.stat().st_mtime
    clips.reconcile()
    assert len(Clips(library, database)) == 1


def test_a_copy_under_another_name_is_no_clip_of_its_own(
    library: Path, database: sqlite3.Connection
) -> None:
    path = Path(write(REQUEST, library)["path"])
    clips = Clips(library, database)
    clips.reconcile()
    (library / "a_copy.wav").write_bytes(path.read_bytes())
    clips.reconcile()
    assert [clip.path for clip in clips.all()] == [path]


def test_what_is_gone_is_forgotten(library: Path, database: sqlite3.Connection) -> None:
    kept, gone = (write(replace(REQUEST, seed=seed), library) for seed in (1, 2))
    clips = Clips(library, database)
    clips.reconcile()
    Path(gone["path"]).unlink()
    clips.reconcile()
    assert [clip.id for clip in clips.all()] == [kept["id"]]
    assert len(Clips(library, database)) == 1


def with_recipe(recipe: object) -> bytes:
    content = json.dumps(recipe).encode()
    chunk = b"mflr" + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WAVE" + chunk


def test_other_peoples_files_are_left_alone(library: Path, database: sqlite3.Connection) -> None:
    recipe = write(REQUEST, library)
    whole = Path(recipe["path"])
    (library / "text.wav").write_text("not audio")
    (library / "cut.wav").write_bytes(whole.read_bytes()[:-400])
    (library / "folder.wav").mkdir()
    for number, wrong in enumerate(
        (
            {},
            {"id": 5},
            {**recipe, "id": 5},
            {**recipe, "plan": {}},
            {**recipe, "checks": [1]},
            {**recipe, "seconds": "long"},
            {**recipe, "plan": {**recipe["plan"], "metre": "waltz"}},
        )
    ):
        (library / f"wrong_{number}.wav").write_bytes(with_recipe(wrong))
    whole.unlink()
    before = sorted(library.iterdir())
    clips = Clips(library, database)
    clips.reconcile()
    assert clips.all() == []
    assert sorted(library.iterdir()) == before


@pytest.mark.expect_log("its file is safe")
def test_a_full_disk_loses_no_clip(library: Path, database: sqlite3.Connection) -> None:
    recipe = write(REQUEST, library)
    clips = Clips(library, database)
    database.execute("PRAGMA query_only = ON")
    clip = clips.add(Path(recipe["path"]), recipe)
    assert clips.get(clip.id) == clip
    database.execute("PRAGMA query_only = OFF")
    after = Clips(library, database)
    after.reconcile()
    assert [known.id for known in after.all()] == [clip.id]
