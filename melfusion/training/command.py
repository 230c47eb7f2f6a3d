"""`melfusion train`: the command that made the weights that ship."""

import argparse
import math
import shutil
import sys
from pathlib import Path
from typing import Any

from ..options import EXIT_BAD_INPUT

STAGES = ("codecs", "decoders", "denoiser", "export")


def add_command(subparsers: Any) -> None:
    """Adds `train` to the melfusion command line."""
    parser = subparsers.add_parser(
        "train",
        help="train mini on what `melfusion data` wrote",
        description="Trains codecs, decoders and denoiser, in that order. Stop it at any time:"
        " the same command goes on where it was.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the material")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument(
        "--start",
        metavar="MODEL",
        help="take codecs and decoders of this model (mini, or a folder) as they are, and begin"
        " the denoiser with its weights; without it all begins from nothing",
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
    parser.add_argument("--device", default="", help="cpu, cuda, mps; found by itself when empty")
    parser.add_argument("--name", default="mini-1", help="name of the exported model")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    reason = _unusable(arguments)
    if not reason:
        try:
            _train(arguments)
        except OSError as error:
            reason = str(error)
    if reason:
        print(f"melfusion train: {' '.join(reason.split())}", file=sys.stderr)
        return EXIT_BAD_INPUT
    return 0


def _unusable(arguments: argparse.Namespace) -> str:
    """What is wrong with the arguments, and what to do; empty when nothing is."""
    # Here, so that `melfusion --help` need not load torch.
    import torch

    from ..material.pictures import PICTURES
    from .examples import MANIFEST

    for name in (MANIFEST, PICTURES):
        if not (arguments.data / name).is_file():
            return f"--data: {arguments.data} has no {name}: write it with `melfusion data`"
    for minutes in (arguments.decoder_minutes, arguments.denoiser_minutes):
        if not 0 < minutes < math.inf:
            return f"a time budget must be above 0 minutes, not {minutes:g}"
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

    device = arguments.device or ("cuda" if torch.cuda.is_available() else "cpu")
    data, out, stages = arguments.data, arguments.out, arguments.stages
    start = _taken_from(arguments.start, out) if arguments.start else None
    fitted = all((out / f"codec_{name}").exists() for name in SPACES.values())
    if "codecs" in stages and not fitted:
        fit_codecs(data, out)
    if "decoders" in stages and not start:
        for space in SPACES:
            train_decoder(data, out, space, arguments.decoder_minutes, device)
    if "denoiser" in stages:
        train_denoiser(data, out, arguments.denoiser_minutes, device, start=start)
    if "export" in stages:
        print(export(out, arguments.name))


def _taken_from(model: str, out: Path) -> Path:
    """Copies codecs and decoders of a model into the run; returns the folder of its denoiser."""
    from ..model.mini import PARTS_OF_MODEL
    from ..pipeline import model_folder

    folder = model_folder(model)
    for part in PARTS_OF_MODEL:
        if part != "denoiser":
            shutil.copytree(folder / part, out / part, dirs_exist_ok=True)
    return folder / "denoiser"
