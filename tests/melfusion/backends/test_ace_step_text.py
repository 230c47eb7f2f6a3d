"""What ACE-Step is told: metadata as its makers name them, a picture's words by their weight."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from melfusion.backends import ace_step_text, briefing
from melfusion.backends.ace_step_text import PicturedAceStep
from melfusion.backends.contract import Brief
from melfusion.music import Key, Metre, Plan, parse_chords
from tests.melfusion.backends import tiny_ace_step as tiny

PLAN = Plan(121.4, Metre.parse("3/4"), Key.parse("Am"), parse_chords("Am F", 2, 3))
WORDS = briefing.words("warm house", PLAN, "lead")
SEEN = "a fox on a mountain in the snow"


@pytest.fixture(scope="module")
def pipeline() -> PicturedAceStep:
    made = PicturedAceStep(**tiny.pipeline(covers=False).components)
    made.set_progress_bar_config(disable=True)
    return made


def encoded(pipeline: PicturedAceStep, prompt: str, **picture: Any) -> tuple[Tensor, Tensor]:
    """States of the text, [L, C], and of the lyrics, as they reach what conditions the denoiser."""
    heard: list[dict[str, Tensor]] = []
    hook = pipeline.condition_encoder.register_forward_pre_hook(
        lambda _, __, given: heard.append(given), with_kwargs=True
    )
    try:
        pipeline(
            prompt, "la la", 1.0, num_inference_steps=1, guidance_scale=1.0, bpm=121,
            max_text_length=1024, output_type="latent", **picture,
        )  # fmt: skip
    finally:
        hook.remove()
    [given] = heard
    states = given["text_hidden_states"][0]
    assert given["text_attention_mask"].shape == (1, len(states))
    assert given["text_attention_mask"].all()
    return states, given["lyric_hidden_states"]


@pytest.mark.parametrize(
    ("bpm", "told"), [(120.0, 120), (121.6, 122), (30.0, 30), (25.2, 50), (300.0, 300)]
)
def test_tempi_are_told_as_the_model_knows_them(bpm: float, told: int) -> None:
    assert ace_step_text.told_bpm(replace(PLAN, bpm=bpm)) == told


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("F#m", "F# minor"), ("Bb", "Bb major"), ("D dorian", "A minor"), ("E phrygian", "A minor"),
        ("F lydian", "C major"), ("G mixolydian", "C major"), ("B locrian", "A minor"),
        ("A harmonic minor", "A minor"),
    ],
)  # fmt: skip
def test_keys_are_told_as_the_model_knows_them(key: str, told: str) -> None:
    assert ace_step_text.told_key(Key.parse(key)) == told


@pytest.mark.parametrize(
    ("metre", "told"), [("2/4", "2"), ("3/4", "3"), ("4/4", "4"), ("6/8", "6"), ("7/8", None)]
)
def test_metres_are_told_where_the_model_knows_them(metre: str, told: str | None) -> None:
    brief = Brief(WORDS, "lead", replace(PLAN, metre=Metre.parse(metre)), 10.0)
    assert ace_step_text.told(brief)["timesignature"] == told


def test_drums_have_no_key() -> None:
    assert ace_step_text.told(Brief(WORDS, "drums", PLAN, 10.0))["keyscale"] is None
    assert ace_step_text.told(Brief(WORDS, "full", PLAN, 10.0))["keyscale"] == "A minor"


def test_a_picture_of_no_weight_is_none_and_one_of_full_weight_is_as_if_it_were_typed(
    pipeline: PicturedAceStep,
) -> None:
    alone, _ = encoded(pipeline, WORDS)
    typed, _ = encoded(pipeline, briefing.with_picture(WORDS, SEEN))
    none, _ = encoded(pipeline, WORDS, picture_words=SEEN, picture_strength=0.0)
    full, _ = encoded(pipeline, WORDS, picture_words=SEEN, picture_strength=1.0)
    nothing, _ = encoded(pipeline, WORDS, picture_words=" ", picture_strength=0.5)
    assert torch.equal(none, alone)
    assert torch.equal(nothing, alone)
    assert torch.equal(full, typed)


@pytest.mark.parametrize("strength", [0.01, 0.5, 0.99])
@pytest.mark.parametrize("side", ["left", "right"])
def test_every_word_is_mixed_with_its_like(
    pipeline: PicturedAceStep, monkeypatch: pytest.MonkeyPatch, strength: float, side: str
) -> None:
    monkeypatch.setattr(pipeline.tokenizer, "padding_side", side)
    alone, lyrics = encoded(pipeline, WORDS)
    typed, _ = encoded(pipeline, briefing.with_picture(WORDS, SEEN))
    mixed, lyrics_then = encoded(pipeline, WORDS, picture_words=SEEN, picture_strength=strength)
    assert torch.equal(lyrics_then, lyrics)
    assert mixed.shape == typed.shape

    begin = len(pipeline.tokenizer("# Instruction\nFill the audio").input_ids)
    assert torch.allclose(mixed[:begin], alone[:begin], atol=1e-5)
    end = len(pipeline.tokenizer(f"{WORDS}\n\n# Metas\n- bpm: 121\n").input_ids)
    assert torch.allclose(mixed[-end:], torch.lerp(alone[-end:], typed[-end:], strength), atol=1e-5)
    assert not torch.allclose(alone[-end:], typed[-end:], atol=1e-2)


def test_what_has_no_like_grows_out_of_padding(pipeline: PicturedAceStep) -> None:
    alone, _ = encoded(pipeline, WORDS)
    typed, _ = encoded(pipeline, briefing.with_picture(WORDS, SEEN))
    mixed, _ = encoded(pipeline, WORDS, picture_words=SEEN, picture_strength=0.5)
    anew = len(typed) - len(alone)
    text = pipeline._format_prompt(WORDS, bpm=121, audio_duration=1.0)[0]
    ids = pipeline.tokenizer(text + anew * pipeline.tokenizer.pad_token, return_tensors="pt")
    padding = pipeline.text_encoder(ids.input_ids).last_hidden_state[0, -anew:]
    begin = len(pipeline.tokenizer(text[: text.index(WORDS)]).input_ids)
    shown = slice(begin, begin + anew)
    assert torch.allclose(mixed[shown], (padding + typed[shown]) / 2, atol=1e-4)
