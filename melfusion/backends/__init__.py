"""Large models that compose pieces: made to make loops, through diffusers."""

import hashlib
import json
from pathlib import Path

from ..home import INDEX

BACKENDS = {"AceStepPipeline": "ace_step", "StableAudio3Pipeline": "stable_audio_3"}
"""Class that a model's folder says it is of -> the module that has its Composer."""


def backend_of(folder: Path) -> str | None:
    """Name of the module for the model in a folder; None where it is of another kind.

    Raises:
        ValueError: its model_index.json is damaged.
    """
    told = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return BACKENDS.get(told.get("_class_name", "")) if isinstance(told, dict) else None


def digits(folder: Path) -> str:
    """Eight hexadecimal digits of what the folder says of itself."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.json")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
