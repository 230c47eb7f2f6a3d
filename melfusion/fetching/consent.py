"""Asks a user, before anything is fetched or deleted."""

import sys


class NoTerminalError(Exception):
    """There is nobody to ask; the text is for the user."""


def agreed() -> bool:
    """Asks on the terminal whether to go on.

    Raises:
        NoTerminalError: there is none, and nothing can be agreed to.
    """
    if not (sys.stdin and sys.stdin.isatty()):
        raise NoTerminalError("there is no terminal to ask on: add --yes to go on")
    try:
        return input("Go on? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
