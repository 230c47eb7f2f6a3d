from dataclasses import replace

import numpy as np
import pytest

from melfusion import loop
from melfusion.material.circle import fold
from melfusion.material.compose import compose
from melfusion.material.drums import LEVELS, machine_hit
from melfusion.material.finish import LOUDNESS_LUFS, PEAK
from melfusion.material.instruments import INSTRUMENTS, KITS
from melfusion.material.scene import Scene, draw_scene
from melfusion.material.soundfont import from_attack
from melfusion.material.styles import STYLES
from melfusion.material.synth import render
from melfusion.material.voices import RATE, frequency
from melfusion.music import Metre, Plan, parse_chords
from melfusion.request import PARTS
from melfusion.score import Note


def short_scene(number: int, metre: Metre | None = None) -> Scene:
    scene = draw_scene(11, number)
    plan = Plan(131.7, metre or Metre(4, 4), scene.plan.key, scene.plan.chords[:1] * 2)
    return replace(scene, plan=plan)


@pytest.mark.parametrize(
    ("bpm", "metre", "bars"), [(87.31, "7/8", 3), (173.9, "4/4", 1), (61.03, "3/4", 2)]
)
@pytest.mark.parametrize("part", PARTS)
def test_a_stem_has_exactly_the_loops_samples(part: str, bpm: float, metre: str, bars: int) -> None:
    chords = parse_chords("Am", bars, 3)
    plan = Plan(bpm, Metre.parse(metre), draw_scene(1, 1).plan.key, chords)
    scene = replace(draw_scene(1, 1), plan=plan)
    sound = render(scene, part, compose(scene))
    assert len(sound) == loop.samples(bars, Metre.parse(metre), bpm, RATE)
    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()


@pytest.mark.parametrize("number", range(6))
def test_the_joint_is_no_worse_than_the_inside(number: int) -> None:
    scene = short_scene(number)
    notes = compose(scene)
    for part in PARTS:
        sound = render(scene, part, notes)
        steps = np.abs(np.diff(sound))
        # A loop begins with an attack; the joint is judged against the attacks inside.
        assert abs(sound[0] - sound[-1]) <= max(1.05 * np.max(steps), 1e-4)


def test_tails_come_round() -> None:
    plan = Plan(120.0, Metre(4, 4), draw_scene(1, 1).plan.key, parse_chords("Am", 1, 4))
    style = replace(STYLES["ambient"], pump=0.0)
    for moving in ("filter_sweep", "width", "crackle"):
        object.__setattr__(style, moving, 0.0)
    scene = replace(
        draw_scene(1, 1),
        plan=plan,
        style=style,
        instruments={"drums": "909", "bass": "sub bass", "chords": "warm pad", "lead": "fm bell"},
    )
    late = {"lead": [Note(3.9, 0.1, 76, 0.9)]}
    early = {"lead": [Note(0.0, 0.1, 76, 0.9)]}
    shifted = round(3.9 * 0.5 * RATE)
    expected = np.roll(render(scene, "lead", early), shifted)
    np.testing.assert_allclose(render(scene, "lead", late), expected, atol=0.02 * expected.max())


def test_stems_do_not_clip_and_lie_at_their_loudness() -> None:
    for number in range(4):
        scene = short_scene(number)
        notes = compose(scene)
        for part in PARTS:
            sound = render(scene, part, notes)
            assert np.max(np.abs(sound)) <= PEAK
            level = 20 * np.log10(np.sqrt(np.mean(sound**2)))
            assert abs(level - LOUDNESS_LUFS[part]) < 8


def test_fold_adds_what_goes_beyond_the_end() -> None:
    np.testing.assert_array_equal(
        fold(np.arange(7, dtype=np.float32), 3), [0 + 3 + 6, 1 + 4, 2 + 5]
    )


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_an_instrument_plays_the_note_asked(name: str) -> None:
    instrument = INSTRUMENTS[name]
    sound = instrument.own.play(instrument.centre, 0.8, 0.8, 0.5)
    assert np.isfinite(sound).all()
    assert abs(sound[-1]) < 0.01
    window = sound[2000 : 2000 + 32768] * np.hanning(len(sound[2000 : 2000 + 32768]))
    power = np.abs(np.fft.rfft(window, 1 << 17)) ** 2
    pitch_hz = frequency(instrument.centre)
    numbers = np.fft.rfftfreq(1 << 17, 1 / RATE) / pitch_hz
    near = np.abs(numbers - np.round(2 * numbers) / 2) * pitch_hz < 0.03 * pitch_hz + 4
    assert power[near].sum() > 0.9 * power.sum()


@pytest.mark.parametrize("name", ["saw lead", "supersaw", "square lead", "acid lead"])
def test_high_notes_do_not_alias(name: str) -> None:
    sound = INSTRUMENTS[name].own.play(93, 0.5, 1.0, 1.0)
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    frequencies = np.fft.rfftfreq(len(sound), 1 / RATE)
    assert power[frequencies < frequency(93) * 0.9].sum() < 1e-3 * power.sum()


@pytest.mark.parametrize("kit", KITS)
def test_drums_strike_at_once_and_fade(kit: str) -> None:
    for voice in LEVELS:
        hit = KITS[kit].hit(voice, 1.0, None)
        peak = np.max(np.abs(hit))
        assert peak == pytest.approx(LEVELS[voice], rel=1e-3)
        assert np.argmax(np.abs(hit) > 0.2 * peak) < 0.02 * RATE
        assert np.max(np.abs(hit[-50:])) < 0.05 * peak


def test_machines_differ() -> None:
    lengths = {len(machine_hit(KITS[name].machine, "kick")) for name in ("909", "808", "dusty kit")}
    assert len(lengths) == 3


def test_brightness_brightens() -> None:
    def centroid_hz(brightness: float) -> float:
        scene = replace(short_scene(3), brightness=brightness)
        sound = render(scene, "chords", {"chords": [Note(0.0, 2.0, 60, 0.8)], "drums": []})
        power = np.abs(np.fft.rfft(sound)) ** 2
        return float((power * np.fft.rfftfreq(len(sound), 1 / RATE)).sum() / power.sum())

    assert centroid_hz(0.95) > 1.1 * centroid_hz(0.05)


def test_the_same_scene_sounds_the_same() -> None:
    scene = short_scene(2)
    one, other = (render(scene, "drums", compose(scene)) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_a_sample_begins_on_the_beat() -> None:
    late = np.zeros(RATE, dtype=np.float32)
    late[900:] = np.sin(np.arange(RATE - 900) * 0.1)
    sound = from_attack(late)
    assert np.argmax(np.abs(sound) > 0.5) < 0.002 * RATE
    assert sound[0] == 0
