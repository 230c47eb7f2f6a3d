"""Where evaluators' weights are looked for, and how a missing one is told."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..home import cache_folder

_CONFIGURATION = "config.json"
_HUB_WEIGHTS = ("model.safetensors", "pytorch_model.bin")

_REBUILD = (np.zeros(1).__reduce__()[0], np.float32(0).__reduce__()[0])
# A PANNs checkpoint also holds its sampler's arrays, pickled by an older NumPy.
_NUMPY: list[Any] = [
    np.ndarray,
    np.dtype,
    *(type(np.dtype(kind)) for kind in ("f4", "f8", "i4", "i8", "u4", "u8", "b1")),
    *(
        (function, f"numpy.{core}.multiarray.{function.__name__}")
        for core in ("core", "_core")
        for function in _REBUILD
        if callable(function)
    ),
]


def folder() -> Path:
    """The folder of the weights; it need not exist."""
    return cache_folder("evaluators")


def lack_of_file(name: str, origin: str) -> str:
    """Why a file of weights cannot be used, as a sentence; "" when it is there.

    Args:
        name: of the file.
        origin: where it can be had.
    """
    if (folder() / name).is_file():
        return ""
    return f"{name} is not in {folder()}: put it there, it comes from {origin}."


def lack_of_package(name: str, extra: str) -> str:
    """That a package is not installed, as a sentence; "" when it is.

    Args:
        name: as it is imported.
        extra: of this project, that brings it.
    """
    if find_spec(name):
        return ""
    return f"the package {name} is not installed: pip install 'melfusion-live[{extra}]' brings it."


def load_checkpoint(name: str) -> dict[str, Any]:
    """What a file in `folder` holds, without running code that it may carry.

    Raises:
        ValueError: it is no checkpoint of torch, or wants to run code.
    """
    path = folder() / name
    try:
        with torch.serialization.safe_globals(_NUMPY):
            checkpoint: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds for a file that is none of its own
        raise ValueError(f"{path} cannot be read as weights: {error}") from error
    return checkpoint


def fill(network: torch.nn.Module, state: dict[str, Tensor], name: str) -> None:
    """Puts weights into a network, which then only evaluates.

    Args:
        network: whose parameters and buffers they are.
        state: every one of them, and nothing else.
        name: of the file, to be told.

    Raises:
        ValueError: they do not fit.
    """
    try:
        network.load_state_dict(state, assign=True)
    except RuntimeError as error:
        raise ValueError(f"{folder() / name} does not fit: {error}") from error
    network.eval().requires_grad_(False)


def hub_folder(identifier: str) -> Path | None:
    """A model of transformers on this machine: never downloaded, only looked for.

    Looked at in this order: `identifier` as a folder, its last part in `folder`, and the hub's
    cache.

    Args:
        identifier: as the hub writes it (`laion/clap-htsat-unfused`), or a folder.

    Returns:
        The folder of its files; None where the configuration or the weights are missing.
    """
    for place in (Path(identifier), folder() / Path(identifier).name):
        if _is_whole(place):
            return place
    from transformers.utils.hub import cached_file

    if Path(identifier).is_absolute():
        return None
    try:
        found = cached_file(identifier, _CONFIGURATION, local_files_only=True)
    except (OSError, ValueError):
        return None
    return Path(found).parent if found and _is_whole(Path(found).parent) else None


def lack_on_hub(identifier: str) -> str:
    """Why a model of transformers cannot be used, as a sentence; "" when it can."""
    if lack := lack_of_package("transformers", "base"):
        return lack
    if hub_folder(identifier):
        return ""
    return (
        f"{identifier} is neither in the hub's cache nor in {folder()}: fetch it with"
        f" `hf download {identifier}`, or copy its files to {folder() / Path(identifier).name}."
    )


def _is_whole(place: Path) -> bool:
    return (place / _CONFIGURATION).is_file() and any(
        (place / name).is_file() for name in _HUB_WEIGHTS
    )
