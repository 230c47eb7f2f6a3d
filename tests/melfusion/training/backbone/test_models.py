"""What the models are told in training is what their pipelines tell them."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from melfusion.backends.synapse import Synapses
from melfusion.training.backbone.models import Backbone, load
from tests.melfusion.training.backbone.conftest import SECONDS


def _first_run(backbone: Backbone, noise: Tensor, **asked: Any) -> tuple[dict[str, Any], Tensor]:
    """What the pipeline gives the transformer first, and what that says."""
    runs: list[tuple[dict[str, Any], Tensor]] = []

    def listen(_: nn.Module, given: tuple[Any, ...], named: dict[str, Any], out: Any) -> None:
        runs.append(({**named, "latents": given[0] if given else named["hidden_states"]}, out[0]))

    handle = backbone.transformer.register_forward_hook(listen, with_kwargs=True)
    backbone.pipeline.set_progress_bar_config(disable=True)
    length = "duration" if "Stable" in type(backbone.pipeline).__name__ else "audio_duration"
    if length == "audio_duration":
        asked |= {"lyrics": "[Instrumental]", "vocal_language": "unknown"}
    asked |= {length: SECONDS, "num_inference_steps": 2, "latents": noise}
    backbone.pipeline("warm house", output_type="latent", **asked)
    handle.remove()
    return runs[0]


def _noise(backbone: Backbone, rows: int = 1) -> Tensor:
    latents = backbone.latents(torch.zeros(2, backbone.samples))
    return torch.randn(rows, *latents.shape, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def test_words_and_time_are_told_as_the_pipeline_tells_them(backbone: Backbone) -> None:
    noise = _noise(backbone)
    _, said = _first_run(backbone, noise, guidance_scale=1.0)
    words = {name: tensor[None] for name, tensor in backbone.words("warm house").items()}
    assert torch.equal(backbone.velocity(noise, torch.ones(1), words), said)
    later = backbone.velocity(noise, torch.full((1,), 0.5), words)
    assert not torch.allclose(later, said, atol=1e-3)


def test_a_step_along_the_velocity_leads_to_the_latents(backbone: Backbone) -> None:
    latents, noise = _noise(backbone, 2).chunk(2)
    scheduler = backbone.pipeline.scheduler
    scheduler.set_timesteps(sigmas=[1.0])
    reached = scheduler.step(noise - latents, scheduler.timesteps[0], noise).prev_sample
    assert torch.allclose(reached, latents, atol=1e-5)


@torch.no_grad()
def test_no_words_are_what_the_pipeline_guides_away_from(backbone: Backbone) -> None:
    given, _ = _first_run(backbone, _noise(backbone), guidance_scale=3.0)
    told = backbone.words("warm house")
    nothing = backbone.nothing(told)["encoder_hidden_states"]
    rows = list(given["encoder_hidden_states"])
    first = "Stable" not in type(backbone.pipeline).__name__
    assert torch.equal(rows[0 if first else 1], told["encoder_hidden_states"])
    assert torch.equal(rows[1 if first else 0], nothing)
    assert not torch.equal(*rows)


@torch.no_grad()
def test_guided_by_the_pipeline_the_picture_stands_beside_the_words_alone(
    backbone: Backbone,
) -> None:
    noise, silent = _noise(backbone), backbone.nothing(backbone.words("warm house"))
    alone, before = _first_run(backbone, noise, guidance_scale=3.0)
    synapses = Synapses.untrained(backbone.transformer)
    for layer in synapses.layers:
        nn.init.normal_(layer.to_v_image.weight)
    synapses.install(backbone.transformer)
    with synapses.shown(torch.randn(1, 36, 1280, generator=torch.Generator().manual_seed(1))):
        given, after = _first_run(backbone, noise, guidance_scale=3.0)
    assert given["encoder_hidden_states"].equal(alone["encoder_hidden_states"])
    for words, one, other in zip(given["encoder_hidden_states"], before, after, strict=True):
        untold = torch.equal(words, silent["encoder_hidden_states"])
        assert torch.equal(one, other) == untold
    assert not torch.equal(before, after)


def test_all_of_the_model_is_frozen(backbone: Backbone) -> None:
    assert len(backbone.networks) == 4
    for network in backbone.networks:
        assert not network.training
        assert not any(parameter.requires_grad for parameter in network.parameters())


def test_a_sample_is_whole_latents(backbone: Backbone) -> None:
    assert backbone.samples % backbone.hop == 0
    assert backbone.samples / backbone.rate == pytest.approx(SECONDS, abs=0.05)


def test_a_model_of_another_kind_is_refused(name: str, source: Path) -> None:
    other = {"ace-step": "stable-audio-3", "stable-audio-3": "ace-step"}[name]
    with pytest.raises(ValueError, match=f"--backbone: .* holds a .*Pipeline; {other} is a "):
        load(other, source, "cpu")
