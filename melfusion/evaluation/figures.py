"""The report's figures, as SVG to stand within a page: no file, no font, no script beside it."""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import scipy.signal
import soundfile
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

COLOURS = {
    "reference": "#2f855a",
    "reference, shuffled": "#9ab8a6",
    "full": "#1d4ed8",
    "text-only": "#64748b",
    "picture-only": "#a16207",
    "shuffled-picture": "#b45309",
    "null-picture": "#94a3b8",
}
"""By column of the report."""
INK, FAINT = "#1f2937", "#d1d5db"
WINDOW, OVERLAP = 1024, 704
RANGE_DB = 70.0


def metric_figure(metric: dict[str, Any]) -> str:
    """A metric by column, with its intervals, as SVG.

    Args:
        metric: of the report.
    """
    columns = [column for column in COLOURS if column in metric["scores"]]
    figure = Figure(figsize=(4.4, 0.34 * len(columns) + 0.55), layout="constrained")
    axes = figure.subplots()
    for place, column in enumerate(columns):
        score = metric["scores"][column]
        colour = COLOURS[column]
        if score["low"] is not None:
            axes.plot([score["low"], score["high"]], [place, place], color=colour, linewidth=2.5)
        axes.plot([score["value"]], [place], "o", color=colour, markersize=6.5)
    axes.set_yticks(range(len(columns)), columns)
    axes.set_ylim(len(columns) - 0.4, -0.6)
    axes.margins(x=0.06)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.tick_params(length=0, labelsize=9, colors=INK)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    return _svg(figure, metric["name"])


def spectrogram_figure(folder: Path, sounds: dict[str, str]) -> str:
    """Spectrograms of one sample side by side, as SVG.

    Args:
        folder: of the report.
        sounds: heading -> file, relative to the folder.
    """
    figure = Figure(figsize=(11, 2.1), layout="constrained")
    row: Sequence[Any] = figure.subplots(1, len(sounds), sharey=True)
    for axes, (heading, file) in zip(row, sounds.items(), strict=True):
        decibels, seconds, top = _spectrogram(folder / file)
        axes.imshow(
            decibels,
            origin="lower",
            aspect="auto",
            extent=(0, seconds, 0, top / 1000),
            cmap="magma",
            vmin=-RANGE_DB,
            vmax=0,
            interpolation="nearest",
        )
        axes.set_title(heading, fontsize=9.5, color=INK)
        axes.set_xlabel("s", fontsize=8.5, color=INK)
        axes.tick_params(labelsize=8.5, colors=INK)
    row[0].set_ylabel("kHz", fontsize=8.5, color=INK)
    return _svg(figure, " ".join(sounds.values()))


def _spectrogram(path: Path) -> tuple[np.ndarray, float, float]:
    """Magnitudes in dB below the loudest, [F, T]; seconds; top frequency in Hz."""
    samples, rate = soundfile.read(path, dtype="float32")
    size = min(WINDOW, len(samples))
    _, _, spectrum = scipy.signal.spectrogram(
        samples, rate, nperseg=size, noverlap=min(OVERLAP, size // 2), mode="magnitude"
    )
    loudest = max(float(spectrum.max()), 1e-9)
    return 20 * np.log10(np.maximum(spectrum / loudest, 1e-6)), len(samples) / rate, rate / 2


def _svg(figure: Figure, name: str) -> str:
    buffer = io.StringIO()
    # Ids within the drawing come from the salt: two drawings in one page must not share any.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    # Groups are numbered alike in every drawing, and nothing refers to them.
    return re.sub(r'<g id="[a-z]+_?\d*(?:\.[a-z]+_?\d*)*">', "<g>", text, flags=re.IGNORECASE)
