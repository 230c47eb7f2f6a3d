"""The visual synapse: where the picture reaches the music.

MeLFusion (Chowdhury et al., CVPR 2024, eq. 4-5) mixes keys and values that come from the picture
into the cross-attention of the music model, layer by layer, with a learned weight alpha:

    K <- alpha * K_image + (1 - alpha) * K_text
    V <- alpha * V_image + (1 - alpha) * V_text

while the query stays the music's. alpha = sigmoid(a) with a learned, one a layer. Here is the
mixture, and the synapse of `mini`, which projects the picture's tokens itself; those of `base`,
whose keys and values come from an image diffusion model, stand in base/music_unet.py.
"""

import torch
from diffusers.models.attention_processor import Attention
from torch import Tensor, nn
from torch.nn import functional as F


def mixed(words: Tensor, picture: Tensor, weight: Tensor) -> Tensor:
    """One line of equations 4-5: the words' features moved towards the picture's.

    Args:
        words: [B, ...] keys or values of the words.
        picture: [B, ...] those of the picture.
        weight: [B] alpha times strength; 0 gives the words' own, bit for bit.

    Returns:
        [B, ...].
    """
    weight = weight.view(-1, *[1] * (words.ndim - 1)).to(words.dtype)
    return words + weight * (picture.to(words.dtype) - words)


def attended(
    attn: Attention, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
) -> Tensor:
    """Scaled dot-product attention over the heads of a layer, before its output projection.

    Args:
        attn: the layer.
        query: [B, T, C].
        key: [B, L, C].
        value: [B, L, C].
        mask: [B, heads, 1 or T, L] added to the scores, or None.

    Returns:
        [B, T, C].
    """
    query, key, value = (
        x.view(len(x), -1, attn.heads, x.shape[-1] // attn.heads).transpose(1, 2)
        for x in (query, key, value)
    )
    read = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return read.transpose(1, 2).flatten(2).to(query.dtype)


class Synapse(nn.Module):
    """Attention processor that owns alpha.

    Args:
        start: alpha before training.
    """

    def __init__(self, start: float = 0.5) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.logit(torch.tensor(float(start))))

    @property
    def alpha(self) -> Tensor:
        """The picture's weight in this layer, 0-1."""
        return torch.sigmoid(self.a)


class VisualSynapse(Synapse):
    """Attention processor that owns alpha and the picture's key and value projections.

    Args:
        image_size: width of an image token.
        inner_size: width of keys and values (heads times head width).
        start: alpha before training.
    """

    def __init__(self, image_size: int, inner_size: int, start: float = 0.5) -> None:
        super().__init__(start)
        self.to_k_image = nn.Linear(image_size, inner_size, bias=False)
        self.to_v_image = nn.Linear(image_size, inner_size, bias=False)

    def heard(
        self,
        attn: Attention,
        words: Tensor,
        image_tokens: Tensor | None = None,
        image_strength: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Keys and values, mixed; they are the same in every denoising step.

        Args:
            attn: the layer, which owns the projections of music and text.
            words: [B, L, text width] the words.
            image_tokens: [B, L, image_size] the picture, pooled over space to L tokens; or None.
            image_strength: [B] 0-1, scales alpha; 0 is exactly the words alone.

        Returns:
            [B, L, inner_size] each.
        """
        key, value = attn.to_k(words), attn.to_v(words)
        if image_tokens is not None and image_strength is not None:
            weight = self.alpha * image_strength
            key = mixed(key, self.to_k_image(image_tokens), weight)
            value = mixed(value, self.to_v_image(image_tokens), weight)
        return key, value

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        heard: tuple[Tensor, Tensor] | None = None,
    ) -> Tensor:
        """Cross-attention with mixed keys and values.

        Args:
            attn: the layer.
            hidden_states: [B, T, C] the music.
            encoder_hidden_states: not used: `heard` has what the words say.
            attention_mask: not used: there is no padding.
            heard: as `heard` gives it.

        Returns:
            [B, T, C].
        """
        del encoder_hidden_states, attention_mask
        assert heard is not None
        read = attended(attn, attn.to_q(hidden_states), *heard).to(hidden_states.dtype)
        return attn.to_out[1](attn.to_out[0](read))
