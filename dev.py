#!/usr/bin/env python3
"""MeLFusion Live from a fresh clone: makes its environment, then runs what is asked.

    python3 dev.py demo            renders one loop from a picture and a sentence
    python3 dev.py window [options]  opens the window; the options go to melfusion-live
    python3 dev.py test [options]  runs every test; the options go to pytest
    python3 dev.py check           style, types, directions between the packages, generated files
    python3 dev.py setup           only makes the environment, with all that developers need

It needs Python's standard library alone, and lives in .venv beside this file. To use a torch of
your own (for a GPU), install it into .venv first, or run this file with a Python that has it.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "set-up.json"
CONSTRAINTS = ROOT / "constraints.txt"
LOCK = ROOT / "max_for_live" / "package-lock.json"

OLDEST_PYTHON = (3, 11)
DISK_GB = 2.5

DEMO = ["render", "--image", str(ROOT / "docs" / "examples" / "sunset.jpg")]
DEMO += ["--prompt", "warm house with a deep bass and soft chords", "--bpm", "123.4", "--bars", "4"]
DEMO += ["--key", "A minor", "--part", "full", "--seed", "1"]

EXTRAS: dict[str, list[str]] = {"demo": [], "window": ["window"]}
"""What a verb needs beside the project itself; the others need what tests do."""

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as main; main()"
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "--quiet"],
    "ruff format": ["-m", "ruff", "format", "--check", "--quiet"],
    "mypy --strict": ["-m", "mypy", "--no-error-summary"],
    # Its cache does not notice that an import's target has become a module.
    "import-linter": ["-c", LINT_IMPORTS, "--no-cache"],
    "generated files": [str(ROOT / "scripts" / "generate.py"), "--check"],
}
"""What `check` runs, as arguments of the environment's Python, in ROOT."""

PIP_TROUBLES = {
    "No space left on device": "the disk is full (pip also needs room for temporary files)",
    "connection broken by": "the package index cannot be reached (is there a network?)",
    "Could not find a version": "the package index has no build of a package for this machine",
    "ResolutionImpossible": "versions do not fit together (your own torch must be 2.6 or newer)",
    "Permission denied": "a file or folder cannot be written",
    "Read-only file system": "a file or folder cannot be written",
}
"""Words in pip's output, and what they mean to a user; the first that is found is told."""

IMPORTS = {
    "soundfile": "libsndfile is missing: install it (Debian: apt install libsndfile1;"
    " macOS: brew install libsndfile)",
    "torch": "torch does not start (Windows: install the Microsoft Visual C++ Redistributable;"
    " elsewhere: delete .venv and try again)",
    "onnxruntime": "onnxruntime does not start (Windows: install the Microsoft Visual C++"
    " Redistributable)",
    "PyQt6.QtWidgets": "the window's Qt does not start: a library of the system is missing (Debian:"
    " apt install libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0)",
}
"""Modules that load libraries of the system, and what to do when they cannot."""


class SetUpError(Exception):
    """Something that the user has to put right, told in a sentence."""


def missing(version: tuple[int, ...], has_ensurepip: bool, free_gb: float) -> str:
    """What this machine lacks for setting up, as a sentence; "" when it lacks nothing.

    Args:
        version: of the Python that runs this file.
        has_ensurepip: whether that Python can make environments that have pip.
        free_gb: free room for the environment, in 10^9 bytes.
    """
    if version < OLDEST_PYTHON:
        names = [f"python3.{minor}" for minor in range(OLDEST_PYTHON[1], 20)]
        newer = next((name for name in names if shutil.which(name)), None)
        here = f"Python 3.11 or newer is needed, this is {version[0]}.{version[1]}"
        advice = f"run {newer} dev.py" if newer else "install one, and run it with that"
        return f"{here}: {advice}."
    if not has_ensurepip:
        return (
            "this Python cannot make environments: install its venv module"
            f" (Debian, Ubuntu: apt install python3.{version[1]}-venv)."
        )
    if free_gb < DISK_GB:
        return (
            f"about {DISK_GB:g} GB of disk are needed for torch and the rest, and {free_gb:.1f} GB"
            f" are free in {ROOT}: make room first."
        )
    return ""


def fingerprint() -> str:
    """Changes whenever what is installed in .venv no longer is what this checkout needs."""
    parts = [str(ROOT), os.path.realpath(PYTHON)]
    files = (ROOT / "pyproject.toml", CONSTRAINTS, LOCK)
    parts += [path.read_text(encoding="utf-8") for path in files if path.is_file()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def installed_extras() -> list[str] | None:
    """The extras that a finished set-up left in .venv; None when there is none, or a stale one."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        fresh = stamp["fingerprint"] == fingerprint()
        return list(stamp["extras"]) if fresh else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def set_up(extras: list[str]) -> None:
    """Makes .venv what this checkout and `extras` need; at once when it already is.

    Raises:
        SetUpError: with a sentence for the user.
    """
    there = installed_extras()
    if there is not None and set(extras) <= set(there):
        return
    extras = sorted({*extras, *(there or [])})
    has_ensurepip = bool(importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"))
    # What an interrupted set-up left behind is not paid for twice.
    free_gb = DISK_GB if VENV.exists() else shutil.disk_usage(ROOT).free / 1e9
    lack = missing(sys.version_info[:3], has_ensurepip, free_gb)
    if lack:
        raise SetUpError(lack)
    started = time.monotonic()
    make_environment()
    install(extras)
    check_imports()
    stamp = json.dumps({"fingerprint": fingerprint(), "extras": extras})
    STAMP.write_text(stamp + "\n", encoding="utf-8")
    print(f"set up in {time.monotonic() - started:.0f} s", file=sys.stderr)


def make_environment() -> None:
    """Sees to it that .venv has a Python that is new enough, and pip."""
    if not works("-c", "pass"):
        # A torch outside .venv stays in sight, so that a GPU build need not be fetched again.
        own_torch = sys.prefix == sys.base_prefix and importlib.util.find_spec("torch")
        options = ["--system-site-packages"] if own_torch else []
        hidden([sys.executable, "-m", "venv", "--without-pip", *options, str(VENV)], "environment")
    if not works("-c", f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"):
        raise SetUpError(f"the Python in {VENV} is too old: delete that folder and try again.")
    if not works("-m", "pip", "--version"):
        hidden([str(PYTHON), "-m", "ensurepip"], "pip")


def works(*arguments: str) -> bool:
    """Whether the environment's Python is there and runs `arguments` without an error."""
    if not PYTHON.exists():
        return False
    return subprocess.run([str(PYTHON), *arguments], capture_output=True).returncode == 0


def install(extras: list[str]) -> None:
    """Installs the project (editable) with `extras`, at the versions that constraints.txt names."""
    pip = [str(PYTHON), "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
    project = str(ROOT) + (f"[{','.join(extras)}]" if extras else "")
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text(own_torch_kept(CONSTRAINTS.read_text(encoding="utf-8")))
        pip += ["--constraint", str(constraints)]
        # The build tools are pinned too, which pip's isolated builds would not be.
        hidden([*pip, *build_requirements()], "build tools")
        hidden([*pip, "--no-build-isolation", "--editable", project], "packages")
        bare = [name for extra in extras for name in bare_packages().get(extra, [])]
        if bare:
            hidden([*pip, "--no-deps", *bare], "packages that stand alone")
    npm = shutil.which("npm")
    if "test" in extras and npm and LOCK.is_file():
        hidden([npm, "ci", "--prefix", str(LOCK.parent)], "checkers of the device's script")


def build_requirements() -> list[str]:
    """What pyproject.toml needs to build the project."""
    return [str(name) for name in settings()["build-system"]["requires"]]


def bare_packages() -> dict[str, list[str]]:
    """What pyproject.toml wants installed with an extra, but without what it requires itself."""
    found: dict[str, list[str]] = settings().get("tool", {}).get("dev", {}).get("bare", {})
    return found


def settings() -> dict[str, Any]:
    """All that pyproject.toml says."""
    import tomllib

    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def own_torch_kept(constraints: str) -> str:
    """`constraints` with torch at the version that .venv sees already, whatever its build."""
    ask = "import importlib.metadata as m; print(m.version('torch'))"
    found = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True)
    if found.returncode:
        return constraints
    return re.sub(r"(?m)^torch==.*$", f"torch=={found.stdout.strip()}", constraints)


def hidden(command: list[str], what: str) -> None:
    """Runs a step of the set-up behind one line of progress; its output is shown if it fails.

    Raises:
        SetUpError: it failed; the sentence says why, as far as the output tells.
    """
    progress = Progress(what)
    lines = []
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout
        for line in process.stdout:
            lines.append(line)
            progress.show(line)
    progress.clear()
    if process.returncode:
        output = "".join(lines)
        print("".join(lines[-20:]), end="", file=sys.stderr)
        why = next((why for words, why in PIP_TROUBLES.items() if words in output), "see above")
        raise SetUpError(f"installing the {what} failed: {why}. Run the same command to go on.")


class Progress:
    """One line that is written over on a terminal; elsewhere a line a step is enough."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.started = time.monotonic()
        self.is_terminal = sys.stderr.isatty()
        self.show("")

    def show(self, line: str) -> None:
        """Tells the seconds that have gone by, and what pip is at."""
        if self.is_terminal:
            seconds = time.monotonic() - self.started
            text = f"setting up: {self.what}, {seconds:.0f} s  {line.strip()}"
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{text[:width]:{width}}", end="", file=sys.stderr, flush=True)
        elif not line:
            print(f"setting up: {self.what} ...", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leaves an empty line to whatever is printed next."""
        if self.is_terminal:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{'':{width}}\r", end="", file=sys.stderr, flush=True)


def check_imports() -> None:
    """Raises SetUpError when a module that is installed cannot load a library of the system."""
    for module, advice in IMPORTS.items():
        package = module.partition(".")[0]
        code = f"import importlib.util as u; u.find_spec('{package}') and __import__('{module}')"
        if not works("-c", code):
            raise SetUpError(advice + ".")


def run(*arguments: str) -> int:
    """Runs the environment's Python, and waits for it through Ctrl-C; returns its exit status."""
    process = subprocess.Popen([str(PYTHON), *arguments])
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # it has been told as well, and ends by itself


def demo() -> int:
    """Renders the example, and says how long that took."""
    started = time.monotonic()
    status = run("-m", "server", *DEMO)
    if status == 0:
        print(f"demo: {time.monotonic() - started:.1f} s from the command to the loop")
    return status


def check() -> int:
    """Runs every check, and names those that fail; returns 1 if one does."""
    os.chdir(ROOT)
    failed = [name for name, arguments in CHECKS.items() if run(*arguments)]
    print("failed: " + ", ".join(failed) if failed else "all checks passed")
    return 1 if failed else 0


def test(options: list[str]) -> int:
    """Runs pytest on all tests, or as `options` say; what `check` runs is among them.

    Without options, tests that keep or measure time come last and one by one; those before run side
    by side, one more than there are processors, since many wait for other programs.
    """
    os.chdir(ROOT)
    if options:
        return run("-m", "pytest", *options)
    os.environ["OMP_NUM_THREADS"] = "1"
    beside, slow = str((os.cpu_count() or 1) + 1), "--durations=25"
    first = run("-m", "pytest", "-m", "not alone", "-n", beside, "--dist", "loadfile", slow)
    del os.environ["OMP_NUM_THREADS"]
    return run("-m", "pytest", "-m", "alone", slow) or first


def main() -> int:
    """Reads the command line and does it; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=["demo", "window", "test", "check", "setup"])
    parser.add_argument(
        "options", nargs=argparse.REMAINDER, default=[], help="for pytest or the window"
    )
    given = parser.parse_args()
    if given.options and given.verb not in ("window", "test"):
        parser.error(f"{given.verb} takes no options")
    try:
        set_up(EXTRAS.get(given.verb, ["test"]))
    except SetUpError as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndev.py: interrupted; the same command goes on from here.", file=sys.stderr)
        return 130
    if given.verb == "demo":
        return demo()
    if given.verb == "window":
        return run("-m", "server", *given.options)
    if given.verb == "test":
        return test(given.options)
    return check() if given.verb == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
