"""From a folder of a large model to a verified loop: diffusers' own pipelines, in tiny sizes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from diffusers import AceStepPipeline, StableAudio3Pipeline

from melfusion import loop, wav
from melfusion.backends import ace_step, placement
from melfusion.home import VARIABLE
from melfusion.music import Metre
from melfusion.render import RenderError, load, render
from melfusion.request import RenderRequest

from . import tiny_ace_step, tiny_stable_audio_3

ASKED: dict[str, Any] = {
    "prompt": "warm dub", "bpm": 123.4, "metre": "3/4", "key": "F# minor", "bars": 1,
    "part": "chords", "steps": 2, "attempts": 1, "seed": 5,
}  # fmt: skip


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models with one of each."""
    folder = tmp_path_factory.mktemp("cache")
    tiny_ace_step.folder(folder / "models" / "ace-step-1.5")
    tiny_stable_audio_3.folder(folder / "models" / "stable-audio-3-small")
    return folder


@pytest.fixture(autouse=True)
def _at_home(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(models))
    monkeypatch.setattr(ace_step, "SHORTEST_S", 1.0)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[dict[str, Any]]]:
    """Has a pipeline's calls written down, which go on as they would."""

    def watch(pipeline: Any) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []
        really = pipeline.__call__

        def call(self: Any, **given: Any) -> Any:
            calls.append(given)
            return really(self, **given)

        monkeypatch.setattr(pipeline, "__call__", call)
        return calls

    return watch


def made(folder: Path, name: str, **options: Any) -> Any:
    request = RenderRequest.check({**ASKED, **options})
    return render(request, folder, load(name), on_progress=lambda *_: None, cancelled=lambda: False)


def judged(clip: Any, name: str) -> str:
    return str(next(check["verdict"] for check in clip.checks if check["name"] == name))


def test_ace_step_is_told_tempo_key_and_metre_and_gives_a_verified_loop(
    tmp_path: Path, heard: Callable[[Any], list[dict[str, Any]]]
) -> None:
    calls = heard(AceStepPipeline)
    clip = made(tmp_path, "ace-step-1.5")
    told = calls[0]
    assert (told["bpm"], told["keyscale"], told["timesignature"]) == (123, "F# minor", "3")
    assert told["audio_duration"] > clip.seconds
    assert told["prompt"].startswith("warm dub, chords only")
    assert len(told["timesteps"]) == 2
    assert clip.model.startswith("ace-step-1.5-turbo-")
    assert clip.samples == loop.samples(1, Metre(3, 4), 123.4, 44100)
    for check in ("length", "true peak", "invalid samples"):
        assert judged(clip, check) == "pass"
    recipe = wav.read_recipe(clip.path)
    assert recipe is not None
    assert recipe["model"] == clip.model


def test_stable_audio_is_told_them_in_words_and_gives_a_verified_loop(
    tmp_path: Path, heard: Callable[[Any], list[dict[str, Any]]]
) -> None:
    calls = heard(StableAudio3Pipeline)
    pipeline = load("stable-audio-3-small")
    words: list[str] = []
    composer = pipeline.composer  # type: ignore[attr-defined]
    really = composer.compose
    composer.compose = lambda brief, tell: words.append(brief.words) or really(brief, tell)
    request = RenderRequest.check(ASKED)
    clip = render(request, tmp_path, pipeline, on_progress=lambda *_: None, cancelled=bool)
    told = calls[0]
    assert told["duration"] > clip.seconds
    assert told["num_inference_steps"] == 2
    assert told["prompt_embeds"].shape[0] == 1
    for each in ("123.4 BPM", "3/4 time", "key of F# minor", "warm dub"):
        assert each in words[0]
    assert clip.model.startswith("stable-audio-3-small-")
    for check in ("length", "true peak", "invalid samples"):
        assert judged(clip, check) == "pass"


@pytest.mark.parametrize("name", ["ace-step-1.5", "stable-audio-3-small"])
def test_a_seed_gives_the_same_loop_and_a_variation_of_it(tmp_path: Path, name: str) -> None:
    first = made(tmp_path / "one", name)
    again = made(tmp_path / "two", name)
    assert first.path.read_bytes() == again.path.read_bytes()
    source = {"source": str(first.path), "seed": 6}
    varied = made(tmp_path, name, **source, change=0.4)
    gone_on = made(tmp_path, name, **source, use="continuation")
    assert len({first.id, varied.id, gone_on.id}) == 3
    assert varied.samples == gone_on.samples == first.samples
    assert (varied.plan["key"], varied.plan["chords"]) == (first.plan["key"], first.plan["chords"])


def test_where_no_memory_holds_it_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    small = placement.Machine(memory=100_000_000)
    monkeypatch.setattr(placement.Machine, "this", classmethod(lambda _: small))
    with pytest.raises(RenderError, match=r"ace-step-1.5 needs .* of memory .* close other"):
        load("ace-step-1.5")
    monkeypatch.setenv(placement.VARIABLE, "tpu")
    with pytest.raises(RenderError, match="there is no such device"):
        load("ace-step-1.5")
