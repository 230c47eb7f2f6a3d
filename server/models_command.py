"""`melfusion-live models`: lists the models that there are, downloads them and removes them.

A download is `melfusion download`, in a process of its own: making `base` takes PyTorch, which has
no place here.
"""

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from melfusion import home
from melfusion.catalogue import HALF, MODELS, SINGLE, Model, amount, find, needed
from melfusion.fetching.consent import NoTerminalError, agreed

COLUMNS = ("model", "here", "size", "on a GPU", "with offload", "without one", "licence")
WIDEST = len(COLUMNS) - 1
"""The last column is not filled up."""


class ModelsError(Exception):
    """Why a model was not removed; the text is for the user."""


@dataclass(frozen=True)
class Listed:
    """A model as it is listed; sizes and memory in bytes.

    Attributes:
        name: what it is called by.
        title: what it is.
        use: what it is good for.
        here: whether it is on this machine.
        size: on the disk, or to fetch where it is not here.
        fetched: what is here of one that was not fetched to the end.
        gpu: memory that it takes on a GPU; 0 of one that computes on the processor anyway.
        offload: the same where only the network that computes is there.
        processor: memory that it takes without a GPU.
        licence: of its weights.
        repository: where it is fetched from; empty for none.
        folder: where it lies; empty where it is not here.
    """

    name: str
    title: str
    use: str
    here: bool
    size: int
    fetched: int
    gpu: int
    offload: int
    processor: int
    licence: str
    repository: str
    folder: str


def add_command(commands: Any) -> None:
    """Adds `models` and what can be done with them to the command line."""
    description = "Lists, downloads and removes models."
    parser = commands.add_parser("models", help=description.lower(), description=description)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser(
        "list", help="what there is, what it needs, and what is here",
        description="Lists all models, those of your own too.",
    )  # fmt: skip
    listing.add_argument("--json", action="store_true", help="print one JSON array instead")
    download = actions.add_parser(
        "download", help="get one; `models download --help` lists them and their options",
        add_help=False, prefix_chars="\0",
    )  # fmt: skip
    # No option is this parser's own: all of them go on to `melfusion download`.
    download.add_argument("words", nargs=argparse.REMAINDER)
    remove = actions.add_parser(
        "remove", help="delete one that was downloaded",
        description="Deletes a model from the folder of models. Asks first.",
    )  # fmt: skip
    remove.add_argument("name", metavar="MODEL", help="as it is listed")
    remove.add_argument("--yes", action="store_true", help="do not ask")


def main(given: argparse.Namespace) -> int:
    """Does what the command line says; returns the exit status.

    Raises:
        ModelsError: a model cannot be removed.
    """
    if given.action == "download":
        command = [sys.executable, "-P", "-m", "melfusion", "download", *given.words]
        return subprocess.run(command, check=False).returncode
    if given.action == "remove":
        return _remove(given.name, given.yes)
    models = list(listed())
    print(json.dumps([asdict(model) for model in models]) if given.json else table(models))
    return 0


def listed() -> Iterator[Listed]:
    """All models: those of the catalogue, and then others in the folder of models."""
    for model in MODELS:
        yield _known(model)
    for folder in home.downloaded():
        if find(folder.name) is None:
            yield _other(folder)


def table(models: list[Listed]) -> str:
    """A line for each model."""
    rows = [COLUMNS, *map(_row, models)]
    widths = [max(len(row[column]) for row in rows) for column in range(WIDEST)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[WIDEST]]))
    return "\n".join(lines)


def _row(model: Listed) -> tuple[str, ...]:
    part = f"{amount(model.fetched)} of it" if model.fetched else "no"
    size = amount(model.size) if model.here else f"~ {amount(model.size)}"
    memory = [amount(size) if size else "-" for size in (model.gpu, model.offload)]
    memory.append(amount(model.processor))
    return model.name, "yes" if model.here else part, size, *memory, model.licence


def _known(model: Model) -> Listed:
    folder = home.present(model.name)
    place = home.cache_folder("models") / model.name
    gpu, offload = model.memory(HALF), model.memory(HALF, offload=True)
    return Listed(
        model.name, model.title, model.use, folder is not None,
        home.size(folder) if folder else model.download, home.size(home.store(place)),
        gpu if model.composes else 0, offload if model.composes else 0, model.memory(SINGLE),
        model.licence, model.repository, str(folder or ""),
    )  # fmt: skip


def _other(folder: Path) -> Listed:
    """One of the user's own; what it needs is read off its weights, where those can be read."""
    try:
        counts = home.parameters(folder).values()
    except ValueError:
        counts = {}.values()
    total, largest = sum(counts), max(counts, default=0)
    return Listed(
        folder.name, folder.name, "One of your own.", True, home.size(folder), 0,
        needed(total, HALF), needed(largest, HALF), needed(total, SINGLE),
        "not known here", "", str(folder),
    )  # fmt: skip


def _remove(name: str, yes: bool) -> int:
    """Deletes a model, and what was left of a download of it."""
    place = home.cache_folder("models") / name
    store = home.store(place)
    if not home.is_name(name) or not (place.is_dir() or store.is_dir()):
        raise ModelsError(_why_not(name))
    size = home.size(store) + (0 if place.is_symlink() else home.size(place))
    print(f"{amount(size)} in {place}; a server that has it loaded goes on with it until it ends")
    try:
        if not (yes or agreed()):
            raise ModelsError("nothing was removed")
        store.mkdir(exist_ok=True)
        with FileLock(store / home.LOCK, timeout=0):
            _delete(place)
        shutil.rmtree(store, ignore_errors=True)
    except NoTerminalError as error:
        raise ModelsError(str(error)) from error
    except Timeout as error:
        raise ModelsError(f"a download of {name} is under way: end it first") from error
    except OSError as error:
        reason = error.strerror or error
        raise ModelsError(
            f"{place} cannot be removed ({reason}): end the server that has it loaded, or see"
            " whether the folder may be written"
        ) from error
    print(f"{name} is removed: {amount(size)} are free again")
    return 0


def _delete(place: Path) -> None:
    """Deletes a model's folder; it is gone from its place at once, or stays whole."""
    if place.is_symlink():
        place.unlink()  # what it leads to is not ours
    elif place.is_dir():
        gone = place.with_name(f".{place.name}.removed")
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(gone)
        place.replace(gone)
        shutil.rmtree(gone)


def _why_not(name: str) -> str:
    if home.is_name(name) and (home.WEIGHTS / name).is_dir():
        return f"{name} ships with the program, and stays"
    ours = [
        model.name
        for model in listed()
        if model.fetched or (model.here and Path(model.folder).parent != home.WEIGHTS)
    ]
    those = f"those that are: {', '.join(ours)}" if ours else "none is"
    return f"{name!r} is not in {home.cache_folder('models')}, from where alone is removed; {those}"
