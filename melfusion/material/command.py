"""`melfusion data`: writes the training material."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..pool import ClusterError, add_cluster
from .mma_grooves import is_installed

FORMATS = ("stems", "melbench")

SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
ONE_SHOTS = Path("/usr/share/sonic-pi/samples")
"""Where Debian has what the sounds are made from."""


def add_command(subparsers: Any) -> None:
    """Registers `data` with the subparsers of the command line."""
    parser = subparsers.add_parser(
        "data",
        help="compose and render the music that the models are trained on",
        description="Composes and renders training material. Resumable: run it again to go on.",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default=FORMATS[0],
        help="stems: the four parts of every scene; melbench: a clip of the full mix, a picture and"
        " a sentence for each, as MeLBench was released (default: %(default)s)",
    )
    parser.add_argument("--scenes", type=int, default=1500, help="how many scenes")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same files")
    parser.add_argument("--jobs", type=int, default=2, help="processes to use")
    add_cluster(parser)
    parser.add_argument("--budget-minutes", type=float, help="stop after so many minutes")
    parser.add_argument(
        "--soundfont",
        type=Path,
        default=SOUNDFONT,
        help="General MIDI soundfont; without it synthesizers stand in for real instruments",
    )
    parser.add_argument(
        "--one-shots",
        type=Path,
        default=ONE_SHOTS,
        help="folder of Sonic Pi's samples; without it drum machines of our own stand in",
    )
    parser.add_argument(
        "--mma",
        type=float,
        metavar="SHARE",
        default=0.35,
        help="share of the scenes with a fitting groove of MMA that it accompanies, 0-1; without"
        " MMA, none (default: %(default)s)",
    )
    parser.add_argument(
        "--photographs",
        type=Path,
        metavar="DIR",
        help="labelled photographs, as scripts/gather_photographs.py gathers them",
    )
    parser.add_argument("--gather", action="store_true", help="only rebuild the manifests")
    parser.set_defaults(run=run)


def _usable_soundfont(path: Path) -> Path | None:
    """The soundfont, or None with a word on why there will be synthesizers in its place."""
    if not path.is_file():
        lack = f"there is no soundfont at {path} (on Debian: apt install fluid-soundfont-gm)"
    elif find_spec("tinysoundfont") is None:
        lack = "nothing can play soundfonts (pip install --no-deps tinysoundfont)"
    else:
        return path
    print(f"melfusion data: synthesizers stand in for real instruments: {lack}", file=sys.stderr)
    return None


def _usable_one_shots(folder: Path) -> Path | None:
    """The folder of recorded drum hits, or None with a word on what stands in."""
    from .one_shots import usable

    if usable(folder):
        return folder
    print(
        f"melfusion data: our own drum machines stand in for recorded hits: {folder} lacks Sonic"
        " Pi's samples (on Debian: apt install sonic-pi-samples)",
        file=sys.stderr,
    )
    return None


def _usable_mma(share: float) -> float:
    """The share of MMA, or 0 with a word on why there will be none."""
    if not share or is_installed():
        return share
    print(
        "melfusion data: every accompaniment is our own composer's: there is no mma"
        " (on Debian: apt install mma)",
        file=sys.stderr,
    )
    return 0.0


def run(arguments: argparse.Namespace) -> int:
    """Carries the command out; returns the exit status."""
    # Here, so that `melfusion --help` need not load the audio libraries.
    from .dataset import STEMS
    from .melbench import MELBENCH
    from .order import Order, claim, gather, write_scenes
    from .photographs import LIST, add_photographs
    from .pictures import PICTURES, write_pictures

    if arguments.scenes < 1 or arguments.jobs < 1:
        print("melfusion data: --scenes and --jobs must be at least 1", file=sys.stderr)
        return 2
    if not 0 <= arguments.mma <= 1:
        print("melfusion data: --mma must be between 0 and 1", file=sys.stderr)
        return 2
    photographs = arguments.photographs
    if photographs and not (photographs / LIST).is_file():
        print(
            f"melfusion data: --photographs: {photographs} has no {LIST}: gather them with"
            " scripts/gather_photographs.py",
            file=sys.stderr,
        )
        return 2
    form = dict(zip(FORMATS, (STEMS, MELBENCH), strict=True))[arguments.format]
    out, scenes = arguments.out, arguments.scenes
    order = Order(
        out,
        arguments.seed,
        _usable_soundfont(arguments.soundfont),
        _usable_one_shots(arguments.one_shots),
        _usable_mma(arguments.mma),
    )
    try:
        if arguments.gather:
            lines = gather(out, form)
        else:
            claim(order, form)  # before there are pictures of another seed among those there
            concepts = form.concepts(order.seed, scenes)
            pictures = write_pictures(out, order.seed, concepts=concepts)
            if photographs:
                pictures = add_photographs(out, photographs)
            print(f"{pictures} pictures in {out / PICTURES}", flush=True)
            lines = write_scenes(
                order, form, scenes, arguments.jobs, arguments.budget_minutes, arguments.cluster
            )
    except (ValueError, ClusterError) as error:
        print(f"melfusion data: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"melfusion data: {out} cannot be written: {error}", file=sys.stderr)
        return 2
    print(f"{lines} {form.unit} in {' and '.join(str(out / name) for name in form.manifests)}")
    return 0
