"""The way from repositories to the folder of `base`: told, agreed to, fetched, made, put in place.

What was fetched lies beside the model until that is made, so that one disk holds all.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from .hub import AbsentError, Hub, RemoteFile, Repository
from .sources import IMAGE, MUSIC, SOURCES, TEXT, LackingError, Source, licence, text_weights

SMALL = 10_000_000
"""Bytes of a file that is fetched first: settings and tokenizers, which are checked early."""
SLACK = 200_000_000
"""Bytes that the model may be larger than what it is made of: synapses, settings."""

LOCK = "lock"
RECORD = "sources.json"
"""In the model's folder: what it was made of."""


class DownloadError(Exception):
    """Why the model was not made, on one line."""


def download(
    out: Path,
    repositories: Mapping[str, str],
    synapse: str,
    *,
    again: bool,
    keep: bool,
    agreed: Callable[[], bool],
) -> None:
    """Makes `base`.

    Args:
        out: folder of the model; appears when it is complete.
        repositories: option of a source -> owner/name, or owner/name@revision.
        synapse: as in MusicUNet.
        again: whether a model that is there is replaced.
        keep: whether what was fetched stays.
        agreed: asked once, when all is told.

    Raises:
        DownloadError, HubError, ConversionError: why not, on one line.
        OSError: something cannot be written.
    """
    wanted = {"repositories": dict(repositories), "synapse": synapse}
    if not again and _is_there(out, wanted):
        return
    hub = Hub()
    found = {source: _look(hub, source, repositories[source.option]) for source in SOURCES}
    with _store(out) as store:
        print(table(list(found.values())))
        _make_room(list(found.values()), store, out)
        if not agreed():
            raise DownloadError("nothing was fetched")
        _fetch_all(hub, found, store, repositories)
        name = f"base-1-{_hash(found, synapse)}"
        _make(out, _folders(found, store), synapse, name, wanted, found)
    if not keep:
        shutil.rmtree(store)
    print(f"{name} is in {out}")


def table(repositories: list[Repository]) -> str:
    """What would be fetched: a line for every repository."""
    rows = [("repository", "files", "size", "licence")]
    for one in repositories:
        rows.append(
            (one.name, str(len(one.files)), amount(one.size), licence(one.name, one.licence))
        )
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].rjust(widths[2]), row[3]]
        )
        for row in rows
    )


def amount(size: float) -> str:
    """A number of bytes for people, in powers of a thousand."""
    for unit in ("B", "kB", "MB"):
        if size < 999.5:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _is_there(out: Path, wanted: dict[str, Any]) -> bool:
    """Whether the model is made already; says so.

    Raises:
        DownloadError: the folder holds something else.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return False
    if not (out / "model_index.json").is_file():
        raise DownloadError(f"{out} holds something else: name another folder with --out")
    if (out / RECORD).is_file() and _record(out).get("wanted") != wanted:
        raise DownloadError(
            f"{out} holds a model of other sources or with another synapse: name another folder"
            " with --out, or replace it with --again"
        )
    print(f"base is there already, in {out}; --again makes it anew")
    return True


def _record(out: Path) -> dict[str, Any]:
    try:
        record = json.loads((out / RECORD).read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _look(hub: Hub, source: Source, name: str) -> Repository:
    try:
        return hub.look(name, source.choose)
    except LackingError as error:
        raise AbsentError(f"{source.option}: {name} {error}") from error
    except AbsentError as error:
        raise AbsentError(f"{source.option}: {error}") from error


@contextmanager
def _store(out: Path) -> Iterator[Path]:
    """The folder for what is fetched, which one process has to itself."""
    store = out.with_name(f".{out.name}.download")
    store.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(store / LOCK, timeout=0):
            yield store
    except Timeout as error:
        raise DownloadError(f"another download to {out} is under way") from error
    finally:
        if not any(path.name != LOCK for path in store.iterdir()):
            shutil.rmtree(store, ignore_errors=True)  # nothing was fetched


def _make_room(repositories: list[Repository], store: Path, out: Path) -> None:
    """Tells how much is to be fetched and how much disk that takes.

    Raises:
        DownloadError: the disk has less.
    """
    total = sum(one.size for one in repositories)
    here = sum(file.here(store) for one in repositories for file in one.files)
    need = total - here + total + SLACK
    free = shutil.disk_usage(store).free
    print(
        f"to fetch: {amount(total - here)} ({amount(here)} are here already); disk: up to"
        f" {amount(need)} while the model is made, up to {amount(total + SLACK)} for good;"
        f" free: {amount(free)}\nthe model's folder: {out}",
        flush=True,
    )
    if need > free:
        raise DownloadError(
            f"the disk of {out} has {amount(free)} free and {amount(need)} are needed: make room,"
            " or name a folder on another disk with --out"
        )


def _fetch_all(
    hub: Hub, found: dict[Source, Repository], store: Path, names: Mapping[str, str]
) -> None:
    """Fetches everything: what is small first, for it shows whether the rest is of any use."""
    from .assembly import Settings, has_text_encoder

    files = [(source, file) for source, one in found.items() for file in one.files]
    small = [pair for pair in files if pair[1].size <= SMALL]
    for source, file in small:
        _fetch(hub, source, file, store)
    folders = _folders(found, store)
    Settings.read(*folders)
    for source, file in files:
        if file.size > SMALL:
            _fetch(hub, source, file, store)
    if not has_text_encoder(folders[1]):
        print(f"{found[MUSIC].name} has no text encoder: {found[TEXT].name}'s is fetched")
        pinned = f"{names[TEXT.option].partition('@')[0]}@{found[TEXT].revision}"
        weights = hub.look(pinned, text_weights)
        _make_room([weights, *found.values()], store, folders[0].parent)
        for file in weights.files:
            _fetch(hub, TEXT, file, store)
        found[TEXT] = replace(found[TEXT], files=found[TEXT].files + weights.files)


def _fetch(hub: Hub, source: Source, file: RemoteFile, store: Path) -> None:
    progress = _Progress(file)
    try:
        hub.fetch(file, store, progress)
    except AbsentError as error:
        raise AbsentError(f"{source.option}: {error}") from error
    finally:
        progress.end()


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


def _folders(found: dict[Source, Repository], store: Path) -> tuple[Path, Path, Path]:
    """Where the image, the music and the text model were fetched to."""
    image, music, text = (
        store / found[source].name.replace("/", "--") for source in (IMAGE, MUSIC, TEXT)
    )
    return image, music, text


def _hash(found: dict[Source, Repository], synapse: str) -> str:
    """Eight digits of all that decides the weights."""
    told = [synapse, *sorted(f"{f.path} {f.oid}" for one in found.values() for f in one.files)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]


def _make(
    out: Path,
    folders: tuple[Path, Path, Path],
    synapse: str,
    name: str,
    wanted: dict[str, Any],
    found: dict[Source, Repository],
) -> None:
    """Makes the model beside its place, and puts it there when it is whole."""
    from .assembly import assemble

    print("making the model", file=sys.stderr, flush=True)
    made = out.with_name(f".{out.name}.made")
    shutil.rmtree(made, ignore_errors=True)
    try:
        assemble(*folders, synapse, name).save_pretrained(made)
        record = {
            "name": name,
            "wanted": wanted,
            "repositories": [
                {"name": one.name, "revision": one.revision,
                 "licence": licence(one.name, one.licence)}
                for one in found.values()
            ],
        }  # fmt: skip
        (made / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        _put(made, out)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put(made: Path, out: Path) -> None:
    """Moves a finished folder to its place; what was there is gone only then."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.replace(old)
    made.replace(out)
    shutil.rmtree(old, ignore_errors=True)
