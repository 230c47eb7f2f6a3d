"""`melfusion download`: models that do not ship, told, asked for, fetched and put in place."""

import argparse
import importlib.util
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from ..catalogue import MODELS, Model, amount
from ..home import cache_folder
from ..options import EXIT_BAD_INPUT
from .consent import NoTerminalError, agreed

NEEDED = ("accelerate", "transformers", "huggingface_hub")

Download = Callable[[argparse.Namespace, Path, Callable[[], bool]], None]
"""Gets a model: the command line, the model's folder, who is asked when all is told."""


def add_command(
    subparsers: Any, made: dict[str, Callable[[argparse.ArgumentParser], Download]]
) -> None:
    """Adds `download` to a command line: a command for every model that can be had.

    Args:
        subparsers: of the command line.
        made: name of a model that is made of several repositories -> adds the options of that,
            and gives what makes it.
    """
    parser = subparsers.add_parser(
        "download",
        help="get a model that does not ship",
        description="Says first what is fetched, how much, and under which licence, and asks. Stop"
        " it at any time: the same command goes on where it was.",
    )
    commands = parser.add_subparsers(required=True, metavar="MODEL")
    for model in MODELS:
        if model.name in made or model.repository:
            one = commands.add_parser(
                model.name,
                help=f"{model.title} (about {amount(model.download)}): {model.use}",
                description=f"{model.title}. {model.use} Licence: {model.licence}.",
            )
            download = made[model.name](one) if model.name in made else _add_ready(one, model)
            _add_options(one, model.name)
            one.set_defaults(run=partial(_run, download))


def _add_options(parser: argparse.ArgumentParser, name: str) -> None:
    place = cache_folder("models") / name
    parser.add_argument(
        "--out", type=Path, metavar="DIR", default=place, help=f"folder of the model ({place})"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--again", action="store_true", help="replace a model that is there")


def _add_ready(parser: argparse.ArgumentParser, model: Model) -> Download:
    parser.add_argument(
        "--repository",
        default=model.repository,
        metavar="REPOSITORY",
        help="where it lies in diffusers' form; owner/name, or owner/name@revision"
        f" ({model.repository})",
    )

    def download(given: argparse.Namespace, out: Path, agreed: Callable[[], bool]) -> None:
        from . import ready

        ready.download(model, out, given.repository, again=given.again, agreed=agreed)

    return download


def _run(download: Download, given: argparse.Namespace) -> int:
    missing = [needed for needed in NEEDED if importlib.util.find_spec(needed) is None]
    if missing:
        how = "python -m pip install -e '.[base]' -c constraints.txt"
        return _refused(f"{missing[0]} is not installed: {how}")
    # Here, so that `melfusion --help` need not load what fetches.
    from .hub import HubError, UnreachableError
    from .place import DownloadError

    out = given.out.absolute()
    try:
        download(given, out, agreed if not given.yes else lambda: True)
    except UnreachableError as error:
        return _refused(
            f"{error}: check the network, name a proxy in HTTPS_PROXY or a mirror in HF_ENDPOINT,"
            f" or copy the model folder of another machine to {out}"
        )
    except (HubError, DownloadError, NoTerminalError, OSError) as error:
        return _refused(str(error))
    return 0


def _refused(reason: str) -> int:
    print(f"melfusion download: {' '.join(reason.split())}", file=sys.stderr)
    return EXIT_BAD_INPUT
