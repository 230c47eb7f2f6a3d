"""The visual synapse against the paper's equations, computed by hand."""

import math

import pytest
import torch
from diffusers.models.attention_processor import Attention

from melfusion.model.synapse import VisualSynapse

WIDTH, TEXT, IMAGE, TOKENS = 8, 12, 10, 5


def _layer() -> Attention:
    torch.manual_seed(0)
    synapse = VisualSynapse(IMAGE, WIDTH, start=0.3)
    layer = Attention(
        WIDTH, cross_attention_dim=TEXT, heads=2, dim_head=4, processor=synapse
    ).double()
    return layer


def _inputs() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return (
        torch.randn(3, 7, WIDTH).double(),
        torch.randn(3, TOKENS, TEXT).double(),
        torch.randn(3, TOKENS, IMAGE).double(),
    )


def test_keys_and_values_are_mixed_as_in_the_paper() -> None:
    layer = _layer()
    music, text, image = _inputs()
    strength = torch.tensor([1.0, 0.5, 0.25]).double()
    with torch.no_grad():
        got = layer(music, heard=layer.processor.heard(layer, text, image, strength))
        alpha = (0.3 * strength)[:, None, None]
        query = music @ layer.to_q.weight.T
        key = alpha * (image @ layer.processor.to_k_image.weight.T) + (1 - alpha) * (
            text @ layer.to_k.weight.T
        )
        value = alpha * (image @ layer.processor.to_v_image.weight.T) + (1 - alpha) * (
            text @ layer.to_v.weight.T
        )
        heads = []
        for head in range(2):
            part = slice(4 * head, 4 * head + 4)
            scores = query[..., part] @ key[..., part].transpose(1, 2) / math.sqrt(4)
            heads.append(scores.softmax(-1) @ value[..., part])
        expected = torch.cat(heads, -1) @ layer.to_out[0].weight.T + layer.to_out[0].bias
    assert (got - expected).abs().max().item() < 1e-6


def test_strength_zero_is_the_words_alone_bit_for_bit() -> None:
    layer = _layer()
    music, text, image = _inputs()
    nothing = torch.zeros(3).double()
    hear = layer.processor.heard
    with_picture = layer(music, heard=hear(layer, text, image, nothing))
    assert torch.equal(with_picture, layer(music, heard=hear(layer, text)))


def test_alpha_and_the_pictures_projections_learn() -> None:
    layer = _layer()
    music, text, image = _inputs()
    strength = torch.ones(3).double()
    out = layer(music, heard=layer.processor.heard(layer, text, image, strength))
    out.square().mean().backward()
    synapse = layer.processor
    for parameter in (synapse.a, synapse.to_k_image.weight, synapse.to_v_image.weight):
        assert parameter.grad is not None
        assert parameter.grad.abs().sum() > 0


@pytest.mark.parametrize("start", [0.1, 0.5, 0.9])
def test_alpha_starts_where_it_is_told(start: float) -> None:
    assert VisualSynapse(IMAGE, WIDTH, start).alpha.item() == pytest.approx(start)
