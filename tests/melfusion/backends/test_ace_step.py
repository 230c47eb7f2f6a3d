"""ACE-Step behind the contract: diffusers' own pipeline, tiny, out of a folder."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AceStepPipeline
from PIL import Image
from transformers import PreTrainedTokenizerFast

from melfusion.backends import ace_step, anew, briefing, synapse
from melfusion.backends.ace_step import AceStep
from melfusion.backends.contract import Ability, Brief
from melfusion.backends.placement import Placement
from melfusion.music import Key, Metre, Plan, parse_chords
from melfusion.request import PARTS
from melfusion.rhythm import Floats
from tests.melfusion.backends import tiny_ace_step as tiny
from tests.melfusion.backends.tiny_ace_step import HOP, RATE

PLAN = Plan(121.4, Metre.parse("3/4"), Key.parse("Am"), parse_chords("Am F", 2, 3))
BRIEF = Brief(briefing.words("warm house", PLAN, "lead"), "lead", PLAN, 2.0, seed=5, steps=2)
SHORT = replace(BRIEF, seconds=1.0)
BIT = RATE // 4
SEEN = "a fox on a mountain in the snow"
CPU = Placement(torch.device("cpu"), torch.float32, offload=False, compile=False)
Calls = list[dict[str, Any]]


def silent(_share: float) -> None:
    """Tells nobody."""


@pytest.fixture(scope="module", autouse=True)
def _short_pieces() -> Iterator[None]:
    """Nobody taught the tiny one how long pieces are, and short ones are made in no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ace_step, "SHORTEST_S", 1.0)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.folder(tmp_path_factory.mktemp("models") / "turbo")


@pytest.fixture(scope="module")
def composer(folder: Path) -> AceStep:
    return ace_step.load(folder, CPU)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> AceStep:
    """One that is guided, and was taught tracks."""
    folder = tiny.folder(tmp_path_factory.mktemp("models") / "base", "base")
    return ace_step.load(folder, CPU)


@pytest.fixture(scope="module")
def sound(composer: AceStep) -> Floats:
    return composer.compose(replace(SHORT, seed=99), silent)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What reaches the pipeline, which does its work all the same."""
    seen: Calls = []
    real = AceStepPipeline.__call__

    def call(self: Any, **given: Any) -> Any:
        seen.append({"pipeline": self, **given})
        return real(self, **given)

    monkeypatch.setattr(AceStepPipeline, "__call__", call)
    return seen


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What reaches the tokenizer."""
    seen: list[str] = []
    real = PreTrainedTokenizerFast.__call__

    def call(self: Any, text: list[str], **given: Any) -> Any:
        seen.extend(text)
        return real(self, text, **given)

    monkeypatch.setattr(PreTrainedTokenizerFast, "__call__", call)
    return seen


def distance(one: Floats, other: Floats) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))


@torch.no_grad()
def through_codec(composer: AceStep, sound: Floats) -> Floats:
    return np.asarray(composer.pipeline.vae(torch.from_numpy(sound)[None]).sample[0])


def test_what_it_is_stands_in_its_folder(composer: AceStep, base: AceStep, folder: Path) -> None:
    assert re.fullmatch("ace-step-1.5-turbo-[0-9a-f]{8}", composer.name)
    assert composer.name == ace_step.load(folder, CPU).name
    assert re.fullmatch("ace-step-1.5-base-[0-9a-f]{8}", base.name)
    assert composer.name[-8:] != base.name[-8:]
    assert (composer.rate, composer.longest_s) == (48000, 600.0)
    assert composer.pipeline.latents_per_second == 25.0
    assert (composer.steps, composer.guidance) == (8, 1.0)
    assert (base.steps, base.guidance) == (50, 7.0)
    assert composer.abilities == {Ability.REPAINT, Ability.VARY}


def test_what_is_asked_reaches_the_pipeline_and_its_text(
    composer: AceStep, calls: Calls, texts: list[str]
) -> None:
    composer.compose(replace(BRIEF, steps=0), silent)
    [given] = calls
    assert (given["bpm"], given["keyscale"], given["timesignature"]) == (121, "A minor", "3")
    assert (given["audio_duration"], given["task_type"]) == (2.0, "text2music")
    assert given["timesteps"] == pytest.approx(
        composer.pipeline._get_timestep_schedule(8, shift=3.0).tolist()
    )
    text, lyrics = texts
    assert text == (
        "# Instruction\nFill the audio semantic mask based on the given conditions:\n\n"
        f"# Caption\n{BRIEF.words}\n\n"
        "# Metas\n- bpm: 121\n- timesignature: 3\n- keyscale: A minor\n- duration: 2 seconds\n"
        "<|endoftext|>\n"
    )
    assert "121.4 BPM" in text
    assert lyrics == "# Languages\nunknown\n\n# Lyric\n[Instrumental]<|endoftext|>"


def test_the_metadata_are_told_however_long_the_words_are(composer: AceStep) -> None:
    slow, fast = (
        composer.compose(replace(BRIEF, words="warm " * 150, plan=replace(PLAN, bpm=bpm)), silent)
        for bpm in (70.0, 140.0)
    )
    assert distance(slow, fast) > 1e-4


@pytest.mark.parametrize("part", [*PARTS, "full"])
def test_a_part_is_asked_for_in_words(
    composer: AceStep, calls: Calls, texts: list[str], part: str
) -> None:
    brief = replace(BRIEF, part=part, words=briefing.words("warm house", PLAN, part))
    assert composer.compose(brief, silent).std() > 0.01
    assert calls[0]["task_type"] == "text2music"
    assert briefing.PARTS[part] in texts[0]
    key = "N/A" if part == "drums" else "A minor"
    assert f"- keyscale: {key}\n" in texts[0]


def test_a_part_is_asked_for_by_its_track_where_the_model_was_taught_tracks(
    base: AceStep, texts: list[str]
) -> None:
    for part in (*PARTS, "full"):
        base.compose(replace(BRIEF, part=part, steps=1), silent)
    instructions = [re.search("Instruction\n(.*):", text) for text in texts]
    assert [match[1] for match in instructions if match] == [
        *(
            f"Generate the {track} track based on the audio context"
            for track in ("DRUMS", "BASS", "KEYBOARD", "SYNTH")
        ),
        "Fill the audio semantic mask based on the given conditions",
    ]


def test_guidance_is_for_what_is_not_distilled(
    composer: AceStep, base: AceStep, calls: Calls
) -> None:
    guided, alone = (base.compose(replace(BRIEF, guidance=scale), silent) for scale in (0.0, 1.0))
    composer.compose(replace(BRIEF, guidance=4.0), silent)
    assert [given["guidance_scale"] for given in calls] == [7.0, 1.0, 1.0]
    assert distance(guided, alone) > 1e-3


@pytest.mark.parametrize("seconds", [1.0, 2.28, 3.00001, 1.4625])
def test_a_piece_is_as_long_as_it_is_asked_to_the_sample(
    composer: AceStep, calls: Calls, seconds: float
) -> None:
    piece = composer.compose(replace(BRIEF, seconds=seconds, steps=1), silent)
    assert piece.shape == (2, round(seconds * RATE))
    assert piece.dtype == np.float32
    assert np.isfinite(piece).all()
    assert calls[0]["audio_duration"] == seconds


def test_a_piece_shorter_than_any_it_was_taught_is_the_beginning_of_one(
    composer: AceStep, calls: Calls
) -> None:
    piece, longer = (
        composer.compose(replace(BRIEF, seconds=seconds), silent) for seconds in (0.3, 1.0)
    )
    assert [given["audio_duration"] for given in calls] == [1.0, 1.0]
    assert piece.shape == (2, 14400)
    assert np.array_equal(piece, longer[:, :14400])


def test_the_seed_decides(composer: AceStep, sound: Floats) -> None:
    acts: list[Callable[[Brief], Floats]] = [
        lambda brief: composer.compose(brief, silent),
        lambda brief: composer.repaint(sound[:, :BIT], 0.1, 0.2, brief, silent),
        lambda brief: composer.vary(sound[:, :BIT], 0.5, brief, silent),
    ]
    for act in acts:
        first, again, other = (act(replace(SHORT, seed=seed)) for seed in (5, 5, 6))
        assert np.array_equal(first, again)
        assert distance(first, other) > 0.01


def test_a_cancelled_render_leaves_no_trace(composer: AceStep) -> None:
    shares: list[float] = []
    before = composer.compose(replace(BRIEF, steps=4), shares.append)
    assert shares == [0.0, 0.25, 0.5, 0.75]

    def cancel(share: float) -> None:
        if share > 0.3:
            raise InterruptedError(share)

    with pytest.raises(InterruptedError, match=r"0\.5"):
        composer.compose(replace(BRIEF, steps=4), cancel)
    assert np.array_equal(composer.compose(replace(BRIEF, steps=4), silent), before)


def test_the_picture_counts_by_its_strength(composer: AceStep) -> None:
    both = briefing.with_picture(BRIEF.words, SEEN)
    alone, told = (
        composer.compose(replace(BRIEF, words=words), silent) for words in (BRIEF.words, both)
    )
    none, half, full = (
        composer.compose(replace(BRIEF, picture_words=SEEN, picture_strength=strength), silent)
        for strength in (0.0, 0.5, 1.0)
    )
    assert np.array_equal(none, alone)
    assert np.array_equal(full, told)
    assert distance(half, alone) > 1e-3
    assert distance(half, told) > 1e-3


@pytest.mark.parametrize(
    ("start_s", "end_s", "begin", "end"),
    [(0.3, 0.7, 8, 17), (0.0, 0.5, 0, 12), (0.6, 1.0, 15, 25), (0.2, 0.21, 5, 6)],
)
def test_a_stretch_is_made_anew_and_the_rest_is_kept(
    composer: AceStep, sound: Floats, calls: Calls,
    start_s: float, end_s: float, begin: int, end: int,
) -> None:  # fmt: skip
    shares: list[float] = []
    painted = composer.repaint(sound, start_s, end_s, SHORT, shares.append)
    [given] = calls
    assert given["task_type"] == "repaint"
    assert np.array_equal(given["src_audio"].numpy(), sound)
    edges = (given["repainting_start"], given["repainting_end"])
    assert [int(edge * RATE / HOP) for edge in edges] == [begin, end]
    assert shares == [0.0, 0.5]
    fade = round(anew.FADE_S * RATE)
    outside = np.ones(sound.shape[1], bool)
    outside[max(0, begin * HOP - fade) : end * HOP + fade] = False
    assert painted.shape == sound.shape
    assert painted.dtype == np.float32
    assert np.array_equal(painted[:, outside], sound[:, outside])
    inside = slice(begin * HOP, end * HOP)
    assert distance(painted[:, inside], sound[:, inside]) > 0.05


def test_what_is_around_a_stretch_is_there_while_it_is_made(
    composer: AceStep, sound: Floats, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[torch.Tensor] = []
    real = composer.pipeline.vae.decode
    monkeypatch.setattr(
        composer.pipeline.vae, "decode", lambda latents: decoded.append(latents) or real(latents)
    )
    composer.repaint(sound, 0.2, 0.6, SHORT, silent)
    with torch.no_grad():
        own = composer.pipeline.vae.encode(torch.from_numpy(sound)[None]).latent_dist.mode()
    assert torch.allclose(decoded[0][..., :5], own[..., :5], atol=1e-5)
    assert torch.allclose(decoded[0][..., 15:], own[..., 15:], atol=1e-5)
    assert (decoded[0] - own)[..., 5:15].abs().mean() > 0.1


@pytest.mark.parametrize("samples", [RATE - 1, RATE + 1])
def test_a_sound_of_any_length_comes_back_as_long(
    composer: AceStep, sound: Floats, samples: int
) -> None:
    given = np.pad(sound, ((0, 0), (0, 1)), "edge")[:, :samples]
    assert composer.repaint(given, 0.5, 3.0, SHORT, silent).shape == (2, samples)
    assert composer.vary(given, 0.5, SHORT, silent).shape == (2, samples)


def test_a_variation_goes_as_far_as_it_may(composer: AceStep, sound: Floats, calls: Calls) -> None:
    own = through_codec(composer, sound)
    shares: list[float] = []
    changes = (0.0, 0.1, 0.5, 0.9)
    varied = [composer.vary(sound, change, SHORT, shares.append) for change in changes]
    assert [given["task_type"] for given in calls] == ["cover"] * 4
    assert [given["timesteps"] for given in calls] == [[0.0], [0.1], [0.5], [0.9, 0.75]]
    assert shares == [0.0, 0.0, 0.0, 0.0, 0.5]
    away = [distance(each, own) for each in varied]
    assert away[0] < 1e-5
    assert away == sorted(away)
    assert away[1] < 0.3 * away[3]


def test_a_variation_that_may_change_all_is_a_piece_of_its_own(
    composer: AceStep, calls: Calls
) -> None:
    piece = composer.compose(BRIEF, silent)
    varied = composer.vary(piece, 1.0, BRIEF, silent)
    assert np.array_equal(varied, piece)
    assert calls[-1]["task_type"] == "text2music"


def test_variations_need_nothing_that_hears_melodies(
    tmp_path: Path, sound: Floats, calls: Calls
) -> None:
    deaf = ace_step.load(tiny.folder(tmp_path / "deaf", covers=False), CPU)
    own = through_codec(deaf, sound)
    near, far = (deaf.vary(sound, change, SHORT, silent) for change in (0.1, 0.9))
    assert [given["task_type"] for given in calls] == ["text2music"] * 2
    assert distance(near, own) < 0.5 * distance(far, own)


def test_half_precision(folder: Path, sound: Floats) -> None:
    half = ace_step.load(folder, replace(CPU, dtype=torch.bfloat16))
    piece = half.compose(replace(SHORT, picture_words=SEEN, picture_strength=0.5), silent)
    assert half.pipeline.transformer.dtype == torch.bfloat16
    assert piece.dtype == np.float32
    assert np.isfinite(piece).all()
    assert half.repaint(sound[:, :BIT], 0.1, 0.2, SHORT, silent).dtype == np.float32
    assert half.vary(sound[:, :BIT], 0.5, SHORT, silent).dtype == np.float32


def test_offloaded_networks_give_the_same_and_lie_still_after_a_cancelled_render(
    folder: Path, composer: AceStep, sound: Floats
) -> None:
    offloaded = ace_step.load(folder, replace(CPU, offload=True))
    assert np.array_equal(offloaded.compose(BRIEF, silent), composer.compose(BRIEF, silent))
    assert hasattr(offloaded.pipeline.transformer, "_hf_hook")
    with pytest.raises(ZeroDivisionError):
        offloaded.vary(sound[:, :BIT], 0.9, SHORT, lambda share: 1 / (1 - 2 * share) and None)
    assert np.array_equal(
        offloaded.repaint(sound[:, :BIT], 0.1, 0.2, SHORT, silent),
        composer.repaint(sound[:, :BIT], 0.1, 0.2, SHORT, silent),
    )


def test_the_blocks_are_compiled_where_that_is_wanted(
    folder: Path, composer: AceStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = torch.nn.Module.compile
    # Tracing is real; what is made of it needs no compiler here.
    monkeypatch.setattr(torch.nn.Module, "compile", lambda self: real(self, backend="eager"))
    compiled = ace_step.load(folder, replace(CPU, compile=True))
    piece = compiled.compose(BRIEF, silent)
    assert all(block._compiled_call_impl for block in compiled.pipeline.transformer.layers)
    assert np.allclose(piece, composer.compose(BRIEF, silent), atol=1e-4)


def test_long_pieces_are_decoded_bit_by_bit(
    composer: AceStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = composer.compose(BRIEF, silent)
    lengths: list[int] = []
    hook = composer.pipeline.vae.decoder.register_forward_pre_hook(
        lambda _, latents: lengths.append(latents[0].shape[-1])
    )
    monkeypatch.setattr(composer.pipeline.vae, "tile_latent_min_length", 40)
    monkeypatch.setattr(composer.pipeline.vae, "tile_latent_overlap", 12)
    pieced = composer.compose(BRIEF, silent)
    hook.remove()
    assert np.allclose(pieced, whole, atol=1e-4)
    assert max(lengths) <= 40


def test_a_synapse_in_the_folder_shows_the_picture_itself(tmp_path: Path) -> None:
    folder = tiny.folder(tmp_path / "seeing")
    trained = synapse.Synapses.untrained(tiny.transformer())
    for layer in trained.layers:
        torch.nn.init.normal_(layer.to_v_image.weight)
    trained.register_to_config(name="synapse-01234567")
    trained.save_pretrained(folder / synapse.FOLDER)
    seeing = ace_step.load(folder, CPU)
    assert seeing.name.endswith("-synapse-01234567")
    picture = Image.radial_gradient("L").convert("RGB")
    alone, none, full = (
        seeing.compose(replace(BRIEF, picture=shown, picture_strength=strength), silent)
        for shown, strength in ((None, 1.0), (picture, 0.0), (picture, 1.0))
    )
    assert np.array_equal(none, alone)
    assert distance(full, alone) > 1e-3
