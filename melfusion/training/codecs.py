"""Estimates the two latent codecs from the material."""

import random
from pathlib import Path

import numpy as np

from ..model.codec import LatentCodec
from ..model.denoiser import PERCUSSIVE, PITCHED
from .examples import bands_of, read_examples
from .size import MINI, Size

SPACES = {PERCUSSIVE: "percussive", PITCHED: "pitched"}
CODECS = {
    PERCUSSIVE: {"n_fft": 2048, "patch": 4, "linear_below": 1000.0},
    PITCHED: {"n_fft": 4096, "patch": 2, "linear_below": 2000.0},
}
"""Drums want sharp attacks, so a short window; notes want sharp pitch, so a long one."""


def fit_codecs(data: Path, out: Path, loops: int = 600, seed: int = 0, size: Size = MINI) -> None:
    """Fits both codecs on up to `loops` loops each and saves them to `out`/codec_<space>."""
    examples = read_examples(data, "train")
    random.Random(seed).shuffle(examples)
    for space, name in SPACES.items():
        codec = LatentCodec(**CODECS[space], latent_size=size.latent_size)
        chosen = [e for e in examples if e.space == space][:loops]
        patches = [bands_of(e, codec).reshape(-1, codec.patch * codec.bands) for e in chosen]
        kept = codec.fit(np.concatenate(patches))
        codec.save_pretrained(out / f"codec_{name}")
        print(f"{name}: {len(chosen)} loops, {codec.bands} bands, {kept:.4f} of the variance kept")
