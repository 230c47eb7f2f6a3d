"""`melfusion-live device`: where the device for Ableton Live is; copies it to where Live looks."""

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

DEVICE = Path(__file__).resolve().parents[1] / "max_for_live" / "MeLFusion Live.amxd"
"""The device's file: beside the packages, both where they are installed and in a checkout."""


class DeviceError(Exception):
    """There is no device, or it cannot be copied; the text is for the user."""


def add_command(commands: Any) -> None:
    """Adds `device` to the command line."""
    parser = commands.add_parser(
        "device",
        help="the device for Ableton Live",
        description="Prints where the device for Ableton Live is.",
    )
    parser.add_argument(
        "--to", type=Path, metavar="DIR",
        help="copy it there, such as into Live's User Library, over an older one",
    )  # fmt: skip


def main(given: argparse.Namespace) -> int:
    """Prints where the device is, or where it has been copied to.

    Args:
        given: the command line.

    Returns:
        The exit status.

    Raises:
        DeviceError: it is not there, or cannot be copied.
    """
    if not DEVICE.is_file():
        raise DeviceError(f"device: {DEVICE} is missing: install MeLFusion Live again")
    print(_copied(given.to) if given.to else DEVICE)
    if given.to:
        print("Drag it from Live's browser onto an audio track.", file=sys.stderr)
    return 0


def _copied(folder: Path) -> Path:
    """A copy in a folder, whole or not at all."""
    copy = folder.expanduser().resolve() / DEVICE.name
    part = copy.with_suffix(".part")
    try:
        shutil.copyfile(DEVICE, part)
        part.replace(copy)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DeviceError(f"--to: {copy} cannot be written: {error.strerror}") from error
    return copy
