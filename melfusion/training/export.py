"""Puts a finished run together as the model that ships."""

import hashlib
import json
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from diffusers.utils import SAFETENSORS_WEIGHTS_NAME

from ..model.codec import LatentCodec
from ..model.decoder import SpectrumDecoder
from ..model.denoiser import Denoiser
from ..model.mini import PARTS_OF_MODEL, MiniPipeline
from ..model.reading import Reader

ORIGIN = "_name_or_path"
"""Where a part was loaded from, which says nothing elsewhere."""


def export(run_folder: Path, name: str) -> Path:
    """Saves codecs, decoders and denoiser of a run as one pipeline, in half precision.

    Args:
        run_folder: folder of the run.
        name: name and version, such as "mini-1"; a fingerprint of the weights is appended, since
            what is rendered, and found again, depends on them.

    Returns:
        The folder, `run_folder`/export.
    """
    half = {"dtype": torch.float16}
    name = f"{name}-{_fingerprint(run_folder)}"
    pipeline = MiniPipeline(
        denoiser=Denoiser.from_pretrained(run_folder / "denoiser", **half),
        reader=Reader.from_pretrained(run_folder / "reader", **half),
        codec_percussive=LatentCodec.from_pretrained(run_folder / "codec_percussive", **half),
        codec_pitched=LatentCodec.from_pretrained(run_folder / "codec_pitched", **half),
        decoder_percussive=SpectrumDecoder.from_pretrained(
            run_folder / "decoder_percussive", **half
        ),
        decoder_pitched=SpectrumDecoder.from_pretrained(run_folder / "decoder_pitched", **half),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        name=name,
    )
    folder = run_folder / "export"
    pipeline.save_pretrained(folder)
    for path in folder.glob("**/*.json"):
        config = json.loads(path.read_text(encoding="utf-8"))
        if config.pop(ORIGIN, None):
            path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return folder


def _fingerprint(run_folder: Path) -> str:
    """Eight hex digits of all weights of a run."""
    total = hashlib.sha256()
    for part in PARTS_OF_MODEL:
        total.update((run_folder / part / SAFETENSORS_WEIGHTS_NAME).read_bytes())
    return total.hexdigest()[:8]
