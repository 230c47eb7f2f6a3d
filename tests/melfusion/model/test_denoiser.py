"""The denoiser at a tiny size: its circle, its two spaces, and what reaches it."""

import pytest
import torch

from melfusion.model.conditioning import FRAME_FEATURES, LOOP_FEATURES, SCORE_FEATURES
from melfusion.model.denoiser import PERCUSSIVE, PITCHED, Denoiser
from melfusion.model.sketch import FORMS
from melfusion.score import TOUCHES

Inputs = dict[str, torch.Tensor]


@pytest.fixture
def denoiser() -> Denoiser:
    torch.manual_seed(0)
    model = Denoiser(
        latent_size=6,
        width=32,
        depth=4,
        heads=2,
        text_size=12,
        image_size=10,
        names=("house", "piano"),
    )
    for layer in (
        *model.outlets, *model.sketched, model.meant, model.score[2], model.arranged,
        model.touched[2],
    ):  # fmt: skip
        torch.nn.init.normal_(layer.weight)
    return model.eval()


@pytest.fixture
def inputs() -> Inputs:
    torch.manual_seed(1)
    return {
        "latents": torch.randn(2, 16, 6),
        "timestep": torch.tensor([300.0, 800.0]),
        "space": torch.tensor([PERCUSSIVE, PITCHED]),
        "frame_features": torch.randn(2, 16, FRAME_FEATURES),
        "loop_features": torch.randn(2, LOOP_FEATURES),
        "text": torch.randn(2, 9, 12),
        "image_tokens": torch.randn(2, 9, 10),
        "image_strength": torch.ones(2),
        "score": torch.randn(2, 16, SCORE_FEATURES + FORMS * 6),
        "arrangement": torch.randn(2, 6 + TOUCHES),
    }


@torch.no_grad()
def test_a_turned_loop_gives_the_same_loop_turned(denoiser: Denoiser, inputs: Inputs) -> None:
    turned = dict(inputs)
    for name in ("latents", "frame_features", "score"):
        turned[name] = inputs[name].roll(5, 1)
    straight = denoiser(**inputs)
    assert straight.std() > 0.1
    assert torch.allclose(denoiser(**turned), straight.roll(5, 1), atol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize(
    "name",
    [
        "latents",
        "timestep",
        "space",
        "frame_features",
        "loop_features",
        "text",
        "score",
        "arrangement",
    ],
)
def test_every_input_counts(denoiser: Denoiser, inputs: Inputs, name: str) -> None:
    changed = dict(inputs)
    changed[name] = 1 - inputs[name] if name == "space" else inputs[name].flip(0)
    assert not torch.allclose(denoiser(**changed), denoiser(**inputs), atol=1e-3)


@torch.no_grad()
def test_the_picture_arrives_at_the_synapses(denoiser: Denoiser, inputs: Inputs) -> None:
    words = {k: v for k, v in inputs.items() if not k.startswith("image")}
    plain = denoiser(**words)
    shown = denoiser(**inputs)
    other = denoiser(**inputs | {"image_tokens": inputs["image_tokens"].flip(0)})
    assert not torch.allclose(plain, shown, atol=1e-3)
    assert not torch.allclose(other, shown, atol=1e-3)
    assert torch.equal(plain, denoiser(**inputs | {"image_strength": torch.zeros(2)}))


@torch.no_grad()
def test_no_words_are_rows_of_zeros(denoiser: Denoiser, inputs: Inputs) -> None:
    nothing = denoiser(**inputs | {"text": torch.zeros(2, 9, 12)})
    assert torch.isfinite(nothing).all()
    assert not torch.allclose(nothing, denoiser(**inputs), atol=1e-3)


def test_there_is_an_alpha_in_every_second_block(denoiser: Denoiser) -> None:
    assert denoiser.alphas == pytest.approx([0.5, 0.5])
