"""Finds the server that runs on this machine: by its library, and by asking it."""

from pathlib import Path

from . import library
from .client import FailError, ServerGoneError, connect

LOOPBACK = "127.0.0.1"

Address = tuple[str, int]
"""Host and port."""


async def holder(folder: Path) -> Address | None:
    """The server that holds the library in a folder, if it answers."""
    if (found := library.holder(folder)) is None:
        return None
    # One that listens on every address of this machine is reached on the nearest.
    host = LOOPBACK if found.host in ("0.0.0.0", "::") else found.host
    return (host, found.port) if await answers(host, found.port) else None


async def answers(host: str, port: int) -> bool:
    """Whether a server is at that address."""
    try:
        async with connect(host, port):
            return True
    except FailError:
        return True  # it wants a token
    except ServerGoneError:
        return False
