"""Weights of full size that take next to no disk, and the folder that they lie in."""

from pathlib import Path

import pytest
import torch
from huggingface_hub import constants
from torch import Tensor, nn

from melfusion.embedders import weights


def use_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has weights looked for in `folder`, and no hub's cache found."""
    monkeypatch.setattr(weights, "cache_folder", lambda _kind: folder)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder / "no hub"))


def thin(shape: torch.Size, gain: float = 1.0) -> Tensor:
    """Random numbers of any shape whose rows overlap in memory, so that a file stays small.

    Element i of row j is number i + j of one random sequence.
    """
    if len(shape) < 2:
        return torch.full(shape, 0.01) if shape else torch.tensor(0)
    rows, columns = shape[0], shape[1:].numel()
    sequence = torch.randn(rows + columns) * gain / columns**0.5
    strides = [1]
    for length in reversed(shape[2:]):
        strides.insert(0, strides[0] * length)
    return sequence.as_strided(shape, (1, *strides))


def thin_state(kind: type[nn.Module]) -> dict[str, Tensor]:
    """A state for a network of full size: weights random, variances and gains of norms 1."""
    with torch.device("meta"):
        network = kind()
    torch.manual_seed(0)
    state = {}
    for name, values in network.state_dict().items():
        keep_one = name.endswith("running_var") or (name.endswith("weight") and values.ndim == 1)
        state[name] = torch.ones(values.shape) if keep_one else thin(values.shape, 1.4)
    return state
