"""`melfusion evaluate mini`: the measured table of the small model."""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...options import EXIT_BAD_INPUT

LEAST_REST = 32
"""Held-out scenes beside the measured ones, to compare with, where there are as many."""


def add_mini(subparsers: Any) -> None:
    """Adds `mini` to `melfusion evaluate`."""
    parser = subparsers.add_parser(
        "mini",
        help="the small model against its plan, its words and its pictures, beside ceilings",
        description="Renders held-out scenes of `melfusion data` under five conditions, measures"
        " them beside the real stems and the decoded ones, prints the table and writes"
        " OUT/report.json and OUT/report.html. Renders are kept: the same command measures again.",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the material")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    parser.add_argument("--model", default="mini", help="mini, or a folder of one (mini)")
    parser.add_argument("--loops", type=int, default=48, metavar="N", help="loops of a part (48)")
    parser.add_argument(
        "--train", type=int, default=400, metavar="N", help="scenes to train probes on (400)"
    )
    parser.add_argument(
        "--lengths", type=int, default=1000, metavar="N", help="random requests to count (1000)"
    )
    parser.add_argument("--steps", type=int, metavar="N", help="denoising steps (the model's own)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of all draws (0)")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    reason = _unusable(arguments)
    if not reason:
        # Here, so that `melfusion --help` need not load torch.
        from ...render import RenderError

        try:
            print(_evaluate(arguments))
        except (RenderError, ValueError, OSError) as error:
            reason = str(error)
    if reason:
        print(f"melfusion evaluate mini: {' '.join(reason.split())}", file=sys.stderr)
        return EXIT_BAD_INPUT
    return 0


def _unusable(arguments: argparse.Namespace) -> str:
    """What is wrong with the arguments or the installation; empty when nothing is."""
    if not find_spec("soxr"):
        return "soxr is missing: pip install 'melfusion-live[evaluate]'"
    for name, low in {"loops": 1, "train": 10, "lengths": 0, "steps": 1, "seed": 0}.items():
        value = getattr(arguments, name)
        if value is not None and value < low:
            return f"--{name}: must be at least {low}, not {value}"
    for name in ("manifest.jsonl", "pictures.jsonl"):
        if not (arguments.data / name).is_file():
            return f"--data: {arguments.data} has no {name}: write it with `melfusion data`"
    return ""


def _evaluate(arguments: argparse.Namespace) -> str:
    """Does all of it; returns the table."""
    from ...material.files import write_text
    from ...model.mini import MiniPipeline
    from ...render import load
    from ..rendering import claim
    from . import rendering, scenes
    from .evidence import gather
    from .measuring import every_row
    from .page import write_page
    from .report import report_of
    from .rows import table
    from .seeing import seen_rows

    data, out, seed = arguments.data, arguments.out, arguments.seed
    pipeline = load(arguments.model)
    if not isinstance(pipeline, MiniPipeline):
        raise ValueError(f"--model: {arguments.model} is not of the size mini")
    steps = arguments.steps or pipeline.steps
    rng = random.Random(seed)
    chosen, rest = scenes.choose(scenes.read_scenes(data, "held"), arguments.loops, rng)
    asked = scenes.ask(data, chosen, rng)
    claim(out, rendering.settings(data, pipeline.name, steps, asked, seed))
    rest = rest[: max(len(asked), LEAST_REST)]
    train = scenes.read_scenes(data, "train")
    train = rng.sample(train, min(arguments.train, len(train)))
    evidence = gather(
        out, pipeline, asked, rest, train, steps, (arguments.lengths, seed), _Progress()
    )
    rows = [*every_row(evidence), *seen_rows(pipeline, data, random.Random(seed))]
    report = report_of(pipeline.name, data, evidence, rows, steps, seed)
    write_text(out / "report.json", json.dumps(report, indent=1, allow_nan=False) + "\n")
    write_page(out, report, evidence.asked)
    return table(rows)


class _Progress:
    """Stages on stderr: how far each has come, and how long it took."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Tells how long what is done inside took."""
        began = time.monotonic()
        yield
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    def __call__(self, what: str, done: int, total: int) -> None:
        """Tells how far a stage is, every half minute."""
        if time.monotonic() - self._told >= 30:
            print(f"  {what} {done}/{total}", file=sys.stderr, flush=True)
            self._told = time.monotonic()
