"""How a data set of any form is written: scene by scene, and its manifests at the end.

Layout of the folder, whatever the form:
    order.json                 the form and its version, the seed, the soundfont, whether there were
                               one-shots, and the share of MMA
    <sounds>/                  what is heard of the scenes; each form has its own
    scenes/<scene>.json        the manifest lines of a finished scene; it is written last
    <manifests>                those of all finished scenes, one to a line
    pictures/, pictures.jsonl  see pictures.py

A scene depends on the seed and its number alone, so a run that was stopped is taken up where it
stood, and any number of processes, on any number of machines, gives the same files.
"""

import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..pool import opened, spread
from .concepts import Concept
from .files import whole, write_text
from .mma_grooves import is_installed
from .one_shots import usable

_ORDER = "order.json"
_FIRST_FORM = "stems"
"""The form of a folder whose order names none: it was written before there were others."""


@dataclass(frozen=True)
class Order:
    """What is to be written, and what it is made from.

    Attributes:
        folder: where to.
        seed: what all draws start from.
        soundfont: a General MIDI soundfont, if there is one.
        one_shots: the folder of recorded drum hits, if there is one (see one_shots.py).
        mma: how likely a scene is to take a groove of MMA if one fits, 0-1 (see mma.py).
    """

    folder: Path
    seed: int
    soundfont: Path | None = None
    one_shots: Path | None = None
    mma: float = 0.0

    @property
    def sources(self) -> dict[str, Any]:
        """What the sounds come from, for manifests: the same sources give the same files."""
        return {
            "soundfont": self.soundfont.name if self.soundfont else None,
            "one_shots": self.one_shots is not None,
        }


@dataclass(frozen=True)
class Form:
    """A form that a data set can have.

    Attributes:
        name: what the command line calls it.
        unit: what a line of its manifests is about, in the plural.
        sounds: the folder of its sounds.
        manifests: for each manifest the splits that are in it.
        concepts: gives the concepts that there must be pictures of, for a seed and a number of
            scenes.
        write_scene: writes the files of one scene and gives its manifest lines, each with its
            `split`.
        reads: files of the folder that it reads, and which must be there.
        version: of what it writes; a folder holds scenes of one version.
    """

    name: str
    unit: str
    sounds: str
    manifests: dict[str, tuple[str, ...]]
    concepts: Callable[[int, int], tuple[Concept, ...]]
    write_scene: Callable[[Order, int], list[dict[str, Any]]]
    reads: tuple[str, ...] = ()
    version: int = 1


def write_scenes(
    order: Order,
    form: Form,
    scenes: int,
    jobs: int = 2,
    budget_minutes: float | None = None,
    cluster: str = "",
) -> int:
    """Writes scenes 0 to `scenes` - 1, leaving out those that are there, and gathers the manifests.

    Args:
        order: what to write, and where.
        form: the form to write it in.
        scenes: how many scenes there shall be.
        jobs: how many processes work at it.
        budget_minutes: when to stop taking on further scenes; None for never.
        cluster: address of the cluster that works at it in place of them; see pool.opened.

    Returns:
        How many lines the manifests have.

    Raises:
        ValueError: the folder holds scenes of another form, seed, sources or share of MMA, or a
            machine lacks what the sounds are made from.
        ClusterError: the cluster cannot be used.
    """
    claim(order, form)
    missing = [n for n in range(scenes) if not _scene_file(order.folder, n).exists()]
    until = time.monotonic() + 60 * budget_minutes if budget_minutes is not None else None
    in_time = takewhile(lambda _: until is None or time.monotonic() <= until, missing)
    read = {name: (order.folder / name).read_bytes() for name in form.reads}
    with opened(jobs, cluster) as pool:
        for files in spread(pool, partial(_files_of_scene, order, form, read), in_time):
            for name, content in files.items():
                with whole(order.folder / name) as path:
                    path.write_bytes(content)
    return gather(order.folder, form)


def claim(order: Order, form: Form) -> None:
    """Makes the folder, and notes in it what it is made from, so that two data sets never mix.

    Raises:
        ValueError: it holds scenes of another form, seed, sources or share of MMA.
    """
    _check_form(order.folder, form)
    for name in (form.sounds, "scenes"):
        (order.folder / name).mkdir(parents=True, exist_ok=True)
    wanted = {
        "form": form.name,
        "version": form.version,
        "seed": order.seed,
        **order.sources,
        "mma": order.mma,
    }
    if not (order.folder / _ORDER).exists():
        write_text(order.folder / _ORDER, json.dumps(wanted))
    found = _made_from(order.folder)
    if found != wanted:
        raise ValueError(
            f"{order.folder} holds scenes of seed {found['seed']} with {_sounds(found)}, not of"
            f" seed {order.seed} with {_sounds(wanted)}: ask for the same, or name another folder"
        )


def gather(folder: Path, form: Form) -> int:
    """Writes the manifests out of the finished scenes; returns their number of lines.

    Raises:
        ValueError: the folder holds scenes of another form.
    """
    _check_form(folder, form)
    lines = [
        line
        for file in sorted((folder / "scenes").glob("*.json"))
        for line in json.loads(file.read_text(encoding="utf-8"))
    ]
    for name, splits in form.manifests.items():
        told = [json.dumps(line) + "\n" for line in lines if line["split"] in splits]
        write_text(folder / name, "".join(told))
    return len(lines)


def _made_from(folder: Path) -> dict[str, Any]:
    told = json.loads((folder / _ORDER).read_text(encoding="utf-8"))
    return {"form": _FIRST_FORM, "version": 1, "one_shots": False, "mma": 0.0, **told}


def _check_form(folder: Path, form: Form) -> None:
    if not (folder / _ORDER).exists():
        return
    found = _made_from(folder)
    if found["form"] != form.name:
        raise ValueError(
            f"{folder} holds scenes in the format {found['form']}: name another folder"
        )
    if found["version"] != form.version:
        raise ValueError(
            f"{folder} holds scenes that another version of melfusion wrote: name another folder"
        )


def _sounds(made_from: dict[str, Any]) -> str:
    sources = [made_from["soundfont"] or "synthesizers alone"]
    if made_from["one_shots"]:
        sources.append("one-shots")
    if made_from["mma"]:
        sources.append(f"a share of {made_from['mma']} of MMA")
    return " and ".join(sources)


def _scene_file(folder: Path, number: int) -> Path:
    return folder / f"scenes/{number:06d}.json"


def _files_of_scene(
    order: Order, form: Form, read: Mapping[str, bytes], number: int
) -> dict[str, bytes]:
    """All files of a scene by their names, that which says it is finished last.

    They are made in a folder of their own: this may be another machine than the data set's.
    """
    if lack := _lack(order):
        raise ValueError(f"{socket.gethostname()} has no {lack}: it could not give the same sounds")
    with TemporaryDirectory(prefix="melfusion-") as name:
        folder = Path(name)
        for file, content in read.items():
            (folder / file).write_bytes(content)
        sounds = folder / form.sounds
        sounds.mkdir(parents=True)
        lines = form.write_scene(replace(order, folder=folder), number)
        files = {f"{form.sounds}/{path.name}": path.read_bytes() for path in sounds.iterdir()}
    done = _scene_file(Path(), number).as_posix()
    return files | {done: json.dumps(lines).encode()}


def _lack(order: Order) -> str:
    """What this machine lacks of what an order is made from; empty when nothing."""
    if order.soundfont and not order.soundfont.is_file():
        return f"soundfont at {order.soundfont}"
    if order.one_shots and not usable(order.one_shots):
        return f"samples at {order.one_shots}"
    return "mma" if order.mma and not is_installed() else ""
