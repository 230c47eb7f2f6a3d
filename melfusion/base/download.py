"""The way from repositories to `base`: told, agreed to, fetched, made, put in place."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..fetching import place
from ..fetching.hub import AbsentError, Hub, RemoteFile, Repository
from ..fetching.needed import LackingError
from ..fetching.place import DownloadError
from .sources import IMAGE, MUSIC, SOURCES, TEXT, Source, licence, text_weights

SMALL = 10_000_000
"""Bytes of a file that is fetched first: settings and tokenizers, which are checked early."""
SLACK = 200_000_000
"""Bytes that the model may be larger than what it is made of: synapses, settings."""


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
    if not again and place.is_there(out, wanted):
        print(f"base is there already, in {out}; --again makes it anew")
        return
    hub = Hub()
    found = {source: _look(hub, source, repositories[source.option]) for source in SOURCES}
    with place.store(out) as store:
        print(place.table((one, licence(one.name, one.licence)) for one in found.values()))
        _make_room(list(found.values()), store, out)
        if not agreed():
            raise DownloadError("nothing was fetched")
        _fetch_all(hub, found, store, repositories)
        name = f"base-1-{_hash(found, synapse)}"
        _make(out, _folders(found, store), synapse, name, wanted, found)
    if not keep:
        shutil.rmtree(store)
    print(f"{name} is in {out}")


def _look(hub: Hub, source: Source, name: str) -> Repository:
    try:
        return hub.look(name, source.choose)
    except LackingError as error:
        raise AbsentError(f"{source.option}: {name} {error}") from error
    except AbsentError as error:
        raise AbsentError(f"{source.option}: {error}") from error


def _make_room(repositories: list[Repository], store: Path, out: Path) -> None:
    total = sum(one.size for one in repositories)
    place.make_room(repositories, store, out, made=total + SLACK)


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
    try:
        place.fetch(hub, file, store)
    except AbsentError as error:
        raise AbsentError(f"{source.option}: {error}") from error


def _folders(found: dict[Source, Repository], store: Path) -> tuple[Path, Path, Path]:
    """Where the image, the music and the text model were fetched to."""
    image, music, text = (found[source].within(store) for source in (IMAGE, MUSIC, TEXT))
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
        place.write_record(made, record)
        place.put(made, out)
    finally:
        shutil.rmtree(made, ignore_errors=True)
