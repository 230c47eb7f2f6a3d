"""The library's folder: where it is, whether it can be used, whose it is, and its database.

One server at a time: a lock in the folder is held for as long as the server runs, and the system
lets go of it when the server dies. Beside it stands who holds it.
"""

import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import filelock

LEAST_FREE_BYTES = 16 << 20
SCHEMA_VERSION = 4
BINDINGS = """
CREATE TABLE bindings (
    control TEXT PRIMARY KEY,   -- of the MIDI remote
    binding TEXT NOT NULL       -- JSON, what it does
);
"""
MARKS = """
CREATE TABLE marks (
    clip TEXT PRIMARY KEY,      -- its id; it may be out of the library, and come back
    title TEXT NOT NULL,
    favourite INTEGER NOT NULL,
    tags TEXT NOT NULL
);
"""
CHOICES = """
CREATE TABLE choices (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
"""
PLACES = """
CREATE TABLE places (
    clip TEXT PRIMARY KEY,      -- as in marks
    place TEXT NOT NULL,        -- where in Live it was placed last, empty when it was not
    trouble TEXT NOT NULL       -- why not, or what Live did not take
);
"""
SCHEMA = f"""
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    options TEXT NOT NULL,      -- JSON, the fields of RenderRequest
    cost REAL NOT NULL,         -- what render time goes with (jobs.cost)
    askers TEXT NOT NULL,       -- JSON, a list of [host, port, request id]
    state TEXT NOT NULL,
    created REAL NOT NULL,      -- seconds since the Unix epoch
    expected_s REAL NOT NULL,
    model TEXT NOT NULL,        -- of the finished clip
    seconds REAL,               -- wall time of the render, NULL when nothing was measured
    clip TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE TABLE clips (
    id TEXT PRIMARY KEY,
    file TEXT NOT NULL,         -- name of the WAV in the library's folder
    recipe TEXT NOT NULL,       -- JSON
    created REAL NOT NULL       -- seconds since the Unix epoch
);
{BINDINGS}{MARKS}{CHOICES}{PLACES}
"""
MIGRATIONS = {
    1: f"{BINDINGS} UPDATE jobs SET seconds = NULL;",
    2: MARKS + CHOICES,
    3: PLACES,
}
"""What brings a database from one version to the next; costs were reckoned otherwise in 1."""


class LibraryError(Exception):
    """The library cannot be used; the text is for the user."""


class HeldError(LibraryError):
    """Another server holds the library."""


@dataclass(frozen=True)
class Holder:
    """The server that holds a library."""

    pid: int
    host: str
    port: int


@dataclass(frozen=True)
class Library:
    """An opened library: its folder and its database, which are this process' own."""

    folder: Path
    database: sqlite3.Connection

    def announce(self, host: str, port: int) -> None:
        """Writes down who holds the library, for those who come second.

        Raises:
            LibraryError: it cannot be written.
        """
        note = {"pid": os.getpid(), "host": host, "port": port}
        try:
            _holder_file(self.folder).write_text(json.dumps(note), encoding="utf-8")
        except OSError as error:
            raise _unwritable(self.folder, error) from None


def default_folder() -> Path:
    r"""~/MeLFusion; where that has a space in its path, %PUBLIC%\MeLFusion on Windows.

    Live cannot be given a path with spaces.

    Raises:
        LibraryError: there is none without spaces.
    """
    bases = [Path.home()]
    if sys.platform == "win32":
        bases.append(Path(os.environ.get("PUBLIC", r"C:\Users\Public")))
    for base in bases:
        if " " not in str(base):
            return base / "MeLFusion"
    raise LibraryError(
        f"library: the path of your home, {bases[0]}, has a space, which Live cannot open:"
        " name another folder with --library"
    )


@contextmanager
def opened(folder: Path) -> Iterator[Library]:
    """Takes the library for this process, making it where it is not there yet.

    Raises:
        HeldError: another server holds it.
        LibraryError: the folder cannot be used.
    """
    folder = folder.expanduser().absolute()
    _check(folder)
    lock = filelock.FileLock(folder / "library.lock")
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        raise HeldError(_held(folder)) from None
    except OSError as error:
        raise LibraryError(f"library: {folder} cannot be locked: {error.strerror}") from None
    path = folder / "library.sqlite3"
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            _prepare(database, path)
            yield Library(folder, database)
    except sqlite3.Error as error:
        raise LibraryError(f"library: {path} cannot be used: {error}") from error
    finally:
        _holder_file(folder).unlink(missing_ok=True)
        lock.release()


def holder(folder: Path) -> Holder | None:
    """The server that says it holds the library; it may have died without taking that back."""
    try:
        note = json.loads(_holder_file(folder.expanduser().absolute()).read_text(encoding="utf-8"))
        return Holder(int(note["pid"]), str(note["host"]), int(note["port"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _holder_file(folder: Path) -> Path:
    # Beside the lock and not in it: Windows lets nobody read a locked file.
    return folder / "library.holder.json"


def _held(folder: Path) -> str:
    by = holder(folder)
    who = f"process {by.pid}, which listens on port {by.port}" if by else "another server"
    return f"library: {folder} is held by {who}: use that one, or name another with --library"


def _unwritable(folder: Path, error: OSError) -> LibraryError:
    return LibraryError(f"library: {folder} cannot be written to: {error.strerror or error}")


def _check(folder: Path) -> None:
    if " " in str(folder) or not str(folder).isprintable():
        # Live cannot open the one, and OSC cannot carry the other.
        raise LibraryError(
            f"library: {str(folder)!a} has a space or an odd character in its path, which Live and"
            " OSC cannot take: name another folder with --library"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"\0" * 4096)
            trial.flush()
            os.fsync(trial.fileno())
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise _unwritable(folder, error) from None
    if free < LEAST_FREE_BYTES:
        raise LibraryError(
            f"library: the disk of {folder} is full ({free >> 20} MB are free,"
            f" {LEAST_FREE_BYTES >> 20} MB are needed): make room, or name another with --library"
        )


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    # A commit then survives a kill of the process; a power cut may cost the last few, and the
    # finished files among them are adopted.
    database.execute("PRAGMA synchronous = NORMAL")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == 0:
        _change(database, SCHEMA, SCHEMA_VERSION)
    elif not 0 < version <= SCHEMA_VERSION:
        raise LibraryError(f"library: {path} was made by a newer version of MeLFusion Live")
    else:
        for old in range(version, SCHEMA_VERSION):
            _change(database, MIGRATIONS[old], old + 1)


def _change(database: sqlite3.Connection, statements: str, version: int) -> None:
    """Changes the database to a version, whole or not at all."""
    database.executescript(f"BEGIN; {statements} PRAGMA user_version = {version}; COMMIT;")
