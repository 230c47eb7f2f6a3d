"""Where models lie and how large they are, and where things are kept that can be had again."""

import json
import math
import os
import re
from pathlib import Path

from .catalogue import find

WEIGHTS = Path(__file__).parent / "weights"
"""What ships with the project."""

VARIABLE = "MELFUSION_CACHE"
"""Environment variable that names the folder above them all."""

INDEX = "model_index.json"
"""What makes a folder that of a model that renders."""

LOCK = "lock"
"""In the store of a model: whoever fills it or removes the model holds this file."""

HEADER_SIZE = 8
"""Bytes at the start of a safetensors file that tell how long its header is."""


def cache_folder(kind: str) -> Path:
    """The folder for one kind of thing; it need not be there.

    Args:
        kind: "models", "pictures" or "evaluators".

    Returns:
        $MELFUSION_CACHE/`kind`, or ~/.cache/melfusion/`kind` where that is not set.
    """
    base = os.environ.get(VARIABLE) or Path.home() / ".cache" / "melfusion"
    return Path(base) / kind


def model_folder(model: str | Path) -> Path:
    """Where a model lies.

    Args:
        model: "mini", the name of one that was downloaded, or a folder that save_pretrained wrote.

    Raises:
        FileNotFoundError: there is no such model.
    """
    for folder in (present(str(model)), Path(model)):
        if folder and (folder / INDEX).is_file():
            return folder
    if (known := find(str(model))) and known.renders:
        raise FileNotFoundError(
            f"there is no model {str(model)!r} yet: get it with `melfusion download {model}`"
        )
    here = ", ".join(sorted(path.name for path in [*_models(WEIGHTS), *downloaded()]))
    raise FileNotFoundError(f"there is no model {str(model)!r}; those that are here: {here}")


def present(name: str) -> Path | None:
    """Where the model of that name lies; None where it is not here.

    Args:
        name: of a model; what would lead out of the folders of models is none.
    """
    if not is_name(name):
        return None
    known = find(name)
    index = known.index if known else INDEX
    folders = (WEIGHTS / name, cache_folder("models") / name)
    return next((folder for folder in folders if (folder / index).is_file()), None)


def is_name(text: str) -> bool:
    """Whether a model can be called so: its folder could have no other place."""
    return re.fullmatch(r"\w[\w. -]*", text) is not None


def downloaded() -> list[Path]:
    """The folders of all models in the cache that render, known ones and others."""
    return _models(cache_folder("models"))


def store(out: Path) -> Path:
    """The folder beside a model's own in which its files are gathered until all are there."""
    return out.with_name(f".{out.name}.download")


def size(folder: Path) -> int:
    """Bytes of all files in a folder; 0 where there is none."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def parameters(folder: Path) -> dict[str, int]:
    """How many numbers the weights of a model are, whatever their precision.

    Args:
        folder: of the model.

    Returns:
        Name of a network -> how many.

    Raises:
        ValueError: a file is no safetensors file.

    Source: https://github.com/huggingface/safetensors (the header of the format).
    """
    found: dict[str, int] = {}
    for path in folder.rglob("*.safetensors"):
        count = sum(math.prod(tensor["shape"]) for tensor in _header(path).values())
        found[path.parent.name] = found.get(path.parent.name, 0) + count
    return found


def _models(folder: Path) -> list[Path]:
    inside = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in inside if is_name(path.name) and (path / INDEX).is_file())


def _header(path: Path) -> dict[str, dict[str, list[int]]]:
    with path.open("rb") as source:
        length = int.from_bytes(source.read(HEADER_SIZE), "little")
        if length > path.stat().st_size:
            raise ValueError(f"{path} is damaged")
        header: dict[str, dict[str, list[int]]] = json.loads(source.read(length))
    header.pop("__metadata__", None)
    return header
