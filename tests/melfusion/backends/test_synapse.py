"""The synapse of the large transformers: what is read, by hand; exactness, gradients, files."""

import math
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from diffusers import AceStepTransformer1DModel, StableAudio3DiTModel
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from melfusion.backends.synapse import FOLDER, Synapses, load
from melfusion.model.towers import EfficientNetTower
from tests.melfusion.backends import tiny_ace_step, tiny_stable_audio_3

IMAGE, TOKENS, FRAMES, ROWS = 10, 5, 6, 4
SIZES = ("depth", "width", "key_size", "value_size")
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Backbone:
    """A tiny transformer, and what it is called with."""

    transformer: nn.Module
    given: dict[str, Tensor]

    def __call__(self, rows: slice | list[int] = slice(None)) -> Tensor:
        given = {name: tensor[rows] for name, tensor in self.given.items()}
        return self.transformer(**given).sample

    @property
    def layer(self) -> nn.Module:
        """The last cross-attention."""
        parts = self.transformer.named_modules()
        return [part for name, part in parts if name.endswith(".cross_attn")][-1]


def _ace_step() -> Backbone:
    transformer = tiny_ace_step.transformer()
    torch.manual_seed(1)
    time = torch.rand(ROWS)
    given = {
        "hidden_states": torch.randn(ROWS, FRAMES, tiny_ace_step.LATENTS),
        "timestep": time,
        "timestep_r": time,
        "encoder_hidden_states": torch.randn(ROWS, 7, tiny_ace_step.WIDTH),
        "context_latents": torch.randn(ROWS, FRAMES, 2 * tiny_ace_step.LATENTS),
    }
    return Backbone(transformer.requires_grad_(False), given)


def _stable_audio_3(differential: bool = True) -> Backbone:
    config = {**tiny_stable_audio_3.transformer().config}
    config["use_differential_attention"] = differential
    torch.manual_seed(1)
    transformer = StableAudio3DiTModel.from_config(config).eval()
    width = tiny_stable_audio_3.WIDTH
    given = {
        "hidden_states": torch.randn(ROWS, tiny_stable_audio_3.LATENTS, FRAMES),
        "timestep": torch.rand(ROWS),
        "encoder_hidden_states": torch.randn(ROWS, 7, width),
        "global_hidden_states": torch.randn(ROWS, width),
        "encoder_attention_mask": torch.arange(7).expand(ROWS, 7) < 5,
    }
    return Backbone(transformer.requires_grad_(False), given)


BACKBONES = {
    "ace-step": _ace_step,
    "stable-audio-3": _stable_audio_3,
    "undifferential": lambda: _stable_audio_3(differential=False),
}


@pytest.fixture(scope="module")
def tower() -> EfficientNetTower:
    return EfficientNetTower()


@pytest.fixture(params=["ace-step", "stable-audio-3"])
def backbone(request: pytest.FixtureRequest) -> Backbone:
    return BACKBONES[request.param]()


def _trained(transformer: nn.Module, image_size: int = IMAGE) -> Synapses:
    """As if it were trained: values that are not zero, and alphas that differ."""
    torch.manual_seed(3)
    sizes = [Synapses.untrained(transformer).config[name] for name in SIZES]
    made = Synapses(*sizes, image_size, name="synapse-1")
    for number, layer in enumerate(made.layers):
        nn.init.normal_(layer.to_v_image.weight, std=0.5)
        layer.a.data.fill_(number - 0.5)
    made.install(transformer)
    return made


def _pictures(count: int = ROWS, tokens: int = TOKENS, size: int = IMAGE) -> Tensor:
    return torch.randn(count, tokens, size, generator=torch.Generator().manual_seed(4))


def test_an_untrained_synapse_changes_nothing(backbone: Backbone) -> None:
    before = backbone()
    synapses = Synapses.untrained(backbone.transformer)
    synapses.install(backbone.transformer)
    with synapses.shown(_pictures(size=EfficientNetTower.size)):
        assert torch.equal(backbone(), before)


def test_strength_0_and_no_picture_are_the_words_alone_bit_for_bit(backbone: Backbone) -> None:
    before = backbone()
    synapses = _trained(backbone.transformer)
    assert torch.equal(backbone(), before)
    with synapses.shown(_pictures(), 0.0):
        assert torch.equal(backbone(), before)
    with synapses.shown(_pictures(), torch.tensor([0.0, 1.0, 0.0, 0.5])):
        some = backbone()
    with synapses.shown(_pictures()):
        full = backbone()
    assert torch.equal(some[[0, 2]], before[[0, 2]])
    assert torch.equal(some[1], full[1])
    assert not torch.allclose(some[3], full[3], atol=1e-4)
    assert all((full - before).abs().amax((1, 2)) > 1e-3)
    assert torch.equal(backbone(), before)


def test_uninstalled_the_transformer_is_as_it_was(backbone: Backbone) -> None:
    kinds = {name: type(one) for name, one in backbone.transformer.attn_processors.items()}
    names = backbone.transformer.state_dict().keys()
    synapses = _trained(backbone.transformer)
    assert backbone.transformer.state_dict().keys() == names
    synapses.uninstall()
    after = {name: type(one) for name, one in backbone.transformer.attn_processors.items()}
    assert after == kinds


def _normalised(states: Tensor, norm: nn.Module) -> Tensor:
    """Root mean square normalisation, by hand."""
    scale = norm.gamma if hasattr(norm, "gamma") else norm.weight
    return states / (states.square().mean(-1, keepdim=True) + norm.eps).sqrt() * scale


def _attended(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    return (query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])).softmax(-1) @ value


def _read_by_hand(layer: nn.Module, music: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """What is read in a picture, head by head, before the output projection."""
    grouped = isinstance(layer.to_out, nn.ModuleList)
    size = layer.head_dim if grouped else layer.dim_heads
    q_norm, k_norm = (layer.norm_q, layer.norm_k) if grouped else (layer.q_norm, layer.k_norm)
    queries = [_normalised(q, q_norm) for q in layer.to_q(music).split(size, -1)]
    keys_of = [_normalised(k, k_norm) for k in keys.split(size, -1)]
    values_of, heads = values.split(size, -1), layer.heads
    if grouped:
        share = heads // layer.kv_heads
        return torch.cat(
            [
                _attended(queries[h], keys_of[h // share], values_of[h // share])
                for h in range(heads)
            ],
            -1,
        )
    read = torch.cat([_attended(queries[h], keys_of[h], values_of[h]) for h in range(heads)], -1)
    if layer.use_differential:
        later = range(heads, 2 * heads)
        less = [_attended(queries[h], keys_of[h], values_of[h - heads]) for h in later]
        read = read - torch.cat(less, -1)
    return read


@pytest.mark.parametrize("backbone", BACKBONES, indirect=True)
def test_words_and_picture_are_two_attentions_with_one_query(backbone: Backbone) -> None:
    synapses = _trained(backbone.transformer).double()
    backbone.transformer.double()
    layer, own = backbone.layer, synapses.layers[-1]
    music, words = (torch.randn(2, n, layer.to_q.in_features).double() for n in (FRAMES, 7))
    pictures, strength = _pictures(2).double(), torch.tensor([1.0, 0.25]).double()
    alone = layer(music, words)
    with synapses.shown(pictures, strength):
        both = layer(music, words)
    norm, project = synapses.tokens
    tokens = project(F.layer_norm(pictures, (IMAGE,), norm.weight, norm.bias))
    keys, values = tokens @ own.to_k_image.weight.T, tokens @ own.to_v_image.weight.T
    read = _read_by_hand(layer, music, keys, values)
    out = layer.to_out[0] if isinstance(layer.to_out, nn.ModuleList) else layer.to_out
    weight = strength[:, None, None] / (1 + math.exp(-0.5))
    assert weight.max() > 0.6
    assert (both - alone - (weight * read) @ out.weight.T).abs().max() < 1e-6
    assert (both - alone).abs().max() > 1e-3


def test_gradients_reach_the_whole_synapse_and_no_frozen_weight(backbone: Backbone) -> None:
    synapses = _trained(backbone.transformer)
    pictures = _pictures().requires_grad_()
    with synapses.shown(pictures):
        backbone().square().mean().backward()
    for name, parameter in synapses.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name
    assert pictures.grad is not None
    assert (pictures.grad.abs().sum((1, 2)) > 0).all()
    assert all(parameter.grad is None for parameter in backbone.transformer.parameters())


@pytest.mark.parametrize("backbone", ["stable-audio-3"], indirect=True)
def test_gradients_reach_the_pixels(backbone: Backbone, tower: EfficientNetTower) -> None:
    synapses = _trained(backbone.transformer, EfficientNetTower.size)
    pixels = tower._input(Image.effect_noise((64, 64), 90).convert("RGB")).requires_grad_()
    tokens = tower._network.extract_features(pixels).flatten(2).transpose(1, 2)
    with synapses.shown(tokens):
        backbone([0]).square().mean().backward()
    assert pixels.grad is not None
    assert (pixels.grad.abs().sum(1) > 0).float().mean() > 0.9


def test_a_synapse_that_begins_learns_all_over_after_one_step(backbone: Backbone) -> None:
    synapses = Synapses.untrained(backbone.transformer)
    synapses.install(backbone.transformer)
    optimiser = torch.optim.SGD(synapses.parameters(), lr=1.0)
    begun = {name: tensor.clone() for name, tensor in synapses.state_dict().items()}
    for _ in range(2):
        optimiser.zero_grad()
        with synapses.shown(_pictures(size=EfficientNetTower.size)):
            (backbone() - 1).square().mean().backward()
        optimiser.step()
    for name, tensor in synapses.state_dict().items():
        assert not torch.equal(tensor, begun[name]), name


def test_the_half_of_a_guided_batch_that_is_told_nothing_sees_nothing(backbone: Backbone) -> None:
    before = backbone()
    synapses = _trained(backbone.transformer)
    first = isinstance(backbone.transformer, AceStepTransformer1DModel)
    told, untold = ([0, 1], [2, 3]) if first else ([2, 3], [0, 1])
    with synapses.shown(_pictures(2)):
        guided, alone = backbone(), backbone(told)
    assert torch.equal(guided[untold], before[untold])
    assert torch.allclose(guided[told], alone, atol=1e-6)
    assert not torch.allclose(guided[told], before[told], atol=1e-3)
    three = synapses.shown(_pictures(3))
    with pytest.raises(ValueError, match="3 pictures cannot be shown to a batch of 4"), three:
        backbone()
    assert torch.equal(backbone(), before)


@pytest.mark.parametrize("backbone", ["stable-audio-3"], indirect=True)
def test_a_compiled_layer_sees_too(backbone: Backbone) -> None:
    synapses = _trained(backbone.transformer).requires_grad_(False)
    layer = backbone.layer
    music, words = (torch.randn(1, n, layer.to_q.in_features) for n in (FRAMES, 7))

    def read() -> list[Tensor]:
        made = [layer(music, words)]
        for picture in (_pictures(2)[:1], _pictures(2)[1:]):
            with synapses.shown(picture):
                made.append(layer(music, words))
        return [*made, layer(music, words)]

    plain = read()
    layer.compile(backend="eager")
    for compiled, own in zip(read(), plain, strict=True):
        assert torch.allclose(compiled, own, atol=1e-6)
    assert not torch.allclose(plain[1], plain[2], atol=1e-3)


@pytest.mark.expect_log("Attention backends are an experimental feature")
def test_how_attention_is_computed_stays_chosen(backbone: Backbone) -> None:
    backbone.transformer.set_attention_backend("_native_math")
    _trained(backbone.transformer)
    processor = backbone.layer.processor
    assert processor._attention_backend == "_native_math"
    backbone.transformer.set_attention_backend("native")
    assert processor._attention_backend == "native"


def test_what_was_saved_sees_the_same(
    backbone: Backbone, tower: EfficientNetTower, tmp_path: Path
) -> None:
    synapses = _trained(backbone.transformer, EfficientNetTower.size)
    synapses.save_pretrained(tmp_path / FOLDER)
    picture = Image.effect_noise((80, 60), 90).convert("RGB")
    with synapses.shown(tower(picture)[None], 0.7):
        seen = backbone([0])
    synapses.uninstall()
    sight = load(tmp_path, backbone.transformer, CPU, torch.float32)
    assert sight.name == "synapse-1"
    assert not any(parameter.requires_grad for parameter in sight.synapses.parameters())
    with sight.shown(picture, 0.7):
        assert torch.equal(backbone([0]), seen)
    unseen = backbone([0])
    assert not torch.allclose(unseen, seen, atol=1e-3)
    for nothing in ((picture, 0.0), (None, 1.0)):
        with sight.shown(*nothing):
            assert torch.equal(backbone([0]), unseen)


def test_half_precision_sees_about_the_same(
    backbone: Backbone, tower: EfficientNetTower, tmp_path: Path
) -> None:
    synapses = _trained(backbone.transformer, EfficientNetTower.size)
    synapses.save_pretrained(tmp_path / FOLDER)
    picture = Image.effect_noise((80, 60), 90).convert("RGB")
    with synapses.shown(tower(picture)[None]):
        seen = backbone([0])
    synapses.uninstall()
    backbone.transformer.bfloat16()
    for name, tensor in backbone.given.items():
        if tensor.is_floating_point():
            backbone.given[name] = tensor.bfloat16()
    sight = load(tmp_path, backbone.transformer, CPU, torch.bfloat16)
    with sight.shown(picture, 1.0):
        half = backbone([0])
    assert half.dtype == torch.bfloat16
    assert (half.float() - seen).norm() < 0.1 * seen.norm()


def test_a_model_without_a_synapse_is_shown_nothing(backbone: Backbone, tmp_path: Path) -> None:
    before = backbone()
    sight = load(tmp_path, backbone.transformer, CPU, torch.float32)
    assert sight.name == ""
    with sight.shown(Image.new("RGB", (8, 8)), 1.0):
        assert torch.equal(backbone(), before)


def test_a_synapse_of_another_transformer_is_refused(tmp_path: Path) -> None:
    _trained(_ace_step().transformer).save_pretrained(tmp_path / FOLDER)
    with pytest.raises(ValueError, match="for a transformer of another size"):
        load(tmp_path, _stable_audio_3().transformer, CPU, torch.float32)
    with pytest.raises(ValueError, match="no synapse is known for a Linear, only for AceStep"):
        Synapses.untrained(nn.Linear(1, 1))
