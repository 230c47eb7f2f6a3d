"""The whole pipeline at a tiny size with random weights: what holds whatever it has learned."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from PIL import Image

from melfusion import loop
from melfusion import pipeline as pipelines
from melfusion.arranging import Arrangement, Performance, Towards, perform
from melfusion.model.codec import LatentCodec
from melfusion.model.decoder import SpectrumDecoder
from melfusion.model.denoiser import Denoiser
from melfusion.model.mini import MiniPipeline
from melfusion.model.reading import Reader
from melfusion.model.towers import EfficientNetTower
from melfusion.music import Key, Metre, Plan, parse_chords
from melfusion.pipeline import MeLFusionPipeline
from melfusion.request import PARTS
from melfusion.score import TOUCHES

RED = Image.new("RGB", (64, 48), (220, 30, 20))
BLUE = Image.radial_gradient("L").convert("RGB")
Scene = tuple[str, Image.Image | None]


@pytest.fixture(scope="module")
def pipeline() -> MiniPipeline:
    torch.manual_seed(0)
    codecs = [
        LatentCodec(n_fft=512, patch=4, latent_size=8),
        LatentCodec(n_fft=1024, patch=2, latent_size=8),
    ]
    for codec in codecs:
        torch.nn.init.normal_(codec.basis, std=0.1)
        codec.mean.data.fill_(-4)
    decoders = [SpectrumDecoder(codec.bands, codec.n_fft // 2 + 1, width=8) for codec in codecs]
    denoiser = Denoiser(latent_size=8, width=16, depth=2, heads=2)
    for layer in (*denoiser.outlets, *denoiser.sketched, denoiser.score[2], denoiser.touched[2]):
        torch.nn.init.normal_(layer.weight)
    reader = Reader(["house"], {"drums": ["909"]}, ["beach", "storm"], width=16, hidden=16).eval()
    return MiniPipeline(
        denoiser, reader, *codecs, *decoders, FlowMatchEulerDiscreteScheduler(), name="tiny-0"
    )


def _plan(bpm: float = 123.4, metre: str = "4/4", bars: int = 2) -> Plan:
    read = Metre.parse(metre)
    chords = parse_chords("Am F" if bars > 1 else "Am", bars, read.numerator)
    return Plan(bpm, read, Key.parse("Am"), chords)


@pytest.mark.parametrize(
    ("bpm", "metre", "bars"), [(87.31, "7/8", 3), (299.9, "1/16", 1), (63.7, "3/4", 2)]
)
def test_stems_are_exactly_as_long_as_the_plan(
    pipeline: MiniPipeline, bpm: float, metre: str, bars: int
) -> None:
    plan = _plan(bpm, metre, bars)
    stems = pipeline(plan, ["drums", "lead"], prompt="x", steps=1).stems
    length = loop.samples(bars, plan.metre, bpm, 44100)
    assert {part: stem.shape for part, stem in stems.items()} == {
        "drums": (2, length),
        "lead": (2, length),
    }
    assert all(np.isfinite(stem).all() and stem.std() > 0 for stem in stems.values())


def test_the_seed_decides(pipeline: MiniPipeline) -> None:
    def bass(seed: int) -> np.ndarray:
        return pipeline(_plan(), ["bass"], prompt="x", seed=seed, steps=2).stems["bass"]

    assert np.array_equal(bass(1), bass(1))
    assert not np.array_equal(bass(1), bass(2))


def test_picture_other_picture_and_no_picture_differ_and_strength_zero_is_no_picture(
    pipeline: MiniPipeline,
) -> None:
    def lead(image: Image.Image | None, strength: float = 1.0) -> np.ndarray:
        output = pipeline(
            _plan(), ["lead"], prompt="x", image=image, image_strength=strength, seed=3, steps=2
        )
        return output.stems["lead"]

    none, red, blue = lead(None), lead(RED), lead(BLUE)
    assert not np.allclose(none, red, atol=1e-4)
    assert not np.allclose(red, blue, atol=1e-4)
    assert not np.allclose(red, lead(RED, 0.5), atol=1e-4)
    assert np.array_equal(none, lead(RED, 0.0))


@pytest.mark.parametrize(
    ("here", "there"),
    [(("x", RED), ("dark techno", BLUE)), (("x", None), ("", BLUE)), (("", RED), ("x", None))],
)
def test_the_way_from_one_scene_to_another_ends_there(
    pipeline: MiniPipeline, here: Scene, there: Scene
) -> None:
    def lead(scene: Scene, share: float = 0.0) -> np.ndarray:
        towards = Towards(*there, share) if share else None
        prompt, image = scene
        output = pipeline(
            _plan(), ["lead"], prompt=prompt, image=image, seed=3, steps=2, towards=towards
        )
        return output.stems["lead"]

    assert np.array_equal(lead(here, 1.0), lead(there))
    ways = [lead(here), lead(here, 0.3), lead(here, 0.7), lead(there)]
    for one, other in itertools.pairwise(ways):
        assert not np.allclose(one, other, atol=1e-4)


def test_notes_and_arrangement_are_heard(
    pipeline: MiniPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same noise, a part's own notes, others' notes and another mood differ."""

    def bass(mood: float = 0.5) -> np.ndarray:
        instruments = {"drums": "909", "bass": "sub bass", "chords": "piano", "lead": "flute"}
        told = Arrangement("house", instruments, mood, 0.5, 0.5)
        output = pipeline(_plan(), ["bass"], prompt="x", seed=3, steps=2, arrangement=told)
        return output.stems["bass"]

    own = bass()
    assert np.array_equal(own, bass())
    assert not np.allclose(own, bass(0.9), atol=1e-4)

    def changed(change: Callable[[Performance], Performance]) -> np.ndarray:
        monkeypatch.setattr(pipelines, "perform", lambda *given: change(perform(*given)))
        return bass()

    def moved(played: Performance) -> Performance:
        notes = [replace(note, pitch=note.pitch + 1) for note in played.score["bass"]]
        return replace(played, score={**played.score, "bass": notes})

    def touched(played: Performance) -> Performance:
        return replace(played, touches={"bass": [2.0] * TOUCHES})

    def rooms(played: Performance) -> Performance:
        return replace(played, effects={"bass": replace(played.effects["bass"], reverb=0.8)})

    for change in (moved, touched, rooms):
        assert not np.allclose(own, changed(change), atol=1e-4)


def test_a_scenes_picture_is_worked_out_once(
    pipeline: MiniPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, look = [], EfficientNetTower.__call__
    monkeypatch.setattr(
        EfficientNetTower, "__call__", lambda self, image: seen.append(1) or look(self, image)
    )
    pipeline.pictures.clear()
    made = [
        pipeline(_plan(), ["bass"], image=image, seed=4, steps=1).stems["bass"]
        for image in (RED, BLUE, RED.copy(), RED.resize((48, 64)))
    ]
    assert len(seen) == 3
    assert np.array_equal(made[0], made[2])
    assert not np.array_equal(made[0], made[1])


def test_two_scales_of_guidance(pipeline: MiniPipeline) -> None:
    def bass(**scales: float) -> np.ndarray:
        asked = {"prompt": "x", "image": BLUE, "seed": 4, "steps": 1, **scales}
        return pipeline(_plan(), ["bass"], **asked).stems["bass"]

    both = bass(guidance=3.0)
    assert np.array_equal(both, bass(guidance=3.0, image_guidance=3.0))
    assert not np.array_equal(both, bass(guidance=3.0, image_guidance=6.0))


def test_a_part_is_the_same_alone_and_in_the_batch(pipeline: MiniPipeline) -> None:
    together = pipeline(_plan(), PARTS, prompt="x", seed=5, steps=2).stems
    alone = pipeline(_plan(), ["chords"], prompt="x", seed=5, steps=2).stems
    # Not bit for bit: the order of additions differs with the size of the batch.
    error = np.abs(together["chords"] - alone["chords"]).mean()
    assert error < 1e-2 * np.abs(alone["chords"]).mean()


@pytest.mark.parametrize(
    ("stage", "share", "calls"), [("denoising", 0.5, 4), ("decoding", 0.75, 6 + 15)]
)
def test_what_on_stage_raises_ends_the_render(
    pipeline: MiniPipeline, stage: str, share: float, calls: int
) -> None:
    seen = []

    def stop(now: str, done: float) -> None:
        seen.append((now, done))
        if now == stage and done >= share:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        pipeline(_plan(), ["drums", "bass"], prompt="x", steps=6, on_stage=stop)
    assert len(seen) == calls
    assert seen == sorted(seen, key=lambda told: (told[0] == "decoding", told[1]))


def test_every_step_is_of_one_size(pipeline: MiniPipeline) -> None:
    pipeline(_plan(), ["bass"], prompt="x", steps=5)
    sigmas = pipeline.scheduler.sigmas.numpy()
    assert np.allclose(sigmas, [1, 0.8, 0.6, 0.4, 0.2, 0], atol=1e-6)


def test_every_stage_is_timed(pipeline: MiniPipeline) -> None:
    seconds = pipeline(_plan(), ["bass"], prompt="x", image=RED, steps=1).seconds
    assert list(seconds) == ["text", "picture", "denoising", "decoding"]
    assert all(value > 0 for value in seconds.values())


def test_a_saved_pipeline_renders_the_same(pipeline: MiniPipeline, tmp_path: Path) -> None:
    pipeline.save_pretrained(tmp_path / "model")
    loaded = MeLFusionPipeline.from_pretrained(tmp_path / "model")
    assert loaded.name == "tiny-0"
    before = pipeline(_plan(), ["bass"], prompt="x", steps=2).stems["bass"]
    assert np.array_equal(before, loaded(_plan(), ["bass"], prompt="x", steps=2).stems["bass"])


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no model 'huge'"):
        MeLFusionPipeline.from_pretrained("huge")


def test_as_it_is_made_it_takes_one_run_a_step_and_guidance_takes_two(
    pipeline: MiniPipeline,
) -> None:
    runs = []
    hook = pipeline.denoiser.modulate.register_forward_hook(lambda *_: runs.append(1))
    asked = {"prompt": "warm house", "steps": 3, "seed": 5}
    try:
        plain = pipeline(_plan(), ["bass"], **asked).stems["bass"]
        assert len(runs) == 3
        assert np.array_equal(
            plain, pipeline(_plan(), ["bass"], guidance=1.0, **asked).stems["bass"]
        )
        further = pipeline(_plan(), ["bass"], guidance=4.0, **asked).stems["bass"]
    finally:
        hook.remove()
    assert len(runs) == 3 + 3 + 6
    assert not np.allclose(further, plain, atol=1e-4)
