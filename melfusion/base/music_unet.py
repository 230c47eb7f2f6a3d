"""The paper's music model: TANGO's U-Net, with a synapse in every cross-attention of its decoder.

Chowdhury et al., CVPR 2024, section 3: decoder layer l of the music model reads keys and values
that are mixed from the words' and from those of decoder layer l of the image model (picture_tower).
Both U-Nets have the same widths, so only the number of tokens has to be made equal.

`convex` is the paper's mixture. `decoupled` keeps two attentions with one query, as IP-Adapter
does (Ye et al., 2023): the picture's keys and values get projections of their own, and what is
read there is added with weight alpha.
"""

from typing import Any

import torch
from diffusers import UNet2DConditionModel
from diffusers.configuration_utils import register_to_config
from diffusers.models.attention_processor import Attention, AttnProcessor2_0
from torch import Tensor, nn

from ..model.part import Part
from ..model.synapse import Synapse, attended, mixed

KeyValues = dict[str, tuple[Tensor, Tensor]]
"""Of a picture, by decoder layer: keys and values, [B, L, width of the layer] each."""

CONVEX, DECOUPLED = "convex", "decoupled"

TANGO: dict[str, Any] = {
    "sample_size": 32,
    "in_channels": 8,
    "out_channels": 8,
    "block_out_channels": (320, 640, 1280, 1280),
    "down_block_types": (*("CrossAttnDownBlock2D",) * 3, "DownBlock2D"),
    "up_block_types": ("UpBlock2D", *("CrossAttnUpBlock2D",) * 3),
    "cross_attention_dim": 1024,
    "attention_head_dim": (5, 10, 20, 20),
    "use_linear_projection": True,
    "upcast_attention": True,
}
"""The shape of declare-lab/tango-full-ft-audio-music-caps."""


class PlainAttention(AttnProcessor2_0):
    """Attention that knows of no picture, and says so in its arguments: unnamed ones are lost."""

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
        text_bias: Tensor | None = None,
        picture: KeyValues | None = None,
        picture_strength: Tensor | None = None,
    ) -> Tensor:
        """As in diffusers; `text_bias`, [B, L], is added to the scores of words."""
        del picture, picture_strength
        if encoder_hidden_states is not None and text_bias is not None:
            attention_mask = text_bias[:, None]
        return super().__call__(attn, hidden_states, encoder_hidden_states, attention_mask, temb)


class DecoderSynapse(Synapse):
    """The synapse of one decoder layer; here as in the paper's equations 4-5.

    Args:
        layer: name of the layer in KeyValues.
        width: width of its keys and values.
        start: alpha before training.
    """

    def __init__(self, layer: str, width: int, start: float = 0.5) -> None:
        super().__init__(start)
        self.layer, self.width = layer, width

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
        text_bias: Tensor | None = None,
        picture: KeyValues | None = None,
        picture_strength: Tensor | None = None,
    ) -> Tensor:
        """Cross-attention to words and picture.

        Args:
            attn: the layer, which owns the projections of music and words.
            hidden_states: [B, T, C] the music.
            encoder_hidden_states: [B, L, text width] the words.
            attention_mask: not used: there is no padding.
            temb: not used: a transformer block's attention knows no time.
            text_bias: [B, L] added to the scores, or None; see words.py.
            picture: keys and values of every decoder layer; or None.
            picture_strength: [B] 0-1, scales alpha; 0 is exactly the words alone.

        Returns:
            [B, T, C].
        """
        del attention_mask, temb
        assert encoder_hidden_states is not None
        words = encoder_hidden_states
        mask = None if text_bias is None else text_bias[:, None, None]
        query, key, value = attn.to_q(hidden_states), attn.to_k(words), attn.to_v(words)
        if picture is None or picture_strength is None:
            read = attended(attn, query, key, value, mask)
        else:
            weight = self.alpha * picture_strength
            read = self.read(attn, (query, key, value), picture[self.layer], weight, mask)
        return attn.to_out[1](attn.to_out[0](read))

    def read(
        self,
        attn: Attention,
        music: tuple[Tensor, Tensor, Tensor],
        picture: tuple[Tensor, Tensor],
        weight: Tensor,
        mask: Tensor | None,
    ) -> Tensor:
        """What the music reads: [B, T, C].

        Args:
            attn: the layer.
            music: query [B, T, C], and the words' keys and values [B, L, C].
            picture: its keys and values [B, L, C].
            weight: [B].
            mask: as `attended` takes it.
        """
        query, key, value = music
        key, value = mixed(key, picture[0], weight), mixed(value, picture[1], weight)
        return attended(attn, query, key, value, mask)


class DecoupledSynapse(DecoderSynapse):
    """The synapse that keeps words and picture apart; any number of picture tokens will do."""

    def __init__(self, layer: str, width: int, start: float = 0.5) -> None:
        super().__init__(layer, width, start)
        self.to_k_image = nn.Linear(width, width, bias=False)
        self.to_v_image = nn.Linear(width, width, bias=False)
        nn.init.eye_(self.to_k_image.weight)
        nn.init.eye_(self.to_v_image.weight)

    def read(
        self,
        attn: Attention,
        music: tuple[Tensor, Tensor, Tensor],
        picture: tuple[Tensor, Tensor],
        weight: Tensor,
        mask: Tensor | None,
    ) -> Tensor:
        """As in DecoderSynapse."""
        query, key, value = music
        shown = attended(attn, query, self.to_k_image(picture[0]), self.to_v_image(picture[1]))
        return attended(attn, query, key, value, mask) + weight.view(-1, 1, 1).to(shown) * shown


class MusicUNet(Part):
    """Noise or velocity of the music's latents, given words and picture.

    Args:
        synapse: `convex` (the paper's) or `decoupled`.
        alpha: the picture's weight before training.
        shape: arguments of diffusers' UNet2DConditionModel; TANGO's where it says nothing.
    """

    @register_to_config
    def __init__(
        self, synapse: str = CONVEX, alpha: float = 0.5, shape: dict[str, Any] | None = None
    ) -> None:
        super().__init__()
        self.unet = UNet2DConditionModel(**{**TANGO, **(shape or {})})
        kind = {CONVEX: DecoderSynapse, DECOUPLED: DecoupledSynapse}[synapse]
        processors: dict[str, nn.Module | AttnProcessor2_0] = {}
        for name in self.unet.attn_processors:
            layer = name.removesuffix(".processor")
            if is_decoder_layer(layer) and layer.endswith(".attn2"):
                width = self.unet.get_submodule(layer).inner_dim
                # Layer l of the image model is heard in its self-attention.
                processors[name] = kind(layer.removesuffix("2") + "1", width, alpha)
            else:
                processors[name] = PlainAttention()
        self.unet.set_attn_processor(processors)

    def forward(
        self,
        latents: Tensor,
        timestep: Tensor,
        text: Tensor,
        text_bias: Tensor | None = None,
        picture: KeyValues | None = None,
        picture_strength: Tensor | None = None,
    ) -> Tensor:
        """One step.

        Args:
            latents: [B, 8, frames, bands] noisy latents.
            timestep: [B] or [] int64, 0-999.
            text: [B, L, cross_attention_dim] token states.
            text_bias: [B, L] added to the attention scores of the words; see words.py; or None.
            picture: keys and values of every decoder layer, [B, L, width] each; or None.
            picture_strength: [B] 0-1; 0 is exactly the words alone; or None.

        Returns:
            [B, 8, frames, bands], what the scheduler's prediction type says.
        """
        told = {"text_bias": text_bias, "picture": picture, "picture_strength": picture_strength}
        return self.unet(latents, timestep, text, cross_attention_kwargs=told).sample

    @property
    def synapses(self) -> dict[str, DecoderSynapse]:
        """By name of the image model's layer that each hears, first to last."""
        return {part.layer: part for part in self.modules() if isinstance(part, DecoderSynapse)}

    @property
    def alphas(self) -> dict[str, float]:
        """The picture's learned weight in each layer."""
        return {layer: synapse.alpha.item() for layer, synapse in self.synapses.items()}


def is_decoder_layer(name: str) -> bool:
    """Whether an attention of a U-Net is in the half that goes up."""
    return name.startswith("up_blocks.")


def published_parameters() -> int:
    """Parameters of the music U-Net as published, without synapses; no memory is taken."""
    with torch.device("meta"):
        unet = UNet2DConditionModel(**TANGO)
    return sum(parameter.numel() for parameter in unet.parameters())
