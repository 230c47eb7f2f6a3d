"""`melfusion train`: the command that made the weights that ship."""

import argparse
from pathlib import Path
from typing import Any

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
    import torch

    from ..model.denoiser import PERCUSSIVE, PITCHED
    from .codecs import fit_codecs
    from .decoders import train_decoder
    from .denoisers import train_denoiser
    from .export import export

    device = arguments.device or ("cuda" if torch.cuda.is_available() else "cpu")
    data, out = arguments.data, arguments.out
    if not (data / "manifest.jsonl").exists():
        raise SystemExit(f"--data: {data} has no manifest.jsonl: write it with `melfusion data`")
    if "codecs" in arguments.stages and not (out / "codec_pitched").exists():
        fit_codecs(data, out)
    if "decoders" in arguments.stages:
        for space in (PERCUSSIVE, PITCHED):
            train_decoder(data, out, space, arguments.decoder_minutes, device)
    if "denoiser" in arguments.stages:
        train_denoiser(data, out, arguments.denoiser_minutes, device)
    if "export" in arguments.stages:
        print(export(out, arguments.name))
    return 0
