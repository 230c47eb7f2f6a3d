"""The whole of `base`, tiny: what holds whatever it has learned."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import UNet2DConditionModel
from PIL import Image

from melfusion import loop
from melfusion.arranging import Towards
from melfusion.base.music_unet import CONVEX, DECOUPLED
from melfusion.base.pipeline import BasePipeline
from melfusion.music import Key, Metre, Plan, parse_chords
from melfusion.pipeline import MeLFusionPipeline
from melfusion.render import render
from melfusion.request import RenderRequest, RequestError
from tests.melfusion.base import tiny

RED = Image.new("RGB", (64, 48), (220, 30, 20))
DISC = Image.radial_gradient("L").convert("RGB")
KINDS = pytest.mark.parametrize("synapse", [CONVEX, DECOUPLED])


@pytest.fixture(scope="module")
def pipeline() -> BasePipeline:
    return tiny.pipeline()


def _plan(bpm: float = 246.8, metre: str = "4/4", bars: int = 1) -> Plan:
    read = Metre.parse(metre)
    return Plan(bpm, read, Key.parse("Am"), parse_chords("Am", bars, read.numerator))


def _lead(pipeline: MeLFusionPipeline, **given: Any) -> np.ndarray:
    asked = {"prompt": "warm house", "seed": 3, "steps": 2, **given}
    return pipeline(_plan(), ["lead"], **asked).stems["lead"]


@pytest.mark.parametrize(
    ("bpm", "metre", "bars"), [(287.31, "7/8", 1), (299.9, "1/16", 1), (163.7, "3/4", 1)]
)
def test_loops_are_exactly_as_long_as_the_plan(
    pipeline: BasePipeline, bpm: float, metre: str, bars: int
) -> None:
    plan = _plan(bpm, metre, bars)
    stems = pipeline(plan, ["drums"], prompt="warm", steps=1).stems
    assert stems["drums"].shape == (1, loop.samples(bars, plan.metre, bpm, 44100))
    assert stems["drums"].dtype == np.float32


def test_a_mix_is_rendered_as_one(pipeline: BasePipeline) -> None:
    assert list(pipeline(_plan(), ["drums", "bass"], prompt="warm", steps=1).stems) == ["full"]


@KINDS
def test_the_picture_counts_by_its_strength(synapse: str) -> None:
    pipeline = tiny.pipeline(synapse)
    for own in pipeline.unet.synapses.values():
        own.a.data.fill_(2.0)
    words, red, disc = _lead(pipeline), _lead(pipeline, image=RED), _lead(pipeline, image=DISC)
    assert np.array_equal(words, _lead(pipeline, image=RED, image_strength=0.0))
    assert not np.array_equal(words, red)
    assert not np.array_equal(red, disc)
    assert np.array_equal(red, _lead(pipeline, image=RED))


def test_the_way_from_one_scene_to_another_begins_and_ends_in_them(pipeline: BasePipeline) -> None:
    for own in pipeline.unet.synapses.values():
        own.a.data.fill_(2.0)
    here = {"prompt": "warm", "image": RED}
    there = {"prompt": "a much darker piece of music", "image": DISC}

    def on_the_way(share: float) -> np.ndarray:
        return _lead(pipeline, **here, towards=Towards(*there.values(), share))

    assert np.array_equal(on_the_way(1.0), _lead(pipeline, **there))
    assert np.allclose(on_the_way(1e-7), _lead(pipeline, **here), atol=1e-3)
    half = on_the_way(0.5)
    assert not np.allclose(half, _lead(pipeline, **here), atol=1e-3)
    assert not np.allclose(half, _lead(pipeline, **there), atol=1e-3)


def test_the_pictures_features_reach_the_processors(
    pipeline: BasePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = pipeline.encode_picture(RED)
    heard: dict[str, list[torch.Tensor]] = {}
    for layer, synapse in pipeline.unet.synapses.items():

        def read(
            attn: Any, music: Any, picture: Any, *rest: Any, layer: str = layer, own: Any = synapse
        ) -> Any:
            heard.setdefault(layer, []).append(picture[0])
            return type(own).read(own, attn, music, picture, *rest)

        monkeypatch.setattr(synapse, "read", read)
    _lead(pipeline, image=RED, steps=4, guidance=1.0)
    assert heard.keys() == features.layers.keys()
    # Steps of both models are 250 apart: each hears the one beside it, from noise to none.
    for layer, keys in heard.items():
        recorded = features.layers[layer][0]
        assert [any(torch.equal(key[0], kept.float()) for kept in recorded) for key in keys]
        assert torch.equal(keys[0][0], recorded[0].float())
        assert torch.equal(keys[-1][0], recorded[2].float())


def test_a_scenes_picture_is_worked_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline, runs = tiny.pipeline(cache=tmp_path), []
    own = UNet2DConditionModel.forward

    def counted(unet: UNet2DConditionModel, *given: Any, **more: Any) -> Any:
        runs.append(unet is pipeline.image_unet)
        return own(unet, *given, **more)

    monkeypatch.setattr(UNet2DConditionModel, "forward", counted)
    first = _lead(pipeline, image=RED)
    assert sum(runs) == 8  # four steps there, four back
    runs.clear()
    assert np.array_equal(first, _lead(pipeline, image=RED))
    assert not any(runs)
    assert len(runs) == 4  # two steps, with words and picture and without
    pipeline.image_tower.memory.clear()  # as after a new start
    assert np.array_equal(first, _lead(pipeline, image=RED))
    assert not any(runs)


def test_two_scales_of_guidance(pipeline: BasePipeline) -> None:
    both = _lead(pipeline, image=RED, guidance=3.0)
    assert np.array_equal(both, _lead(pipeline, image=RED, guidance=3.0, image_guidance=3.0))
    apart = [_lead(pipeline, image=RED, guidance=3.0, image_guidance=g) for g in (0.0, 1.0, 5.0)]
    assert np.array_equal(apart[0], _lead(pipeline, guidance=3.0))
    assert not any(np.array_equal(both, other) for other in apart)


def test_the_loop_is_a_circle_of_its_own_whole_units(pipeline: BasePipeline) -> None:
    plan = _plan(bpm=250)  # 0.96 s: half of it is whole latents, mel frames and samples
    latents = pipeline.noise(plan, ["lead"], 0)
    words = pipeline.encode_words("warm")

    def rendered(latents: torch.Tensor) -> np.ndarray:
        model = pipeline.model(plan, ["lead"], words, None, 0.0, None)
        made = pipeline.denoised(latents, model, True, False, (2.0, 2.0), 2)
        with torch.no_grad():
            return pipeline.stems(made, plan, ["lead"], None, lambda *_: None)["lead"][0]

    with torch.no_grad():
        still, turned = rendered(latents), rendered(latents.roll(latents.shape[2] // 2, 2))
    apart = np.abs(np.roll(still, len(still) // 2) - turned).max()
    assert apart < 1e-3 * np.abs(still).max()


def test_saved_and_loaded_it_renders_the_same(pipeline: BasePipeline, tmp_path: Path) -> None:
    pipeline.save_pretrained(tmp_path / "model")
    loaded = MeLFusionPipeline.from_pretrained(tmp_path / "model", cache=None)
    assert isinstance(loaded, BasePipeline)
    assert loaded.name == "tiny-base"
    assert np.array_equal(_lead(pipeline, image=RED), _lead(loaded, image=RED))


def test_a_base_that_is_not_there_says_how_to_get_it() -> None:
    with pytest.raises(FileNotFoundError, match="melfusion download base"):
        MeLFusionPipeline.from_pretrained("base")


def test_a_folder_of_another_kind_is_named(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text('{"_class_name": "AudioLDMPipeline"}')
    with pytest.raises(ValueError, match="holds a AudioLDMPipeline, not one of MiniPipeline"):
        MeLFusionPipeline.from_pretrained(tmp_path)


def test_a_loop_that_is_too_long_is_refused(pipeline: BasePipeline) -> None:
    with pytest.raises(RequestError, match="at most 41 s"):
        pipeline(_plan(60, bars=11), ["lead"], prompt="warm")


def test_clips_are_whole_units_at_16_khz(pipeline: BasePipeline) -> None:
    asked = {"prompt": "warm house", "steps": 2, "seed": 1}
    first = pipeline.clip(1.0, image=RED, **asked)
    assert first.shape == (1.0 // (2 * 4 * 0.01) * 2 * 4 * 160,)
    assert np.array_equal(first, pipeline.clip(1.0, image=RED, **asked))
    assert not np.array_equal(first, pipeline.clip(1.0, **asked))


def test_latents_of_audio_are_those_of_the_autoencoder(pipeline: BasePipeline) -> None:
    mean, std = pipeline.latents_of(torch.randn(2, 160 * 32))
    assert mean.shape == std.shape == (2, 8, 8, 16)
    assert (std > 0).all()


def test_a_request_becomes_a_verified_file(pipeline: BasePipeline, tmp_path: Path) -> None:
    request = RenderRequest.check(
        {"prompt": "warm house", "bars": 1, "bpm": 123.4, "key": "Am", "steps": 2, "attempts": 1}
    )
    rendered = render(
        request, tmp_path, pipeline, on_progress=lambda *_: None, cancelled=lambda: False
    )
    assert rendered.path.exists()
    assert rendered.model == "tiny-base"
    assert rendered.samples == round(4 * 60 / 123.4 * 44100)
