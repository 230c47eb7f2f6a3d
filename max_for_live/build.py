"""Builds the device: `python -m max_for_live.build` writes its files, `--check` only compares.

MeLFusion Live.amxd     what is put on a track: the patcher with its script frozen into it
MeLFusion Live.maxpat   the same patcher, to be looked at and changed in Max
melfusion_live.js       the script that the patcher names: tables, then src/*.js in their order

All that Max's js runs has one scope, so the parts share their names. The same sources always give
the same bytes.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from melfusion import __version__

from .amxd import File, frozen
from .controls import SET
from .patcher import SCRIPT, patcher

HERE = Path(__file__).parent
NAME = "MeLFusion Live"

HEAD = "// Built by `python -m max_for_live.build`: change its sources, not this file.\n"


def outputs() -> dict[Path, bytes]:
    """What each file of the device contains.

    Raises:
        OSError: addresses.js or a part of the script cannot be read.
        ValueError: Max would not understand something of the patcher.
    """
    drawn = json.dumps(patcher(), indent=1, ensure_ascii=False)
    script = _script(drawn).encode()
    device = f"{NAME}.amxd"
    return {
        HERE / device: frozen(device, drawn, [File(SCRIPT, script)]),
        HERE / f"{NAME}.maxpat": f"{drawn}\n".encode(),
        HERE / SCRIPT: script,
    }


def parts() -> list[Path]:
    """The parts of the script that are written by hand, in their order."""
    return sorted((HERE / "src").glob("*.js"))


def _script(drawn: str) -> str:
    """The whole script; its stamp tells one build from another, the patcher's changes included."""
    items = {control.name: control.items for control in SET}
    sources = {
        "addresses.js": (HERE / "addresses.js").read_text(encoding="utf-8"),
        "controls.py": f"var CONTROLS = {json.dumps(items, indent=2)};\n",
        **{f"src/{part.name}": part.read_text(encoding="utf-8") for part in parts()},
    }
    body = "".join(f"\n// {name}\n{content}" for name, content in sources.items())
    digest = hashlib.sha256(f"{__version__}\0{drawn}\0{body}".encode()).hexdigest()
    return f'{HEAD}\nvar BUILD = "{__version__}+{digest[:8]}";\n{body}'


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes or checks; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m max_for_live.build",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args(arguments).check
    stale = []
    for path, content in outputs().items():
        if not path.exists() or path.read_bytes() != content:
            stale.append(path.name)
            if not check:
                path.write_bytes(content)
    if stale:
        print(f"{'stale' if check else 'written'}: {', '.join(stale)}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
