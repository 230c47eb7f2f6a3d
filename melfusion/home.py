"""Where things are kept that can be had again: models, features of pictures, evaluators."""

import os
from pathlib import Path

VARIABLE = "MELFUSION_CACHE"
"""Environment variable that names the folder above them all."""


def cache_folder(kind: str) -> Path:
    """The folder for one kind of thing; it need not be there.

    Args:
        kind: "models", "pictures" or "evaluators".

    Returns:
        $MELFUSION_CACHE/`kind`, or ~/.cache/melfusion/`kind` where that is not set.
    """
    base = os.environ.get(VARIABLE) or Path.home() / ".cache" / "melfusion"
    return Path(base) / kind
