"""Puts weights on disk: whole or not at all, once where they are the same, under their own name."""

import hashlib
import io
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import nn


def save(state: dict[str, Any], path: Path) -> None:
    """Writes what torch can save, atomically.

    Raises:
        OSError: it cannot be written (torch's own writer hides a full disk in a fault of its own).
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(buffer.getbuffer())
    temporary.replace(path)


def linked(source: str, target: str) -> None:
    """The same file under a second name, or a copy where a disk has no such thing."""
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def fingerprint(network: nn.Module) -> str:
    """Eight hex digits of all weights."""
    total = hashlib.sha256()
    for parameter in network.parameters():
        total.update(parameter.detach().cpu().contiguous().numpy().tobytes())
    return total.hexdigest()[:8]
