"""CLIP: pictures and texts in one space, for the picture half of IMSM.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", ICML 2021,
through transformers. Nothing is downloaded: the model must be in the hub's cache or in a folder.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from . import weights
from .contract import About, Array, PictureEmbedder, TextEmbedder

IDENTIFIER = "openai/clip-vit-base-patch32"
MEAN, SPREAD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
"""Of red, green and blue between 0 and 1, in the authors' training pictures."""


def prepared(picture: Image.Image, side: int) -> Tensor:
    """A picture as CLIP was trained on it: [3, side, side] float32.

    Args:
        picture: of any size and mode; its middle is kept, as large as its shorter side.
        side: in pixels.
    """
    scale = side / min(picture.size)
    width, height = (max(side, round(length * scale)) for length in picture.size)
    scaled = picture.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    left, top = (width - side) // 2, (height - side) // 2
    middle = np.asarray(scaled.crop((left, top, left + side, top + side)), np.float32) / 255
    normalised = (torch.from_numpy(middle) - torch.tensor(MEAN)) / torch.tensor(SPREAD)
    return normalised.permute(2, 0, 1)


class ClipEmbedder(PictureEmbedder, TextEmbedder):
    """CLIP.

    Args:
        identifier: name on the hub, or folder.
    """

    def __init__(self, identifier: str = IDENTIFIER) -> None:
        self.identifier = identifier
        self.about = About(
            name="clip",
            source=f"Radford et al., ICML 2021; {identifier}",
            licence="MIT (OpenAI's)",
        )

    def available(self) -> str:
        """Whether transformers and the model are there."""
        return weights.lack_on_hub(self.identifier)

    @cached_property
    def _parts(self) -> tuple[Any, Any]:
        """Model and tokenizer."""
        self.require()
        from transformers import AutoTokenizer, CLIPModel

        place = weights.hub_folder(self.identifier)
        kinds: list[Any] = [CLIPModel, AutoTokenizer]
        model, tokenizer = (kind.from_pretrained(place, local_files_only=True) for kind in kinds)
        return model.eval().requires_grad_(False), tokenizer

    @torch.no_grad()
    def see(self, pictures: Sequence[Image.Image]) -> Array:
        """Embeddings [n, 512] of length 1."""
        model, _ = self._parts
        side = model.config.vision_config.image_size
        pixels = torch.stack([prepared(picture, side) for picture in pictures])
        found = model.get_image_features(pixel_values=pixels).pooler_output
        return np.asarray(F.normalize(found, dim=1).numpy(), np.float32)

    @torch.no_grad()
    def read(self, texts: Sequence[str]) -> Array:
        """Embeddings [n, 512] as long as CLIP's scale; texts are cut after 77 tokens."""
        model, tokenizer = self._parts
        given = tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")
        found = model.get_text_features(**given).pooler_output
        scaled = F.normalize(found, dim=1) * model.logit_scale.exp()
        return np.asarray(scaled.numpy(), np.float32)
