"""The way from a repository that is a model to its folder: the same files, whole or not at all."""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ..catalogue import Model
from . import place
from .hub import AbsentError, Hub, Repository
from .needed import LackingError, of_index, plain, required
from .place import DownloadError


def download(
    model: Model, out: Path, repository: str, *, again: bool, agreed: Callable[[], bool]
) -> None:
    """Gets a model that only has to be fetched.

    Args:
        model: of the catalogue.
        out: its folder; appears when it is complete.
        repository: owner/name, or owner/name@revision.
        again: whether a model that is there is replaced.
        agreed: asked once, when all is told.

    Raises:
        DownloadError, HubError: why not, on one line.
        OSError: something cannot be written.
    """
    if not again and place.is_there(out, repository, model.index):
        print(f"{model.name} is there already, in {out}; --again fetches it anew")
        return
    hub = Hub()
    found = _look(hub, model, repository, out)
    own = model.repository.partition("@")[0]
    licence = model.licence if found.name == own else "not known here"
    licence = f"{licence} (its card: {found.licence or 'nothing'})"
    with place.store(out) as folder:
        print(place.table([(found, licence)]))
        place.make_room([found], folder, out, made=0)
        if not agreed():
            raise DownloadError("nothing was fetched")
        for file in sorted(found.files, key=lambda file: file.size):
            place.fetch(hub, file, folder)
        fetched = found.within(folder)
        _tidy(fetched, {file.within(folder) for file in found.files})
        record = {"name": found.name, "revision": found.revision, "licence": licence}
        place.write_record(fetched, {"wanted": repository, "repositories": [record]})
        place.put(fetched, out)
    shutil.rmtree(folder, ignore_errors=True)  # what is left of other downloads to this place
    print(f"{model.name} is in {out}")


def _look(hub: Hub, model: Model, repository: str, out: Path) -> Repository:
    """Asks what is to be fetched; its list of components alone is read for that.

    Raises:
        AbsentError: the repository, or something that is needed of it, is not there.
    """
    try:
        found = hub.look(repository, partial(required, [model.index], []))
        index = _index(hub, found)
        kinds = [index.get("_class_name"), *index.get("architectures", ())]
        if model.pipeline not in kinds:
            raise LackingError(f"is no {model.pipeline}, as {model.name} is")
        pinned = f"{found.name}@{found.revision}"
        return hub.look(pinned, partial(of_index, model.index, index))
    except LackingError as error:
        raise AbsentError(
            f"{repository} {error}: name a repository in the form of diffusers with --repository,"
            f" or put a folder that diffusers' own scripts have converted at {out}"
        ) from error


def _index(hub: Hub, found: Repository) -> Mapping[str, Any]:
    (file,) = found.files
    with tempfile.TemporaryDirectory() as folder:
        text = hub.fetch(file, Path(folder), lambda _: None).read_text(encoding="utf-8")
    try:
        index = json.loads(text)
    except ValueError:
        index = None
    if not isinstance(index, dict):
        raise LackingError(f"has a {file.path} that cannot be read")
    return index


def _tidy(folder: Path, wanted: set[Path]) -> None:
    """Leaves what is wanted, without precisions in the names: loaders ask for no variant."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        name = plain(path.relative_to(folder).as_posix())
        if path not in wanted:
            path.unlink()  # of another revision
            continue
        if path != folder / name and path.suffix == ".json":
            listed = json.loads(path.read_text(encoding="utf-8"))
            pieces = listed["weight_map"].items()
            listed["weight_map"] = {tensor: plain(piece) for tensor, piece in pieces}
            path.write_text(json.dumps(listed), encoding="utf-8")
        path.replace(folder / name)
