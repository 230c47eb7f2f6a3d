"""The music U-Net's synapses against the paper's equations, computed by hand."""

import math
from pathlib import Path

import pytest
import torch
from diffusers import UNet2DConditionModel

from melfusion.base.music_unet import (
    CONVEX,
    DECOUPLED,
    KeyValues,
    MusicUNet,
    published_parameters,
)
from tests.melfusion.base.tiny import SHAPE, TEXT, TOKENS

KINDS = pytest.mark.parametrize("synapse", [CONVEX, DECOUPLED])


def _unet(synapse: str = CONVEX, alpha: float = 0.3) -> MusicUNet:
    torch.manual_seed(0)
    return MusicUNet(synapse, alpha, SHAPE).double().eval()


def _inputs() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    latents, text = torch.randn(2, 8, 16, 4), torch.randn(2, TOKENS, TEXT)
    return latents.double(), torch.tensor([999, 20]), text.double()


def _picture(unet: MusicUNet, seed: int = 5) -> KeyValues:
    torch.manual_seed(seed)
    return {
        layer: tuple(torch.randn(2, TOKENS, synapse.width).double() for _ in range(2))
        for layer, synapse in unet.synapses.items()
    }


def _heads(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, heads: int) -> torch.Tensor:
    size, read = query.shape[-1] // heads, []
    for head in range(heads):
        part = slice(size * head, size * (head + 1))
        scores = query[..., part] @ key[..., part].transpose(1, 2) / math.sqrt(size)
        read.append(scores.softmax(-1) @ value[..., part])
    return torch.cat(read, -1)


@KINDS
def test_every_layer_reads_what_the_equations_say(synapse: str) -> None:
    unet, (latents, timestep, text) = _unet(synapse), _inputs()
    picture, strength = _picture(unet), torch.tensor([1.0, 0.25]).double()
    heard: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
    for name in unet.synapses:
        layer = unet.unet.get_submodule(name.removesuffix("1") + "2")
        layer.register_forward_hook(
            lambda _layer, inputs, output, name=name: heard.update({name: (inputs[0], output)})
        )
    with torch.no_grad():
        unet(latents, timestep, text, None, picture, strength)
        assert heard.keys() == unet.synapses.keys() == picture.keys()
        assert len(heard) == 2
        for name, (music, got) in heard.items():
            layer = unet.unet.get_submodule(name.removesuffix("1") + "2")
            key_image, value_image = picture[name]
            query, key, value = (
                x @ to.weight.T
                for x, to in ((music, layer.to_q), (text, layer.to_k), (text, layer.to_v))
            )
            alpha = (0.3 * strength)[:, None, None]
            if synapse == CONVEX:
                key = alpha * key_image + (1 - alpha) * key
                value = alpha * value_image + (1 - alpha) * value
                read = _heads(query, key, value, layer.heads)
            else:
                own = unet.synapses[name]
                key_image = key_image @ own.to_k_image.weight.T
                value_image = value_image @ own.to_v_image.weight.T
                read = _heads(query, key, value, layer.heads)
                read = read + alpha * _heads(query, key_image, value_image, layer.heads)
            expected = read @ layer.to_out[0].weight.T + layer.to_out[0].bias
            assert (got - expected).abs().max().item() < 1e-6


@KINDS
@torch.no_grad()
def test_without_weight_it_is_the_plain_unet_bit_for_bit(synapse: str) -> None:
    unet, (latents, timestep, text) = _unet(synapse), _inputs()
    plain = UNet2DConditionModel(**{**SHAPE, "in_channels": 8, "out_channels": 8}).double().eval()
    missing = plain.load_state_dict(unet.unet.state_dict(), strict=False)
    assert not missing.missing_keys
    expected = plain(latents, timestep, text).sample
    nothing, picture = torch.zeros(2).double(), _picture(unet)
    assert torch.equal(unet(latents, timestep, text), expected)
    assert torch.equal(unet(latents, timestep, text, None, picture, nothing), expected)
    for own in unet.synapses.values():
        own.a.fill_(-math.inf)
    assert torch.equal(unet(latents, timestep, text, None, picture, nothing + 1), expected)


@KINDS
@torch.no_grad()
def test_the_picture_arrives_and_which_one_it_is_matters(synapse: str) -> None:
    unet, inputs = _unet(synapse), _inputs()
    ones = torch.ones(2).double()
    words = unet(*inputs)
    shown = unet(*inputs, None, _picture(unet), ones)
    other = unet(*inputs, None, _picture(unet, seed=6), ones)
    weak = unet(*inputs, None, _picture(unet), ones * 0.01)
    assert (shown - words).abs().max() > 1e-3
    assert (shown - other).abs().max() > 1e-3
    assert (weak - words).abs().max() < 0.1 * (shown - words).abs().max()


@KINDS
def test_every_alpha_learns(synapse: str) -> None:
    unet, inputs = _unet(synapse), _inputs()
    unet(*inputs, None, _picture(unet), torch.ones(2).double()).square().mean().backward()
    for own in unet.synapses.values():
        assert own.a.grad is not None
        assert own.a.grad.abs() > 0
    assert list(unet.alphas.values()) == pytest.approx([0.3, 0.3])


@KINDS
def test_saved_and_loaded_it_is_the_same(synapse: str, tmp_path: Path) -> None:
    unet, inputs = _unet(synapse), _inputs()
    with torch.no_grad():
        for number, own in enumerate(unet.synapses.values()):
            own.a.fill_(number)
    unet.save_pretrained(tmp_path)
    again = MusicUNet.from_pretrained(tmp_path, dtype=torch.float64).eval()
    assert again.alphas == unet.alphas
    given = _picture(unet), torch.ones(2).double()
    with torch.no_grad():
        assert torch.equal(again(*inputs, None, *given), unet(*inputs, None, *given))


def test_the_shape_is_tangos() -> None:
    with torch.device("meta"):
        unet = MusicUNet()
    widths = [synapse.width for synapse in unet.synapses.values()]
    assert widths == [1280] * 3 + [640] * 3 + [320] * 3
    # 865.9 M is what diffusers counts for Stable Diffusion 2.1, whose layout TANGO has; eight
    # channels in and out instead of four are (4 + 4) * 9 * 320 weights and 4 biases more.
    assert published_parameters() == 865_910_724 + 8 * 9 * 320 + 4
    extra = sum(p.numel() for p in unet.parameters()) - published_parameters()
    assert extra == 9
