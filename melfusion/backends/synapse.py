"""The visual synapse of transformers that read their words by cross-attention, decoupled.

Words and picture are two attentions with one query, as in IP-Adapter (Ye et al., 2023), and the
picture's has a learned weight in every layer, as in MeLFusion (model/synapse.py):

    attention(q, K_words, V_words) + strength * alpha * attention(q, K_picture, V_picture)

The words' attention stays the transformer's own, bit for bit; what is read in the picture is added
behind the layer's output projection, which is linear, so that it comes to the same.

A synapse that is not trained changes nothing at all: its values begin at zero. Its keys begin as
those of the words, which queries know how to ask, and alpha where it moves most easily, so that all
of it learns after the first step. Without a picture the transformer is the one that was published:
the half of a guided batch that is told nothing is shown nothing either.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import torch
from diffusers.configuration_utils import register_to_config
from diffusers.models.transformers.ace_step_transformer import AceStepAttnProcessor2_0
from diffusers.models.transformers.transformer_stable_audio3 import StableAudio3CrossAttnProcessor
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from ..model.part import Part
from ..model.synapse import Synapse
from ..model.towers import EfficientNetTower

FOLDER = "synapse"
"""Where it lies in the folder of a model."""


class Seen(NamedTuple):
    """What one layer makes of pictures.

    Attributes:
        keys: [P, L, keys], before they are made heads of.
        values: [P, L, values].
        weight: [P] alpha times strength.
    """

    keys: Tensor
    values: Tensor
    weight: Tensor


class LayerSynapse(Synapse):
    """What is learned for one layer.

    Args:
        width: of a token.
        keys: width of the keys, of all heads together.
        values: width of the values.
    """

    def __init__(self, width: int, keys: int, values: int) -> None:
        super().__init__()
        self.to_k_image = nn.Linear(width, keys, bias=False)
        self.to_v_image = nn.Linear(width, values, bias=False)
        nn.init.zeros_(self.to_v_image.weight)

    def forward(self, tokens: Tensor, strength: Tensor) -> Seen:
        """Keys and values of pictures [P, L, width] that count as much as `strength` [P] says."""
        return Seen(self.to_k_image(tokens), self.to_v_image(tokens), self.alpha * strength)


class Seeing:
    """Attention processor: a transformer's own, which it stands before, and the picture's.

    Attributes:
        told_first: whether the rows of a guided batch that are told something come first in it.
        seen: what is shown now.
    """

    told_first: bool
    seen: Seen | None

    def __call__(self, attn: Any, hidden_states: Tensor, *words: Any, **told: Any) -> Tensor:
        """What is read in words and picture: [B, T, C].

        Args:
            attn: the layer, which owns all but the picture's projections.
            hidden_states: [B, T, C] the music.
            words: handed on.
            told: handed on.

        Raises:
            ValueError: there are neither as many pictures as rows nor half as many.
        """
        read: Tensor = super().__call__(attn, hidden_states, *words, **told)  # type: ignore[misc]
        if self.seen is None:
            return read
        count = len(self.seen.weight)
        untold = len(read) - count
        if untold not in (0, count):
            raise ValueError(f"{count} pictures cannot be shown to a batch of {len(read)}")
        before = 0 if self.told_first else untold
        picture = self.look(attn, hidden_states[before : before + count], self.seen)
        return read + F.pad(picture, (0, 0, 0, 0, before, untold - before))

    def look(self, attn: Any, music: Tensor, seen: Seen) -> Tensor:
        """What music [P, T, C] reads in pictures, weighted: [P, T, C]."""
        raise NotImplementedError

    @staticmethod
    def of_words(attn: Any) -> tuple[Tensor, int]:
        """A layer's projection of the words to keys [keys, width], and the width of its values."""
        raise NotImplementedError


class AceStepSeeing(Seeing, AceStepAttnProcessor2_0):
    """ACE-Step's: groups of queries share keys and values; both are normalised."""

    told_first = True

    def look(self, attn: Any, music: Tensor, seen: Seen) -> Tensor:
        """As in Seeing."""
        size = attn.head_dim
        query, key = attn.norm_q(_heads(attn.to_q(music), size)), _heads(seen.keys, size)
        read = _read(query, attn.norm_k(key.to(query.dtype)), _heads(seen.values, size))
        return _out(attn.to_out[0], read, seen.weight)

    @staticmethod
    def of_words(attn: Any) -> tuple[Tensor, int]:
        """As in Seeing."""
        return attn.to_k.weight, attn.to_v.out_features


class StableAudio3Seeing(Seeing, StableAudio3CrossAttnProcessor):
    """Stable Audio 3's: the difference of two attentions that read the same values."""

    told_first = False

    def look(self, attn: Any, music: Tensor, seen: Seen) -> Tensor:
        """As in Seeing."""
        size = attn.dim_heads
        query, key = attn.q_norm(_heads(attn.to_q(music), size)), _heads(seen.keys, size)
        value = _heads(seen.values, size)
        if attn.use_differential:
            value = torch.cat([value, value], dim=2)
        read = _read(query, attn.k_norm(key.to(query.dtype)), value)
        if attn.use_differential:
            first, second = read.chunk(2, dim=2)
            read = first - second
        return _out(attn.to_out, read, seen.weight)

    @staticmethod
    def of_words(attn: Any) -> tuple[Tensor, int]:
        """As in Seeing."""
        values = attn.heads * attn.dim_heads
        return attn.to_kv.weight[:-values], values


KINDS: dict[str, type[Seeing]] = {
    "AceStepTransformer1DModel": AceStepSeeing,
    "StableAudio3DiTModel": StableAudio3Seeing,
}
"""By class of the transformer."""


class Synapses(Part):
    """All that is learned of the picture, for one transformer; kept apart from its weights.

    Args:
        depth: number of cross-attentions of the transformer.
        width: of the words' tokens in it, and of the picture's.
        key_size: width of the keys, of all heads together.
        value_size: width of the values.
        image_size: width of what the picture's tower gives.
        name: name and version, such as "synapse-0123abcd"; empty before it is trained.
    """

    @register_to_config
    def __init__(
        self,
        depth: int,
        width: int,
        key_size: int,
        value_size: int,
        image_size: int = EfficientNetTower.size,
        name: str = "",
    ) -> None:
        super().__init__()
        del name  # it stands in the config
        self.tokens = nn.Sequential(nn.LayerNorm(image_size), nn.Linear(image_size, width))
        self.layers = nn.ModuleList(LayerSynapse(width, key_size, value_size) for _ in range(depth))
        self._installed: list[tuple[Any, Any, Seeing]] = []

    @classmethod
    def untrained(cls, transformer: nn.Module) -> "Synapses":
        """A synapse that begins with what a transformer makes of words, and changes nothing yet.

        Raises:
            ValueError: no synapse is known for transformers of this class.
        """
        kind, layers = _kind(transformer), _cross_attentions(transformer)
        keys = [kind.of_words(layer)[0] for layer in layers]
        made = cls(len(layers), keys[0].shape[1], len(keys[0]), kind.of_words(layers[0])[1])
        for synapse, weight in zip(made.layers, keys, strict=True):
            synapse.to_k_image.weight.data.copy_(weight)
        return made

    @property
    def name(self) -> str:
        """Name and version."""
        return str(self.config["name"])

    @property
    def alphas(self) -> list[float]:
        """The picture's learned weight in each layer, first to last."""
        return [part.alpha.item() for part in self.modules() if isinstance(part, LayerSynapse)]

    def install(self, transformer: nn.Module) -> None:
        """Has a transformer see what is shown; before it is compiled, if it is.

        Raises:
            ValueError: it is of another kind or size than this synapse is for.
        """
        kind, layers = _kind(transformer), _cross_attentions(transformer)
        keys, values = kind.of_words(layers[0])
        theirs = (len(layers), keys.shape[1], len(keys), values)
        own = tuple(self.config[name] for name in ("depth", "width", "key_size", "value_size"))
        if theirs != own:
            raise ValueError(
                f"the synapse is for a transformer of another size (depth, width, keys, values"
                f" {own}, not {theirs}): train one with `melfusion train --backbone`"
            )
        for attn in layers:
            before, seeing = attn.processor, kind()
            vars(seeing).update(vars(before))  # how attention is computed may have been chosen
            seeing.seen = None
            attn.set_processor(seeing)
            self._installed.append((attn, before, seeing))

    def uninstall(self) -> None:
        """Gives the transformer back as it was."""
        for attn, before, _ in self._installed:
            attn.set_processor(before)
        self._installed.clear()

    @contextmanager
    def shown(self, pictures: Tensor, strength: float | Tensor = 1.0) -> Iterator[None]:
        """For as long as this lasts, the transformer sees pictures.

        Args:
            pictures: [P, L, image_size] as the tower gives them, one for each piece; a guided batch
                has twice as many rows.
            strength: 0-1, or [P] one for each; 0 is exactly the words alone.
        """
        weight = torch.as_tensor(strength, dtype=self.dtype, device=self.device)
        weight = weight.expand(len(pictures))
        try:
            if weight.any():
                tokens = self.tokens(pictures.to(self.device, self.dtype))
                for layer, (_, _, seeing) in zip(self.layers, self._installed, strict=True):
                    seeing.seen = layer(tokens, weight)
            yield
        finally:
            for _, _, seeing in self._installed:
                seeing.seen = None


class Sight:
    """What a model can see with: a synapse, or nothing.

    Args:
        synapses: installed already; None where none was trained.
    """

    def __init__(self, synapses: Synapses | None = None) -> None:
        self.synapses = synapses
        if synapses is not None:
            self._tower = EfficientNetTower(str(synapses.device))

    @property
    def name(self) -> str:
        """Name and version of the synapse; empty without one."""
        return self.synapses.name if self.synapses is not None else ""

    def shown(self, picture: Image.Image | None, strength: float) -> AbstractContextManager[None]:
        """For as long as this lasts, the model sees a picture, if there are a synapse and one.

        Args:
            picture: RGB of any size, or None.
            strength: 0-1; 0 is exactly the words alone.
        """
        if self.synapses is None or picture is None or strength == 0:
            return nullcontext()
        return self.synapses.shown(self._tower(picture)[None], strength)


def load(folder: Path, transformer: nn.Module, device: torch.device, dtype: torch.dtype) -> Sight:
    """Installs the synapse that lies in a model's folder, if one does.

    Args:
        folder: of the model.
        transformer: the model's, before it is compiled.
        device: where the transformer computes, wherever it rests.
        dtype: its precision.

    Raises:
        ValueError: the synapse is for another transformer, or lacks weights.
    """
    if not (folder / FOLDER).is_dir():
        return Sight()
    synapses = Synapses.from_pretrained(folder / FOLDER, torch_dtype=dtype).to(device)
    synapses.requires_grad_(False).install(transformer)
    return Sight(synapses)


def _kind(transformer: nn.Module) -> type[Seeing]:
    name = type(transformer).__name__
    if name not in KINDS:
        raise ValueError(f"no synapse is known for a {name}, only for {', '.join(KINDS)}")
    return KINDS[name]


def _cross_attentions(transformer: nn.Module) -> list[Any]:
    return [part for name, part in transformer.named_modules() if name.endswith(".cross_attn")]


def _heads(states: Tensor, size: int) -> Tensor:
    """[P, n, heads * size] -> [P, n, heads, size]."""
    return states.unflatten(-1, (-1, size))


def _read(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Attention of [P, T, heads, size] to [P, L, heads or fewer, size]."""
    grouped = query.shape[2] != key.shape[2]
    query, key, value = (x.to(query.dtype).transpose(1, 2) for x in (query, key, value))
    read = F.scaled_dot_product_attention(query, key, value, enable_gqa=grouped)
    return read.transpose(1, 2)


def _out(projection: nn.Linear, read: Tensor, weight: Tensor) -> Tensor:
    """[P, T, heads, size] weighted and projected; a bias is the words' to add."""
    weighted = read.flatten(2) * weight.to(read.dtype).view(-1, 1, 1)
    return F.linear(weighted, projection.weight)
