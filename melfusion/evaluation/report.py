"""An evaluation as one JSON object: every number, its interval, and all that it depends on.

Nothing in it tells of the machine: paths are relative to the report, folders of the user's are
named by what they are for.
"""

import hashlib
import math
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .. import __version__
from ..embedders.contract import Embedder
from ..embedders.weights import folder as evaluators_folder
from ..home import VARIABLE
from ..metrics.score import CONFIDENCE, Score
from .conditions import CONDITIONS
from .listening import Panel
from .measuring import COLUMNS, FULL, Row
from .published import COLUMNS as PUBLISHED_COLUMNS
from .published import PUBLISHED, SOURCE
from .renderers import Renderer
from .rendering import REFERENCE
from .samples import Samples

LIBRARIES = ("torch", "diffusers", "numpy", "scipy", "soxr", "onnxruntime")

UNCLEAR, BETTER, WORSE = "too small to tell", "full is better", "full is worse"


def report_of(
    manifest: Path,
    renderer: Renderer,
    samples: Samples,
    panel: Panel,
    rows: Sequence[Row],
    every: Sequence[Embedder],
    settings: dict[str, Any],
) -> dict[str, Any]:
    """The report.

    Args:
        manifest: that was evaluated.
        renderer: that rendered it.
        samples: of the manifest.
        panel: the embedders that listened.
        rows: the metrics.
        every: all embedders that there are.
        settings: seed and rounds of the bootstrap.
    """
    return {
        "format": 1,
        "model": {"name": renderer.name, "size": renderer.size, "renders": renderer.about},
        "manifest": {
            "name": manifest.name,
            "sha256": hashlib.sha256(manifest.read_bytes()).hexdigest(),
            "samples": len(samples.all),
        },
        "settings": {**renderer.asked, **settings, "confidence": CONFIDENCE},
        "conditions": {condition.name: condition.about for condition in CONDITIONS},
        "columns": list(COLUMNS),
        "metrics": [_metric(row) for row in rows],
        "embedders": [_embedder(embedder, panel) for embedder in every],
        "published": {"source": SOURCE, "columns": list(PUBLISHED_COLUMNS), "tables": PUBLISHED},
        "samples": [_sample(samples, number) for number in range(len(samples.all))],
        "versions": {"melfusion-live": __version__} | {name: version(name) for name in LIBRARIES},
    }


def verdict(difference: Score, better: str) -> str:
    """What `full` less a control says, in words."""
    if not (difference.low > 0 or difference.high < 0):
        return UNCLEAR
    return BETTER if (difference.value > 0) == (better == "higher") else WORSE


def is_blind(row: Row) -> bool:
    """Whether it sees no difference between real music in its place and in the wrong one."""
    sense = row.sense()
    return sense is not None and verdict(sense, row.better) != BETTER


def _metric(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "better": row.better,
        "embedders": list(row.embedders),
        "about": row.about,
        "scores": {column: _score(score) for column, score in row.scores.items()},
        "left_out": row.left_out,
        "blind": is_blind(row),
        f"{FULL} less": {
            control: {**_score(difference), "verdict": verdict(difference, row.better)}
            for control, difference in row.effects().items()
        },
    }


def _score(score: Score) -> dict[str, Any]:
    numbers = {"value": score.value, "low": score.low, "high": score.high}
    known = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
    return {**known, "count": score.count}


def _embedder(embedder: Embedder, panel: Panel) -> dict[str, Any]:
    about = embedder.about
    lack = panel.missing.get(about.name, "")
    return {
        "name": about.name,
        "source": about.source,
        "licence": about.licence,
        "takes": list(embedder.senses),
        "used": about.name in {used.about.name for used in panel.used},
        "missing": lack.replace(
            str(evaluators_folder()), f"the folder of evaluators (${VARIABLE}/evaluators)"
        ),
    }


def _sample(samples: Samples, number: int) -> dict[str, Any]:
    sample = samples.all[number]
    folders = (REFERENCE, *(condition.name for condition in CONDITIONS))
    return {
        "number": number,
        "caption": sample.triplet.caption,
        "seed": sample.seed,
        "plan": sample.plan,
        "shuffled picture of": samples.others[number],
        "audio": {name: f"audio/{name}/{sample.file}" for name in folders},
    }
