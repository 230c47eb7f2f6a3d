"""Where models lie, and where things are kept that can be had again."""

import os
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"
"""What ships with the project."""

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


def model_folder(model: str | Path) -> Path:
    """Where a model lies.

    Args:
        model: "mini", the name of one that was downloaded, or a folder that save_pretrained wrote.

    Raises:
        FileNotFoundError: there is no such model.
    """
    for folder in (WEIGHTS / model, cache_folder("models") / model, Path(model)):
        if (folder / "model_index.json").is_file():
            return folder
    if str(model) == "base":
        raise FileNotFoundError("there is no model 'base': get it with `melfusion download base`")
    folders = [*WEIGHTS.iterdir(), *_inside(cache_folder("models"))]
    there = sorted({folder.name for folder in folders if (folder / "model_index.json").is_file()})
    raise FileNotFoundError(
        f"there is no model {str(model)!r}; those that are here: {', '.join(there)}"
    )


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
