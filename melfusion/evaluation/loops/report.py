"""The table as one JSON object, with all that it depends on."""

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ... import __version__
from ...metrics.score import CONFIDENCE
from ...training.examples import MANIFEST
from .measuring import Evidence
from .rendering import CONDITIONS
from .rows import Row

LIBRARIES = ("torch", "numpy", "scipy", "soxr")


def report_of(
    model: str, data: Path, evidence: Evidence, rows: Sequence[Row], steps: int, seed: int
) -> dict[str, Any]:
    """The report.

    Args:
        model: name of the model.
        data: folder of the material.
        evidence: what was gathered.
        rows: of the table.
        steps: denoising steps.
        seed: of all draws.
    """
    return {
        "format": 1,
        "model": model,
        "data": hashlib.sha256((data / MANIFEST).read_bytes()).hexdigest(),
        "settings": {"steps": steps, "seed": seed, "confidence": CONFIDENCE},
        "scenes": {
            "measured": len(evidence.asked),
            "other held-out ones": len(evidence.rest_scenes),
            "probes trained on": len(evidence.train_scenes),
        },
        "conditions": {
            name: {"words": condition.words, "picture": condition.picture}
            for name, condition in CONDITIONS.items()
        },
        "rows": [row.as_dict() for row in rows],
        "wrong lengths": [line for line in evidence.lengths if line],
        "versions": {"melfusion-live": __version__} | {name: version(name) for name in LIBRARIES},
    }
