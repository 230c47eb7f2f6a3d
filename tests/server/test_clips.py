import json
import sqlite3
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from melfusion.request import RenderRequest
from server import library as libraries
from server.clips import Clips

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
