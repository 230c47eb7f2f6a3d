"""What all downloads of models have in common: table, room, progress, the place.

What was fetched lies beside the model until that is whole, so that one disk holds all.
"""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from .. import home
from ..catalogue import amount
from .hub import Hub, RemoteFile, Repository

RECORD = "sources.json"
"""In the model's folder: what it was made of."""


class DownloadError(Exception):
    """Why a model was not put in place, on one line."""


def table(repositories: Iterable[tuple[Repository, str]]) -> str:
    """What would be fetched: a line for every repository and its licence."""
    rows = [("repository", "files", "size", "licence")]
    for one, licence in repositories:
        rows.append((one.name, str(len(one.files)), amount(one.size), licence))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].rjust(widths[2]), row[3]]
        )
        for row in rows
    )


def is_there(out: Path, wanted: Any, index: str = home.INDEX) -> bool:
    """Whether the place holds a model already.

    Args:
        out: the model's folder.
        wanted: what its record must hold as such, where it has a record.
        index: the file that makes a folder such a model's.

    Raises:
        DownloadError: the folder holds something else.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return False
    if not (out / index).is_file():
        raise DownloadError(f"{out} holds something else: name another folder with --out")
    if (out / RECORD).is_file() and _record(out).get("wanted") != wanted:
        raise DownloadError(
            f"{out} holds a model of other sources or with other options: name another folder with"
            " --out, or replace it with --again"
        )
    return True


@contextmanager
def store(out: Path) -> Iterator[Path]:
    """The folder for what is fetched, which one process has to itself."""
    folder = home.store(out)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / home.LOCK, timeout=0):
            yield folder
    except Timeout as error:
        raise DownloadError(f"another download to {out} is under way") from error
    finally:
        if folder.is_dir() and not any(path.name != home.LOCK for path in folder.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)  # nothing was fetched


def make_room(repositories: Iterable[Repository], folder: Path, out: Path, made: int) -> None:
    """Tells how much is to be fetched and how much disk that takes.

    Args:
        repositories: what is to be fetched.
        folder: see `store`.
        out: the model's folder.
        made: bytes of a model that is made of what is fetched; 0 where that is the model.

    Raises:
        DownloadError: the disk has less.
    """
    files = [file for one in repositories for file in one.files]
    total = sum(file.size for file in files)
    here = sum(file.here(folder) for file in files)
    need = total - here + made
    free = shutil.disk_usage(folder).free
    while_made = f"up to {amount(need)} while the model is made, " if made else ""
    print(
        f"to fetch: {amount(total - here)} ({amount(here)} are here already); disk: {while_made}"
        f"up to {amount(made or total)} for good; free: {amount(free)}\nthe model's folder: {out}",
        flush=True,
    )
    if need > free:
        raise DownloadError(
            f"the disk of {out} has {amount(free)} free and {amount(need)} are needed: make room,"
            " or name a folder on another disk with --out"
        )


def fetch(hub: Hub, file: RemoteFile, folder: Path) -> None:
    """Fetches a file into the store, and shows how far it is.

    Raises:
        HubError: it cannot be had.
    """
    progress = _Progress(file)
    try:
        hub.fetch(file, folder, progress)
    finally:
        progress.end()


def put(made: Path, out: Path) -> None:
    """Moves a finished folder to its place; what was there is gone only then."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.replace(old)
    made.replace(out)
    shutil.rmtree(old, ignore_errors=True)


def write_record(folder: Path, record: dict[str, Any]) -> None:
    """Writes into a model's folder what it was made of."""
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _record(out: Path) -> dict[str, Any]:
    try:
        record = json.loads((out / RECORD).read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


class _Progress:
    """Progress of one file on stderr: a line that changes on a terminal, a few lines elsewhere."""

    def __init__(self, file: RemoteFile) -> None:
        self._name = f"{file.repository}/{file.path}"
        self._size = file.size
        self._terminal = sys.stderr.isatty()
        self._shown = -1

    def __call__(self, there: int) -> None:
        """Shows how many bytes are there."""
        step = 1 if self._terminal else 10
        share = there * 100 // max(1, self._size) // step * step
        if share != self._shown:
            start, end = ("\r\x1b[K", "") if self._terminal else ("", "\n")
            told = f"{start}{share:3d}% of {amount(self._size)} {self._name}"
            print(told, end=end, file=sys.stderr, flush=True)
            self._shown = share

    def end(self) -> None:
        """Leaves the line, if there is one."""
        if self._terminal and self._shown >= 0:
            print(file=sys.stderr)
