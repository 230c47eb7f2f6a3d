"""The outermost layer of a program: what goes wrong before and after its own work, in one line."""

import os
import sys
from importlib import import_module

from .options import EXIT_BAD_INPUT

EXIT_INTERRUPTED = 130


def run(name: str, module: str) -> int:
    """Imports a module and runs its `main`, which takes a second in which Ctrl-C is pressed too.

    Args:
        name: of the program, for what is said.
        module: whose `main()` returns an exit status.

    Returns:
        The exit status: 2 also where what was printed could not be written.
    """
    status: int | str | None
    try:
        status = import_module(module).main()
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        status = EXIT_INTERRUPTED
    except SystemExit as leaving:
        status = leaving.code
    try:
        sys.stdout.flush()
    except OSError as error:
        # Python flushes once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # who closes a pipe has read enough
            print(f"{name}: stdout cannot be written: {error.strerror}", file=sys.stderr)
            status = EXIT_BAD_INPUT
    return status if isinstance(status, int) else EXIT_BAD_INPUT if status else 0
