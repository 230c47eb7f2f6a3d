"""Stable Audio 3 behind the contract: diffusers' own three pipelines, tiny, out of a folder."""

import re
import string
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import (
    StableAudio3AudioToAudioPipeline,
    StableAudio3DiTModel,
    StableAudio3InpaintPipeline,
    StableAudio3Pipeline,
)
from diffusers.models.autoencoders import autoencoder_same
from PIL import Image

from melfusion.backends import anew, briefing, stable_audio_3, synapse
from melfusion.backends.contract import Ability, Brief
from melfusion.backends.placement import Placement
from melfusion.backends.stable_audio_3 import StableAudio3
from melfusion.music import Key, Metre, Plan, parse_chords
from melfusion.rhythm import Floats
from tests.melfusion.backends import tiny_stable_audio_3 as tiny

PLAN = Plan(121.5, Metre.parse("3/4"), Key.parse("Am"), parse_chords("Am F", 2, 3))
BRIEF = Brief(briefing.words("warm house", PLAN, "lead"), "lead", PLAN, seconds=2.0, seed=5)
HOP = 4096
PIPELINES = (
    StableAudio3Pipeline,
    StableAudio3InpaintPipeline,
    StableAudio3AudioToAudioPipeline,
)
Calls = list[tuple[Any, dict[str, Any]]]


def silent(_share: float) -> None:
    """Tells nobody."""


def placement(**given: Any) -> Placement:
    return replace(Placement(torch.device("cpu"), torch.float32, False, False), **given)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.folder(tmp_path_factory.mktemp("models") / "stable-audio-3-tiny")


@pytest.fixture(scope="module")
def composer(folder: Path) -> StableAudio3:
    return stable_audio_3.load(folder, placement())


@pytest.fixture(scope="module")
def sound(composer: StableAudio3) -> Floats:
    return composer.compose(replace(BRIEF, seed=99), silent)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What reaches the pipelines, which do their work all the same."""
    seen: Calls = []

    def spied(kind: Any) -> Callable[..., Any]:
        real = kind.__call__

        def call(self: Any, *positional: Any, **given: Any) -> Any:
            assert not positional
            seen.append((self, given))
            return real(self, **given)

        return call

    for kind in PIPELINES:
        monkeypatch.setattr(kind, "__call__", spied(kind))
    return seen


def distance(one: Floats, other: Floats) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))


def test_what_it_is_stands_in_its_folder(composer: StableAudio3, folder: Path) -> None:
    assert re.fullmatch("stable-audio-3-tiny-[0-9a-f]{8}", composer.name)
    assert composer.name == stable_audio_3.load(folder, placement()).name
    assert (composer.rate, composer.longest_s) == (44100, tiny.LONGEST_S)
    assert (composer.steps, composer.guidance) == (8, 1.0)
    assert composer.abilities == {Ability.REPAINT, Ability.VARY}


def test_what_is_asked_reaches_the_pipeline(composer: StableAudio3, calls: Calls) -> None:
    composer.compose(BRIEF, silent)
    [(pipeline, given)] = calls
    assert type(pipeline) is StableAudio3Pipeline
    assert given["duration"] == pytest.approx(2.0)
    assert (given["num_inference_steps"], given["guidance_scale"]) == (8, 1.0)
    assert given["generator"].initial_seed() == 5
    for told in ("warm house", "121.5 BPM", "3/4 time", "key of A minor", "lead melody only"):
        assert told in BRIEF.words
    states, mask = pipeline.encode_prompt(BRIEF.words, torch.device("cpu"), 1)
    assert torch.equal(given["prompt_embeds"], states)
    assert torch.equal(given["encoder_attention_mask"], mask)


def test_steps_and_guidance_may_be_chosen(composer: StableAudio3, calls: Calls) -> None:
    shares: list[float] = []
    composer.compose(replace(BRIEF, steps=3, guidance=4.0), shares.append)
    assert (calls[0][1]["num_inference_steps"], calls[0][1]["guidance_scale"]) == (3, 4.0)
    assert shares == pytest.approx([0, 1 / 3, 2 / 3])


def test_what_is_not_distilled_takes_more_steps_and_is_guided(tmp_path: Path, calls: Calls) -> None:
    base = stable_audio_3.load(tiny.folder(tmp_path / "base", distilled=False), placement())
    assert (base.steps, base.guidance) == (100, 7.0)
    asked = replace(BRIEF, seconds=0.5, steps=2)
    guided, alone = (base.compose(replace(asked, guidance=scale), silent) for scale in (0.0, 1.0))
    assert [given["guidance_scale"] for _, given in calls] == [7.0, 1.0]
    assert distance(guided, alone) > 0.01


@pytest.mark.parametrize(
    "samples", [1, 4095, HOP, 20 * HOP, 44100, 176400, 96641, 110253, 24 * HOP + 1]
)
def test_a_piece_is_as_long_as_it_is_asked_to_the_sample(
    composer: StableAudio3, samples: int
) -> None:
    piece = composer.compose(replace(BRIEF, seconds=samples / 44100, steps=1), silent)
    assert piece.shape == (2, samples)
    assert piece.dtype == np.float32
    assert np.isfinite(piece).all()
    assert piece.std() > 0.01


def test_the_seed_decides(composer: StableAudio3) -> None:
    first, again, other = (
        composer.compose(replace(BRIEF, seed=seed), silent) for seed in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert distance(first, other) > 0.01


def test_a_cancelled_render_leaves_no_trace(composer: StableAudio3) -> None:
    before = composer.compose(BRIEF, silent)

    def cancel(share: float) -> None:
        if share > 0.4:
            raise InterruptedError(share)

    with pytest.raises(InterruptedError, match=r"0\.5"):
        composer.compose(BRIEF, cancel)
    assert np.array_equal(composer.compose(BRIEF, silent), before)


def test_the_picture_counts_by_its_strength(composer: StableAudio3, calls: Calls) -> None:
    seen = "a fox on a mountain in the snow"
    both = replace(BRIEF, words=briefing.with_picture(BRIEF.words, seen))
    alone, told = composer.compose(BRIEF, silent), composer.compose(both, silent)
    none, hardly, half, full = (
        composer.compose(replace(BRIEF, picture_words=seen, picture_strength=strength), silent)
        for strength in (0.0, 1e-4, 0.5, 1.0)
    )
    assert np.array_equal(none, alone)
    assert np.array_equal(full, told)
    away = [distance(each, alone) for each in (hardly, half, full)]
    assert 0 < away[0] < 0.01 * away[2]
    assert 0.1 * away[2] < away[1] < away[2]
    first, middle, last = (given["prompt_embeds"] for _, given in calls[-3:])
    assert torch.allclose(middle, (first + last) / 2, atol=1e-3)


def test_it_does_not_matter_on_which_side_words_are_padded(
    composer: StableAudio3, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(BRIEF, picture_words="a fox on a mountain", picture_strength=0.5)
    left = composer.compose(asked, silent)
    monkeypatch.setattr(composer.pipeline.tokenizer, "padding_side", "right")
    assert np.allclose(composer.compose(asked, silent), left, atol=1e-3)


@pytest.mark.parametrize(
    ("start_s", "end_s", "begin", "end"),
    [(0.5, 1.5, 6, 16), (0.0, 0.5, 0, 5), (1.2, 2.0, 13, 22), (0.2, 0.21, 3, 4)],
)
def test_a_stretch_is_made_anew_and_the_rest_is_kept(
    composer: StableAudio3, sound: Floats, calls: Calls,
    start_s: float, end_s: float, begin: int, end: int,
) -> None:  # fmt: skip
    shares: list[float] = []
    painted = composer.repaint(sound, start_s, end_s, BRIEF, shares.append)
    [(pipeline, given)] = calls
    assert type(pipeline) is StableAudio3InpaintPipeline
    assert pipeline.transformer is composer.pipeline.transformer
    assert given["mask"].tolist() == [[[float(not begin <= n < end) for n in range(22)]]]
    assert given["duration"] == pytest.approx(2.0)
    assert len(shares) == 8
    fade = round(anew.FADE_S * 44100)
    outside = np.ones(sound.shape[1], bool)
    outside[max(0, begin * HOP - fade) : end * HOP + fade] = False
    assert painted.shape == sound.shape
    assert painted.dtype == np.float32
    assert np.array_equal(painted[:, outside], sound[:, outside])
    inside = slice(begin * HOP, end * HOP)
    assert distance(painted[:, inside], sound[:, inside]) > 0.01


def test_what_is_made_anew_goes_with_what_is_around_it(
    composer: StableAudio3, sound: Floats
) -> None:
    inside = slice(6 * HOP, 16 * HOP)
    emptied, lively = sound.copy(), sound[:, ::-1].copy()
    emptied[:, inside] = 0
    first, without, other = (
        composer.repaint(around, 0.5, 1.5, BRIEF, silent)[:, inside]
        for around in (sound, emptied, lively)
    )
    assert distance(first, other) > 0.005
    assert distance(first, without) < 0.7 * distance(first, other)


def test_a_variation_goes_as_far_as_it_may(
    composer: StableAudio3, sound: Floats, calls: Calls
) -> None:
    with torch.no_grad():
        own = composer.pipeline.vae(torch.from_numpy(sound)[None]).sample[0, :, : sound.shape[1]]
    changes = (0.0, 0.3, 1.0)
    varied = [composer.vary(sound, change, BRIEF, silent) for change in changes]
    assert {type(pipeline) for pipeline, _ in calls} == {StableAudio3AudioToAudioPipeline}
    assert {pipeline.transformer for pipeline, _ in calls} == {composer.pipeline.transformer}
    assert [given["init_noise_level"] for _, given in calls] == [0.01, 0.3, 1.0]
    near, far, all_new = (distance(each, own.numpy()) for each in varied)
    assert near < 0.7 * all_new
    assert far < 0.7 * all_new
    assert varied[0].shape == sound.shape
    assert varied[0].dtype == np.float32
    assert np.array_equal(varied[2], composer.compose(BRIEF, silent))


def test_what_is_long_is_taken_in_stretches(
    composer: StableAudio3, sound: Floats, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = composer.vary(sound, 0.3, BRIEF, silent)
    masked: list[int] = []

    def spied(length: int, *given: Any) -> Any:
        masked.append(length)
        return real(length, *given)

    real = autoencoder_same._band_mask
    monkeypatch.setattr(autoencoder_same, "_band_mask", spied)
    monkeypatch.setattr(stable_audio_3, "STRETCH", 8)
    assert np.allclose(composer.vary(sound, 0.3, BRIEF, silent), whole, atol=1e-4)
    assert [length // 17 for length in masked] == 2 * [9, 10, 7]  # 22 latents, one to each side


def test_half_precision(folder: Path) -> None:
    half = stable_audio_3.load(folder, placement(dtype=torch.bfloat16))
    piece = half.compose(BRIEF, silent)
    assert half.pipeline.transformer.dtype == torch.bfloat16
    assert piece.dtype == np.float32
    assert np.isfinite(piece).all()
    assert half.repaint(piece, 0.5, 1.0, BRIEF, silent).shape == piece.shape
    assert half.vary(piece, 0.5, BRIEF, silent).shape == piece.shape


def test_offloaded_networks_give_the_same_after_a_cancelled_render_too(
    folder: Path, composer: StableAudio3, sound: Floats
) -> None:
    offloaded = stable_audio_3.load(folder, placement(offload=True))
    assert np.array_equal(offloaded.compose(BRIEF, silent), composer.compose(BRIEF, silent))
    assert hasattr(offloaded.pipeline.transformer, "_hf_hook")
    with pytest.raises(ZeroDivisionError):
        offloaded.vary(sound, 0.5, BRIEF, lambda share: 1 / (1 - 2 * share) and None)
    assert np.array_equal(
        offloaded.repaint(sound, 0.5, 1.0, BRIEF, silent),
        composer.repaint(sound, 0.5, 1.0, BRIEF, silent),
    )


def test_the_blocks_are_compiled_where_that_is_wanted(
    folder: Path, composer: StableAudio3, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = StableAudio3DiTModel.compile_repeated_blocks
    # Tracing is real; what is made of it needs no compiler here.
    monkeypatch.setattr(
        StableAudio3DiTModel,
        "compile_repeated_blocks",
        lambda self: real(self, backend="eager"),
    )
    compiled = stable_audio_3.load(folder, placement(compile=True))
    piece = compiled.compose(BRIEF, silent)
    assert all(
        block._compiled_call_impl for block in compiled.pipeline.transformer.transformer_blocks
    )
    assert np.allclose(piece, composer.compose(BRIEF, silent), atol=1e-4)


def test_a_synapse_in_the_folder_shows_the_picture_itself(tmp_path: Path) -> None:
    folder = tiny.folder(tmp_path / "stable-audio-3-seeing")
    trained = synapse.Synapses.untrained(tiny.transformer())
    for layer in trained.layers:
        torch.nn.init.normal_(layer.to_v_image.weight)
    trained.register_to_config(name="synapse-01234567")
    trained.save_pretrained(folder / synapse.FOLDER)
    seeing = stable_audio_3.load(folder, placement())
    assert seeing.name.endswith("-synapse-01234567")
    assert set(seeing.name) < set(string.ascii_lowercase + string.digits + "-")
    picture = Image.radial_gradient("L").convert("RGB")
    alone, none, full = (
        seeing.compose(replace(BRIEF, picture=shown, picture_strength=strength), silent)
        for shown, strength in ((None, 1.0), (picture, 0.0), (picture, 1.0))
    )
    assert np.array_equal(none, alone)
    assert distance(full, alone) > 0.01
