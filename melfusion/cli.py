"""The `melfusion` command: the model without a server."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .base.command import add_options as add_base_options
from .evaluation.command import add_command as add_evaluate
from .fetching.command import add_command as add_download
from .home import model_folder
from .material.command import add_command as add_data
from .options import EXIT_BAD_INPUT, Parser, add_request_options, explain, request_options, table
from .request import RenderRequest, RequestError
from .training.command import add_command as add_train

NOT_ASKED = ("model",)
"""What `generate` has an option of its own for: a model may be a folder there."""

EXIT_FAULT = 1
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit status.

    Args:
        arguments: what follows the program's name; the process's own when None.
    """
    parser = Parser(prog="melfusion", description="Loops from a picture and a sentence.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_generate(commands)
    add_data(commands)
    add_train(commands)
    add_download(commands, {"base": add_base_options})
    add_evaluate(commands)
    chosen = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    try:
        return run(chosen)
    except KeyboardInterrupt:
        print("melfusion: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except Exception as error:
        fault = " ".join(f"{type(error).__name__}: {error}".split())
        print(f"melfusion: met a fault of its own, please report it: {fault}", file=sys.stderr)
        return EXIT_FAULT


def _add_generate(commands: Any) -> None:
    parser = commands.add_parser(
        "generate",
        help="render one loop",
        description="Renders one loop from words, a picture or both, and measures what came out.",
    )
    add_request_options(parser, NOT_ASKED)
    output = parser.add_argument_group("where it goes")
    output.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="folder (here)")
    output.add_argument("--model", default="mini", help="name or folder of the model (mini)")
    output.add_argument("--json", action="store_true", help="print one JSON object and no table")
    parser.set_defaults(run=_generate)


def _generate(chosen: argparse.Namespace) -> int:
    # Here, so that `melfusion --help` need not load what renders.
    from . import picture
    from .render import RenderError, load, render

    progress = _Progress()
    try:
        request = RenderRequest.check(request_options(chosen, NOT_ASKED))
        if request.image_path:
            picture.load(request.image_path)  # a bad one is told before seconds of loading
        model_folder(chosen.model)
        progress("loading the model", 0.0)
        pipeline = load(chosen.model)
        rendered = render(
            request,
            chosen.out.absolute(),
            pipeline,
            on_progress=progress,
            cancelled=lambda: False,
        )
    except (RequestError, RenderError, FileNotFoundError) as error:
        progress.end()
        reason = explain(error) if isinstance(error, RequestError) else str(error)
        if isinstance(error, FileNotFoundError):
            reason = f"--model: {error}"
        print(f"melfusion generate: {reason}", file=sys.stderr)
        return EXIT_BAD_INPUT
    progress.end()
    clip = rendered.as_dict()
    print(json.dumps(clip) if chosen.json else f"{rendered.path}\n{table(clip)}")
    return 0


class _Progress:
    """Progress on stderr: one line that changes on a terminal, a line a stage elsewhere."""

    def __init__(self) -> None:
        self._stage = ""
        self._terminal = sys.stderr.isatty()

    def __call__(self, stage: str, fraction: float) -> None:
        if self._terminal:
            print(f"\r\x1b[K{fraction:4.0%} {stage}", end="", file=sys.stderr, flush=True)
        elif stage != self._stage:
            print(f"{fraction:4.0%} {stage}", file=sys.stderr, flush=True)
        self._stage = stage

    def end(self) -> None:
        """Clears the line, if there is one."""
        if self._terminal and self._stage:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
