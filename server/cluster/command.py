"""`melfusion-live worker`: has this machine render for a cluster until Ctrl-C."""

import argparse
import time

from melfusion.pool import ClusterError

from . import nodes

PAUSE_S = 5.0
"""Between one try to join again and the next."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of the command."""
    parser.add_argument(
        "--join", metavar="HOST[:PORT]", required=True,
        help="where the cluster began, as `melfusion-live --cluster` was told"
        f" (port {nodes.DEFAULT_PORT})",
    )  # fmt: skip
    parser.add_argument(
        "--own", metavar="HOST", default="",
        help="address of this machine for the others (default: as the cluster is reached)",
    )  # fmt: skip
    add_places(parser, "--places")


def add_places(parser: argparse.ArgumentParser, option: str) -> None:
    """Adds the option that says how much this machine takes on."""
    parser.add_argument(
        option, type=_count, metavar="COUNT",
        help="renders at a time on this machine; 0 for none (default: one for each GPU, or one)",
    )  # fmt: skip


def main(given: argparse.Namespace) -> int:
    """Joins the cluster, and again when it was gone; for ever.

    Raises:
        ClusterError: it cannot be joined at first.
    """
    where = nodes.Where.parse(given.join)
    was_in = False
    while True:
        try:
            with nodes.joined(where, given.places, given.own) as process:
                was_in = True
                print(f"this machine is part of the cluster at {where}; Ctrl-C ends it", flush=True)
                process.wait()
            print(f"the cluster at {where} is gone; it is joined again when it is back", flush=True)
        except ClusterError:
            if not was_in:
                raise
        time.sleep(PAUSE_S)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number, 0 or more, not {text!r}")
    return int(text)
