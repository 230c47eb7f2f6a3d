"""`melfusion download base`: the paper's own size, out of public weights."""

import argparse
from collections.abc import Callable
from pathlib import Path

from ..fetching.command import Download
from .sources import SOURCES

SYNAPSES = ("convex", "decoupled")


def add_options(parser: argparse.ArgumentParser) -> Download:
    """Adds the options that `base` alone has, and gives what makes it."""
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
    parser.add_argument(
        "--keep", action="store_true", help="keep what was fetched, to make another model of it"
    )
    return _download


def _download(given: argparse.Namespace, out: Path, agreed: Callable[[], bool]) -> None:
    # Here, so that `melfusion --help` need not load torch.
    from ..fetching.place import DownloadError
    from .conversion import ConversionError
    from .download import download

    try:
        download(
            out,
            {source.option: getattr(given, _name(source.option)) for source in SOURCES},
            given.synapse,
            again=given.again,
            keep=given.keep,
            agreed=agreed,
        )
    except ConversionError as error:
        raise DownloadError(str(error)) from error


def _name(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")
