"""`melfusion download base`: the paper's own size, out of public weights."""

import argparse
import importlib.util
import sys
from pathlib import Path
from typing import Any

from ..home import cache_folder
from ..options import EXIT_BAD_INPUT
from .sources import SOURCES

SYNAPSES = ("convex", "decoupled")
NEEDED = ("accelerate", "transformers", "huggingface_hub")


def add_command(subparsers: Any) -> None:
    """Adds `download` to the melfusion command line."""
    parser = subparsers.add_parser(
        "download",
        help="get base, the paper's own size (fetches 8 GB; 16 GB of disk while it is made)",
        description="Fetches public weights and makes `base` of them. Says first what is fetched,"
        " under which licences, and asks. Stop it at any time: the same command goes on where it"
        " was.",
    )
    parser.add_argument("model", choices=["base"], help="what to get")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=f"folder of the model ({cache_folder('models') / 'base'})",
    )
    for source in SOURCES:
        parser.add_argument(
            source.option,
            default=source.default,
            metavar="REPOSITORY",
            help=f"{source.meaning}; owner/name, or owner/name@revision ({source.default})",
        )
    parser.add_argument(
        "--synapse",
        choices=SYNAPSES,
        default=SYNAPSES[0],
        help="how the music hears the picture: the paper's mixture, or projections of its own"
        f" ({SYNAPSES[0]})",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--again", action="store_true", help="replace a model that is there")
    parser.add_argument(
        "--keep", action="store_true", help="keep what was fetched, to make another model of it"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        how = "python -m pip install -e '.[base]' -c constraints.txt"
        return _refused(f"{missing[0]} is not installed: {how}")
    # Here, so that `melfusion --help` need not load torch.
    from .conversion import ConversionError
    from .download import DownloadError, download
    from .hub import HubError, UnreachableError

    out = (arguments.out or cache_folder("models") / "base").absolute()
    try:
        download(
            out,
            {source.option: getattr(arguments, _name(source.option)) for source in SOURCES},
            arguments.synapse,
            again=arguments.again,
            keep=arguments.keep,
            agreed=_agreed if not arguments.yes else lambda: True,
        )
    except UnreachableError as error:
        return _refused(
            f"{error}: check the network, name a proxy in HTTPS_PROXY or a mirror in HF_ENDPOINT,"
            f" or copy the model folder of another machine to {out}"
        )
    except (HubError, ConversionError, DownloadError, OSError) as error:
        return _refused(str(error))
    return 0


def _agreed() -> bool:
    """Asks on the terminal; without one nothing can be agreed to."""
    from .download import DownloadError

    if not (sys.stdin and sys.stdin.isatty()):
        raise DownloadError("there is no terminal to ask on: add --yes to go on")
    try:
        return input("Go on? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _refused(reason: str) -> int:
    print(f"melfusion download: {' '.join(reason.split())}", file=sys.stderr)
    return EXIT_BAD_INPUT


def _name(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")
