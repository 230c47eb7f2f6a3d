import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from server import library as libraries
from server.library import LibraryError


def test_a_library_is_made_where_there_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    with libraries.opened(folder) as opened:
        assert opened.folder == folder
        assert opened.database.execute("SELECT count(*) FROM jobs").fetchone() == (0,)
    assert folder.is_dir()


def test_the_second_is_told_who_holds_it(library: Path) -> None:
    with libraries.opened(library) as opened:
        opened.announce("127.0.0.1", 9441)
        with pytest.raises(LibraryError, match=rf"held by process {os.getpid()}.* port 9441"):
            libraries.opened(library).__enter__()
        held = libraries.holder(library)
        assert held
        assert (held.pid, held.port) == (os.getpid(), 9441)
    assert libraries.holder(library) is None
    with libraries.opened(library):
        pass


def test_the_lock_of_a_killed_process_holds_nobody_up(library: Path) -> None:
    code = (
        "import sys, pathlib, time; from server import library\n"
        "with library.opened(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    root = Path(libraries.__file__).parents[1]
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(library)], stdout=subprocess.PIPE, cwd=root
    )
    assert holder.stdout
    with holder, holder.stdout:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LibraryError, match="held by another server"):
            libraries.opened(library).__enter__()
        holder.kill()
        holder.wait()
    with libraries.opened(library):
        pass


def test_a_damaged_note_of_the_holder_is_no_holder(library: Path) -> None:
    for note in ("", "[]", '{"pid": 1}', '{"pid": "x", "host": 1, "port": 2}'):
        (library / "library.holder.json").write_text(note)
        assert libraries.holder(library) is None


@pytest.mark.parametrize("name", ["with space", "with\ttab", "not_utf8_\udcff"])
def test_a_path_that_cannot_be_passed_on_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LibraryError, match="has a space or an odd character"):
        libraries.opened(tmp_path / name).__enter__()
    assert not (tmp_path / name).exists()


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="cannot be written to: Not a directory"):
        libraries.opened(tmp_path / "file" / "library").__enter__()


def test_a_full_disk_is_refused(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(library)._replace(free=5 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(LibraryError, match=r"full .5 MB are free"):
        libraries.opened(library).__enter__()


def test_a_library_of_another_version_is_left_alone(library: Path) -> None:
    with closing(sqlite3.connect(library / "library.sqlite3")) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="a newer version"):
        libraries.opened(library).__enter__()


def test_a_file_that_is_no_database_is_said(library: Path) -> None:
    (library / "library.sqlite3").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(LibraryError, match="cannot be used: file is not a database"):
        libraries.opened(library).__enter__()


def test_the_default_is_in_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada"))
    assert libraries.default_folder() == Path("/home/ada/MeLFusion")


def test_a_home_with_a_space_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/Ada Lovelace"))
    with pytest.raises(LibraryError, match="--library"):
        libraries.default_folder()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("PUBLIC", "/Users/Public")
    assert libraries.default_folder() == Path("/Users/Public/MeLFusion")
