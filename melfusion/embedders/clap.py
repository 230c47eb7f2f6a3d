"""CLAP: music and texts in one space, for the music half of IMSM.

Wu et al., "Large-Scale Contrastive Language-Audio Pretraining", ICASSP 2023, through transformers.
Nothing is downloaded: the model must be in the hub's cache or in a folder.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from . import weights
from .contract import About, Array, AudioEmbedder, Heard, TextEmbedder
from .listen import repeated

IDENTIFIER = "laion/clap-htsat-unfused"
RATE = 48000
SECONDS = 10
"""In a window."""


class ClapEmbedder(AudioEmbedder, TextEmbedder):
    """CLAP on windows of 10 s side by side; a last one that is not full is left out.

    transformers' own cutting of longer recordings is random and is never reached.

    Args:
        identifier: name on the hub, or folder, of an unfused CLAP.
    """

    rate = RATE

    def __init__(self, identifier: str = IDENTIFIER) -> None:
        self.identifier = identifier
        self.about = About(
            name="clap",
            source=f"Wu et al., ICASSP 2023; {identifier}",
            licence="Apache-2.0 (laion's)",
        )

    def available(self) -> str:
        """Whether transformers and the model are there."""
        return weights.lack_on_hub(self.identifier)

    @cached_property
    def _parts(self) -> tuple[Any, Any, Any]:
        """Model, feature extractor and tokenizer."""
        self.require()
        from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

        place = weights.hub_folder(self.identifier)
        kinds: list[Any] = [ClapModel, ClapFeatureExtractor, AutoTokenizer]
        model, extractor, tokenizer = (
            kind.from_pretrained(place, local_files_only=True) for kind in kinds
        )
        return model.eval().requires_grad_(False), extractor, tokenizer

    @torch.no_grad()
    def hear(self, samples: Array) -> Heard:
        """Embeddings [windows, 512] of length 1, of mono samples at 48 kHz."""
        model, extractor, _ = self._parts
        size = SECONDS * RATE
        whole = repeated(samples, size)
        count = len(whole) // size
        windows = list(whole[: count * size].reshape(count, size))
        given = extractor(windows, sampling_rate=RATE, return_tensors="pt")
        found = model.get_audio_features(input_features=given["input_features"]).pooler_output
        return Heard(F.normalize(found, dim=1).numpy())

    @torch.no_grad()
    def read(self, texts: Sequence[str]) -> Array:
        """Embeddings [n, 512] as long as CLAP's scale."""
        model, _, tokenizer = self._parts
        given = tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")
        found = model.get_text_features(**given).pooler_output
        scaled = F.normalize(found, dim=1) * model.logit_scale_a.exp()
        return np.asarray(scaled.numpy(), np.float32)
