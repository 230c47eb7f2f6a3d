"""MeLFusion: loops from a picture and a sentence, exactly in tempo and in key."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """The pipeline, imported when first asked for: it needs torch, the rest does not."""
    if name == "MeLFusionPipeline":
        return import_module(".pipeline", __name__).MeLFusionPipeline
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
