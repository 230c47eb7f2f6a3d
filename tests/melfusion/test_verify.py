import random

import numpy as np
import pytest

from melfusion import level, verify
from melfusion.music import Key, Plan
from tests.melfusion import known

RATE = known.RATE


def levelled(audio, part="full", rate=RATE):
    return level.levelled(audio, rate, part)


def report(audio, plan, part="full", rate=RATE):
    return {check.name: check for check in verify.measure(audio, rate, plan, part).checks}


def failed(audio, plan, part="full", rate=RATE):
    return {check.name for check in verify.measure(audio, rate, plan, part).failed}


def sustained(plan, part="chords"):
    """Tones that sound on across the joint, as the sum of whole circles: seamless by birth."""
    length = known.drums(plan).shape[1]
    turns = np.arange(length) / length
    rng = np.random.default_rng(3)
    cycles = rng.integers(500, 4000, 12)
    sound = sum(np.sin(2 * np.pi * (turns * n + rng.random())) / n**0.5 for n in cycles)
    return levelled(sound.astype(np.float32)[None], part)


@pytest.mark.parametrize(
    ("metre", "rate"), [("4/4", 44100), ("3/4", 44100), ("7/8", 96000), ("6/8", 48000)]
)
def test_a_good_loop_passes_every_check(metre, rate):
    plan = known.plan(87.31, metre)
    for part, audio in [
        ("drums", known.drums(plan, rate)),
        ("bass", known.tones(plan, rate, "bass")),
        ("chords", known.tones(plan, rate, "chords")),
        ("full", known.full(plan, rate)),
    ]:
        found = report(levelled(audio, part, rate), plan, part, rate)
        assert [check for check in found.values() if check.verdict == verify.FAIL] == []
        judged = {name for name, check in found.items() if check.verdict == verify.PASS}
        assert {"length", "tempo", "seam step", "seam gap", "loudness", "true peak"} <= judged
        assert ("key" in judged) == (part != "drums")
        assert {"first onset", "off the grid"} <= judged or part in ("bass", "chords")


def test_good_loops_of_any_tempo_and_key_pass():
    rng = random.Random(5)
    for seed in range(6):
        plan = known.drawn_plan(rng)
        assert failed(levelled(known.full(plan, seed=seed)), plan) == set()


def test_a_sample_too_few_is_a_hard_failure():
    plan = known.plan()
    found = verify.measure(known.full(plan)[:, :-1], RATE, plan, "full")
    assert found.unusable.name == "length"
    assert found.unusable.asked == found.unusable.got + 1


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_sample_that_is_no_number_is_a_hard_failure(value):
    plan = known.plan()
    audio = levelled(known.full(plan))
    audio[0, 1000:1003] = value
    unusable = verify.measure(audio, RATE, plan, "full").unusable
    assert (unusable.name, unusable.got) == ("invalid samples", 3)


def test_silence_is_a_hard_failure():
    plan = known.plan()
    audio = np.zeros_like(known.full(plan))
    assert verify.measure(audio, RATE, plan, "full").unusable.name == "highest sample"
    audio[0, 5] = 0.001
    assert verify.measure(audio, RATE, plan, "full").unusable.got == -60.0


def test_a_peak_between_the_samples_is_a_hard_failure():
    plan = known.plan(120.0)
    audio = levelled(known.full(plan))
    quarter = np.arange(audio.shape[1]) * np.pi / 2 + np.pi / 4
    audio = audio * 0.01 + 0.9 * np.sqrt(2) * np.sin(quarter).astype(np.float32)[None]
    assert np.abs(audio).max() < 0.92
    unusable = verify.measure(audio, RATE, plan, "full").unusable
    assert unusable.name == "true peak"
    assert unusable.got == pytest.approx(2.1, abs=0.2)


@pytest.mark.parametrize("late_ms", [-60, -30, 30, 60])
def test_a_shifted_loop_misses_the_one(late_ms):
    plan = known.plan()
    audio = levelled(np.roll(known.drums(plan), round(late_ms / 1000 * RATE), axis=1), "drums")
    first = report(audio, plan, "drums")["first onset"]
    assert first.verdict == verify.FAIL
    assert first.got == pytest.approx(late_ms, abs=2)


@pytest.mark.parametrize("late_ms", [-8, 0, 8])
def test_the_first_onset_is_told_to_a_millisecond_or_two(late_ms):
    plan = known.plan()
    audio = levelled(np.roll(known.drums(plan), round(late_ms / 1000 * RATE), axis=1), "drums")
    first = report(audio, plan, "drums")["first onset"]
    assert first.verdict == verify.PASS
    assert first.got == pytest.approx(late_ms, abs=2)


def test_a_loop_that_does_not_begin_on_the_one_has_no_first_onset():
    plan = known.plan()
    audio = np.roll(known.drums(plan), round(15 / plan.bpm * RATE), axis=1)
    assert report(levelled(audio, "drums"), plan, "drums")["first onset"].verdict == "n/a"


def test_hits_all_over_the_place_are_off_the_grid():
    plan = known.plan()
    rng = np.random.default_rng(0)
    audio = np.zeros_like(known.drums(plan))
    burst = rng.standard_normal(2000) * np.exp(-np.arange(2000) / 300)
    for place in rng.integers(0, audio.shape[1] - 2000, 40):
        audio[0, place : place + 2000] += burst
    assert "off the grid" in failed(levelled(audio, "drums"), plan, "drums")


def test_a_swing_is_on_the_grid():
    plan = known.plan(100.0)
    audio = np.zeros_like(known.drums(plan))
    burst = np.random.default_rng(0).standard_normal(2000) * np.exp(-np.arange(2000) / 300)
    for quarter in range(16):
        for place in (0, 1 / 3, 1 / 2, 5 / 6):
            start = round((quarter + place) * 0.6 * RATE)
            audio[0, start : start + 2000] += burst
    assert failed(levelled(audio, "drums"), plan, "drums") == set()


@pytest.mark.parametrize("speed", [0.75, 0.93, 0.98, 1.02, 1.07, 1.5])
def test_a_wrong_tempo_is_detected_for_what_it_is(speed):
    plan = known.plan(100.0)
    audio = levelled(known.drums(plan, speed=speed), "drums")
    tempo = report(audio, plan, "drums")["tempo"]
    assert tempo.verdict == verify.FAIL
    assert min(abs(tempo.got / (100 * speed * octave) - 1) for octave in (0.5, 1, 2)) < 0.01


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 6, 7])
def test_a_wrong_key_is_detected_for_what_it_is(steps):
    plan = known.plan()
    key = report(levelled(known.tones(plan, transposed=steps), "chords"), plan, "chords")["key"]
    assert key.verdict == verify.FAIL
    assert Key.parse(key.got).related(Key((plan.key.tonic + steps) % 12, "minor"))


@pytest.mark.parametrize(("asked", "verdict"), [("A minor", "pass"), ("C major", "pass")])
def test_relative_keys_pass(asked, verdict):
    plan = known.plan(key=asked)
    assert report(levelled(known.tones(plan), "chords"), plan, "chords")["key"].verdict == verdict


@pytest.mark.parametrize(
    ("key", "chords"), [("D dorian", "Dm G Dm C"), ("A harmonic minor", "Am Dm E Am")]
)
def test_modes_are_keys_too(key, chords):
    plan = known.plan(key=key, chords=chords)
    assert report(levelled(known.tones(plan), "chords"), plan, "chords")["key"].verdict == "pass"


def test_noise_has_no_key():
    plan = known.plan()
    noise = np.random.default_rng(0).standard_normal(known.full(plan).shape).astype(np.float32)
    assert report(levelled(noise), plan)["key"].verdict == "n/a"


def test_a_cut_seam_is_heard():
    plan, longer = known.plan(120.0), known.plan(111.0)
    whole = sustained(plan)
    cut = sustained(longer)[:, : whole.shape[1]]
    assert not failed(whole, plan, "chords") & {"seam step", "seam kink", "seam flux"}
    assert {"seam step", "seam kink"} <= failed(cut, plan, "chords")


def test_a_cut_that_leaves_no_step_leaves_a_kink():
    plan = known.plan(120.0)
    turn = np.linspace(0, 1, known.full(plan).shape[1], dtype=np.float32)
    # Half a cycle too many: it ends at 0 on its way down and begins at 0 on its way up.
    found = report(levelled(np.sin(np.pi * 401 * turn)[None], "bass"), plan, "bass")
    assert found["seam step"].verdict == verify.PASS
    assert found["seam kink"].verdict == verify.FAIL


def test_an_ending_is_a_gap():
    plan = known.plan()
    audio = known.full(plan)
    audio[:, -round(0.4 * RATE) :] *= np.linspace(1, 0, round(0.4 * RATE), dtype=np.float32) ** 3
    assert "seam gap" in failed(levelled(audio), plan)


def test_a_late_start_is_a_gap():
    plan = known.plan()
    audio = np.concatenate([np.zeros((1, 8000), np.float32), known.full(plan)[:, :-8000]], axis=1)
    assert "seam gap" in failed(levelled(audio), plan)


def test_a_rest_before_the_one_is_none_where_there_are_others():
    plan = known.plan(60.0)
    audio = known.drums(plan) * 0
    hit = known.drums(known.plan(60.0, bars=1))[:, :4000]
    for quarter in range(16):
        audio[:, quarter * RATE : quarter * RATE + 4000] = hit
    assert "seam gap" not in failed(levelled(audio, "drums"), plan, "drums")


def test_the_wrong_loudness_is_told():
    plan = known.plan()
    found = report(levelled(known.tones(plan), "chords") * np.float32(0.5), plan, "chords")
    assert found["loudness"].verdict == verify.FAIL
    assert found["loudness"].got == pytest.approx(level.LOUDNESS_LUFS["chords"] - 6, abs=0.2)


def test_a_constant_offset_is_told():
    plan = known.plan()
    found = report(levelled(known.tones(plan), "chords") + np.float32(0.02), plan, "chords")
    assert found["constant offset"].verdict == verify.FAIL
    assert found["constant offset"].got == pytest.approx(-34, abs=0.1)


@pytest.mark.parametrize(
    ("bpm", "metre"), [(20.0, "1/16"), (300.0, "1/16"), (20.0, "4/4"), (300.0, "32/1")]
)
def test_any_loop_that_can_be_asked_for_can_be_measured(bpm, metre):
    plan = known.plan(bpm, metre, chords="Am", bars=1)
    rng = np.random.default_rng(0)
    length = verify.loop.samples(1, plan.metre, bpm, RATE)
    audio = levelled(rng.standard_normal((2, length)).astype(np.float32))
    names = set(report(audio, plan))
    assert {"length", "tempo", "key", "seam gap", "loudness", "true peak"} <= names


def test_where_the_circle_is_cut_open_does_not_matter():
    plan = known.plan(120.0)
    audio = levelled(known.full(plan))
    bar = audio.shape[1] // 4
    turned = Plan(plan.bpm, plan.metre, plan.key, plan.chords[1:] + plan.chords[:1])
    first, second = report(audio, plan), report(np.roll(audio, -bar, axis=1), turned)
    for name in ("off the grid", "tempo", "key", "true peak", "seam gap"):
        assert first[name].got == second[name].got
