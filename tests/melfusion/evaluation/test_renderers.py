"""What `mini` is asked to render, and how its loop becomes a clip."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from melfusion.base.melbench import ManifestError
from melfusion.evaluation.renderers import ClipRenderer, Dials, LoopRenderer, Task, planned
from melfusion.material.melbench import clip_of
from melfusion.request import PARTS


def test_the_manifests_plan_is_taken_numbers_or_words() -> None:
    told = {"bpm": "92.7", "metre": "6/8", "key": "C minor", "bars": "4", "chords": "Cm | Ab | Eb"}
    plan = planned({**told, "style": "ballad"}, 0)
    assert (plan.bpm, str(plan.metre), str(plan.key)) == (92.7, "6/8", "C minor")
    assert plan.chords_text() == "Cm | Ab | Eb | Cm"


@pytest.mark.parametrize(
    ("told", "bars"), [({}, 5), ({"bpm": 60.0}, 2), ({"bpm": 20}, 1), ({"metre": "3/4"}, 6)]
)
def test_as_many_bars_as_fit(told: dict[str, Any], bars: int) -> None:
    plan = planned(told, 3)
    assert plan.bars == bars
    assert planned(told, 3) == plan
    assert len({planned(told, seed).key for seed in range(9)}) > 1


@pytest.mark.parametrize(
    "told", [{"bpm": "fast"}, {"bpm": 0}, {"bpm": -3.0}, {"metre": "x"}, {"key": "H"}, {"bars": []}]
)
def test_what_is_no_plan_is_said(told: dict[str, Any]) -> None:
    with pytest.raises(ManifestError, match="the plan that the manifest tells"):
        planned(told, 0)


class _Loops:
    """Renders a different tone for every part, and keeps what it was asked."""

    name, steps = "stub", 8

    def __call__(self, plan: Any, parts: tuple[str, ...], **asked: Any) -> SimpleNamespace:
        self.asked = {"plan": plan, "parts": parts, **asked}
        time = np.arange(88200) / 44100
        tones = [np.sin(2 * np.pi * hertz * time) for hertz in (100, 200, 300, 400)]
        stems = [np.asarray(0.1 * tone[None], np.float32) for tone in tones]
        return SimpleNamespace(stems=dict(zip(parts, stems, strict=True)))


def test_a_loop_is_mixed_and_gone_round() -> None:
    stub = _Loops()
    renderer = LoopRenderer(stub, Dials(image_guidance=4.0))
    picture = Image.new("RGB", (8, 8))
    sound = renderer.render(Task("rain", picture, 7, {"bpm": 120.0, "bars": 1}))
    assert stub.asked["parts"] == PARTS
    assert stub.asked["plan"].bars == 1
    assert stub.asked["image"] is picture
    given = {name: stub.asked[name] for name in ("prompt", "seed", "steps", "guidance")}
    assert given == {"prompt": "rain", "seed": 7, "steps": 8, "guidance": 1.0}
    assert stub.asked["image_guidance"] == 4.0
    assert sound.shape == clip_of(np.zeros(44100, np.float32)).shape
    assert np.abs(sound[:32000] - sound[32000:64000]).max() < 1e-3
    heard = np.abs(np.fft.rfft(sound[:16000]))
    assert set(np.argsort(heard)[-4:]) == {100, 200, 300, 400}


def test_a_clip_needs_no_plan_and_takes_what_it_is_given() -> None:
    asked: dict[str, Any] = {}

    def clip(seconds: float, **given: Any) -> np.ndarray:
        asked.update(given, seconds=seconds)
        return np.zeros(9, np.float32)

    pipeline = SimpleNamespace(name="stub", steps=25, clip=clip)
    renderer = ClipRenderer(pipeline, Dials(steps=3, guidance=1.5))
    assert renderer.plan({"bpm": "nonsense"}, 0) is None
    renderer.render(Task("", None, 5, {}))
    assert asked == {
        "seconds": 10.24, "prompt": "", "image": None, "seed": 5,
        "steps": 3, "guidance": 1.5, "image_guidance": None,
    }  # fmt: skip
