"""The report as one page that needs nothing beside it but the sounds."""

import base64
import io
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from PIL import Image

from ..material.files import write_text
from .figures import metric_figure, spectrogram_figure
from .published import COLUMNS as PUBLISHED_COLUMNS
from .report import UNCLEAR
from .samples import Samples

NAME = "report.html"
TEMPLATE = Path(__file__).with_name("report.html.jinja")
LISTED, DRAWN = 12, 3
"""Samples with players, and with spectrograms."""
THUMBNAIL = (220, 220)

SPECTROGRAMS = ("reference", "full", "text-only", "shuffled-picture")


def write_page(out: Path, report: dict[str, Any], samples: Samples) -> Path:
    """Writes OUT/report.html and returns its path.

    Args:
        out: folder of the evaluation, with its sounds.
        report: as `report_of` gives it.
        samples: of the report.

    Raises:
        OSError: it cannot be written.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": number, "interval": interval}
    page = environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        report=report,
        listed=[_listed(samples, sample) for sample in report["samples"][:LISTED]],
        figures=[_figure(metric) for metric in report["metrics"]],
        spectrograms=[
            {
                "caption": sample["caption"],
                "svg": spectrogram_figure(
                    out, {name: sample["audio"][name] for name in SPECTROGRAMS}
                ),
            }
            for sample in report["samples"][:DRAWN]
        ],
        own=_own_row(report),
        unclear=UNCLEAR,
    )
    path = out / NAME
    write_text(path, page)
    return path


def number(value: float | None) -> str:
    """About three digits, and a real minus; a dash for none."""
    if value is None:
        return "\N{EN DASH}"
    digits = sum(abs(value) < limit for limit in (100, 10, 1, 0.01))
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def interval(score: dict[str, Any]) -> str:
    """The ends of a score's interval; nothing where it has none."""
    if score["low"] is None:
        return ""
    return f"{number(score['low'])} to {number(score['high'])}"


def _figure(metric: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": metric["name"],
        "better": metric["better"],
        "svg": metric_figure(metric) if metric["scores"] else "",
    }


def _listed(samples: Samples, sample: dict[str, Any]) -> dict[str, Any]:
    """A sample with small copies of its own picture and of the other one that it was shown."""
    own, other = sample["number"], sample["shuffled picture of"]
    return {
        **sample,
        "picture": _thumbnail(samples.all[own].picture()),
        "other": _thumbnail(samples.all[other].picture()),
    }


def _thumbnail(picture: Image.Image) -> str:
    """A small JPEG as a data URI."""
    small = picture.copy()
    small.thumbnail(THUMBNAIL)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=82)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _own_row(report: dict[str, Any]) -> list[float | None]:
    """What was measured of the condition `full` in the paper's columns; None for what was not."""
    # Stand-ins' IMSM is another number, and has another name.
    names = {"IMSM": "IMSM, diagonal"}
    measured = {metric["name"]: metric["scores"].get("full") for metric in report["metrics"]}
    found = [measured.get(names.get(column, column)) for column in PUBLISHED_COLUMNS]
    return [score["value"] if score else None for score in found]
