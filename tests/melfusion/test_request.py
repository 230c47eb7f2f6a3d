import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melfusion.music import Key
from melfusion.request import MAX_SECONDS, PARTS, RenderRequest, RequestError


def check(**options):
    return RenderRequest.check({"prompt": "rain", **options})


@pytest.mark.parametrize(
    ("options", "argument", "reason"),
    [
        ({"colour": 1}, "colour", "is unknown; the arguments are prompt"),
        ({"bpm": "fast"}, "bpm", "must be a number"),
        ({"bpm": True}, "bpm", "must be a number"),
        ({"bpm": None}, "bpm", "must be a number"),
        ({"bpm": math.nan}, "bpm", "finite"),
        ({"bpm": -math.inf}, "bpm", "finite"),
        ({"bpm": -120.0}, "bpm", "between 20 and 300"),
        ({"bpm": 300.001}, "bpm", "between 20 and 300"),
        ({"bars": 0}, "bars", "between 1 and 64"),
        ({"bars": 10_000}, "bars", "between 1 and 64"),
        ({"bars": 1.5}, "bars", "whole number"),
        ({"bars": 64, "bpm": 20.0}, "bars", f"at most {MAX_SECONDS:.0f} s"),
        ({"metre": "5/3"}, "metre", "is not a metre"),
        ({"metre": 4}, "metre", "must be text"),
        ({"key": "H"}, "key", "is not a key"),
        ({"chords": "Am Q"}, "chords", "is not a chord"),
        ({"chords": "Am F C G D", "bars": 1}, "chords", "more chords"),
        ({"part": "horns"}, "part", "drums, bass, chords, lead, full"),
        ({"rate": 22050}, "rate", "44100, 48000"),
        ({"seed": -1}, "seed", "between 0"),
        ({"seed": 2**31}, "seed", "between 0"),
        ({"format": "mp3"}, "format", "pcm16, pcm24, float"),
        ({"image_strength": 1.01}, "image_strength", "between 0 and 1"),
        ({"prompt": "x" * 501}, "prompt", "longer than 500"),
        ({"prompt": "a\0b"}, "prompt", "no text"),
        ({"prompt": ""}, "prompt", "is empty and there is no picture"),
        ({"prompt": "  "}, "prompt", "is empty and there is no picture"),
    ],
)
def test_what_cannot_be_rendered_names_its_argument(options, argument, reason):
    with pytest.raises(RequestError) as refused:
        check(**options)
    assert refused.value.argument == argument
    assert reason in refused.value.reason
    assert "\n" not in str(refused.value)


def test_whole_floats_pass_for_ints_and_ints_for_floats():
    request = check(bars=2.0, bpm=90, seed=7.0)
    assert (request.bars, request.bpm, request.seed) == (2, 90.0, 7)
    assert isinstance(request.bars, int)
    assert isinstance(request.bpm, float)
    assert request == check(bars=2, bpm=90.0, seed=7)


@pytest.mark.parametrize("guidance", [0.0, 1.0, 3.5])
def test_guidance_is_left_to_the_model_or_one_and_more(guidance):
    assert check(guidance=guidance).guidance == guidance
    with pytest.raises(RequestError, match="must be 1 or more, or 0 for what suits the model"):
        check(guidance=(guidance + 0.1) / 10)


def test_a_picture_needs_no_words_and_words_no_picture():
    assert RenderRequest.check({"image": "cat.png"}).image_path.name == "cat.png"
    assert RenderRequest.check({"prompt": "cat"}).image_path is None


@given(
    st.dictionaries(
        st.sampled_from(["bpm", "bars", "metre", "key", "chords", "seed", "rate", "steps", "x"]),
        st.one_of(st.floats(), st.integers(), st.text(max_size=20), st.none(), st.booleans()),
    )
)
def test_any_options_are_a_request_or_a_refusal_of_one_of_them(options):
    refused = {None}
    try:
        bars = RenderRequest.check({"prompt": "rain", **options}).plan().bars
    except RequestError as error:
        refused = {error.argument}
    else:
        assert bars == options.get("bars", 4)
    assert refused <= {None, "bars", *options}


def test_limits_are_told_to_the_last_digit():
    with pytest.raises(RequestError, match="between 0 and 2147483647, not 2147483648"):
        check(seed=2**31)


def test_a_picture_in_the_home_folder():
    assert check(image="~/cat.png").image_path == Path.home() / "cat.png"


def test_the_seed_draws_what_was_left_open():
    plans = {str(check(seed=seed).plan()) for seed in range(20)}
    assert len(plans) > 10
    assert check(seed=3).plan() == check(seed=3).plan()


def test_what_was_typed_is_the_plan():
    plan = check(bpm=87.31, metre="7/8", bars=3, key="F# dorian", chords="F#m | B").plan()
    assert (plan.bpm, str(plan.metre), plan.bars) == (87.31, "7/8", 3)
    assert plan.key == Key(6, "dorian")
    assert plan.chords_text() == "F#m | B | F#m"


def test_typed_chords_decide_a_key_that_was_left_open():
    for seed in range(5):
        assert check(chords="Em C G D", seed=seed).plan().key == Key.parse("Em")


def test_full_is_all_parts():
    assert check(part="full").parts == PARTS
    assert check(part="bass").parts == ("bass",)


def test_identity_changes_with_everything_that_changes_the_file():
    base = check()
    same = [check(), check(image="elsewhere.png")]
    other = [check(seed=1), check(rate=48000), check(prompt="snow"), check(attempts=2)]
    identities = [request.identity("abc", "mini-1") for request in (base, *same, *other)]
    assert len(set(identities[:3])) == 1
    assert len(set(identities)) == 1 + len(other)
    assert base.identity("abd", "mini-1") != base.identity("abc", "mini-1")
    assert base.identity("abc", "mini-2") != base.identity("abc", "mini-1")
    assert len(base.identity("", "m")) == 12
