"""Writes tensors to disk, whole or not at all."""

import io
from pathlib import Path
from typing import Any

import torch


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
