import math
import random
from pathlib import Path

import numpy as np
import pytest
import soundfile

from melfusion.material import one_shots
from melfusion.material.command import ONE_SHOTS, SOUNDFONT
from melfusion.material.drums import LEVELS
from melfusion.material.instruments import INSTRUMENTS, KITS
from melfusion.material.one_shots import FILES, one_shot, usable
from melfusion.material.patches import PATCHES
from melfusion.material.scene import draw_scene
from melfusion.material.soundfont import DRUM_KEYS
from melfusion.material.struck import Bar, String
from melfusion.material.touch import draw_kit_touch, touches, varied
from melfusion.material.voices import RATE, Audio, Subtractive, frequency
from melfusion.request import PARTS
from melfusion.score import TOUCHES

STRUCK = [name for name, patch in PATCHES.items() if isinstance(patch, String | Bar)]


def centroid_hz(sound: Audio) -> float:
    power = np.abs(np.fft.rfft(sound)) ** 2
    return float((power * np.fft.rfftfreq(len(sound), 1 / RATE)).sum() / power.sum())


def heard_pitch_hz(sound: Audio, about_hz: float) -> float:
    """The pitch within a semitone of `about_hz` whose first harmonics hold the most."""
    cut = sound[int(0.1 * RATE) : int(0.7 * RATE)]
    power = np.abs(np.fft.rfft(cut * np.hanning(len(cut)), 1 << 17)) ** 2
    candidates = about_hz * 2 ** (np.arange(-100, 101) / 1200)
    bins = np.outer(candidates, [1, 2, 3]) * (1 << 17) / RATE
    return float(candidates[np.argmax(power[np.round(bins).astype(int)].sum(axis=1))])


def test_every_instrument_has_a_voice_words_and_parts() -> None:
    assert set(PATCHES) == set(INSTRUMENTS)
    for instrument in INSTRUMENTS.values():
        assert 1 < len(instrument.words) <= 4
        assert instrument.parts
        assert set(instrument.parts) < set(PARTS)
    for part, fewest in {"bass": 15, "chords": 40, "lead": 50}.items():
        assert sum(part in instrument.parts for instrument in INSTRUMENTS.values()) >= fewest


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_a_voice_is_in_tune_at_once_there_and_gone_in_the_end(name: str) -> None:
    centre = INSTRUMENTS[name].centre
    sound = PATCHES[name].play(centre, 0.8, 0.8, 0.5)
    peak = np.max(np.abs(sound))
    assert 0.2 < peak < 3
    assert np.argmax(np.abs(sound) > 0.002 * peak) < 0.002 * RATE
    assert np.max(np.abs(sound[-20:])) < 0.01 * peak
    assert abs(1200 * np.log2(heard_pitch_hz(sound, frequency(centre)) / frequency(centre))) < 40


@pytest.mark.parametrize("name", STRUCK)
def test_what_is_struck_dies_away(name: str) -> None:
    sound = PATCHES[name].play(INSTRUMENTS[name].centre, 1.5, 0.8, 0.5)
    early, late = sound[: RATE // 5], sound[int(1.2 * RATE) : int(1.4 * RATE)]
    assert np.std(late) < 0.75 * np.std(early)


@pytest.mark.parametrize("name", ["piano", "marimba", "saw bass", "violin", "fm bell", "banjo"])
def test_a_voice_gets_brighter(name: str) -> None:
    centre = INSTRUMENTS[name].centre
    dark, bright = (PATCHES[name].play(centre, 0.8, 0.8, b) for b in (0.1, 0.9))
    assert centroid_hz(bright) > 1.1 * centroid_hz(dark)


def test_a_wobble_has_whole_turns() -> None:
    bass = Subtractive("saw", cutoff_hz=500, wobble=2.0, wobble_hz=4.2)
    sound = bass.play(36, 1.0, 0.8, 0.5)
    highs = np.abs(np.diff(sound[:RATE], 2))
    level = highs[: RATE // 4 * 4 - 4].reshape(-1, (RATE // 4 * 4 - 4) // 16).mean(axis=1)
    peaks = level.reshape(4, 4)
    assert (peaks[:, 0] > 2 * peaks[:, 2]).all()


@pytest.mark.parametrize("name", ["saw lead", "piano", "marimba", "electric piano"])
def test_another_touch_is_the_same_for_the_same_draws(name: str) -> None:
    patch = PATCHES[name]
    one, same, other = (varied(patch, random.Random(seed)) for seed in (1, 1, 2))
    assert one == same != other
    assert type(one) is type(patch)


@pytest.mark.parametrize("kit", KITS)
def test_every_voice_of_a_kit_strikes_at_once_and_fades(kit: str) -> None:
    assert set(LEVELS) == set(DRUM_KEYS)
    for voice in LEVELS:
        hit = KITS[kit].hit(voice, 1.0)
        peak = np.max(np.abs(hit))
        assert np.argmax(np.abs(hit) > 0.05 * peak) < 0.002 * RATE, voice
        assert np.max(np.abs(hit[-50:])) < 0.05 * peak, voice


def test_voices_of_a_kit_are_told_apart() -> None:
    hz = {voice: centroid_hz(KITS["909"].hit(voice, 1.0)) for voice in LEVELS}
    assert hz["conga_low"] < hz["conga_high"] < hz["bongo_low"] < hz["bongo_high"] < hz["clave"]
    assert hz["agogo_low"] < hz["agogo_high"] < hz["triangle"]
    assert hz["kick"] < 0.1 * hz["hat"]


def test_a_kit_is_set_up_otherwise_for_another_scene() -> None:
    hit = KITS["808"].hit("tom_low", 1.0)
    one, same, other = (draw_kit_touch(random.Random(seed)).on(hit) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert len(one) != len(other)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A folder with all one-shots: a click after 30 ms of silence."""
    sound = np.zeros(RATE // 2, dtype=np.float32)
    sound[1323:] = 0.5 * np.exp(-np.arange(len(sound) - 1323) / 2000)
    for name in {n for voices in FILES.values() for names in voices.values() for n in names}:
        soundfile.write(tmp_path / f"{name}.flac", sound, RATE)
    return tmp_path


def test_a_kit_prefers_one_shots_and_takes_all_or_none(recorded: Path) -> None:
    assert usable(recorded)
    hit = KITS["808"].hit("kick", 0.5, None, recorded)
    assert np.max(np.abs(hit)) == pytest.approx(0.5 * LEVELS["kick"], rel=1e-3)
    assert np.argmax(np.abs(hit) > 0.2) < 0.002 * RATE
    ours = KITS["808"].hit("snare", 0.5)
    np.testing.assert_array_equal(KITS["808"].hit("snare", 0.5, None, recorded), ours)
    (recorded / "bd_808.flac").unlink()
    assert not usable(recorded)


def test_one_shots_are_of_kits_and_voices_that_there_are() -> None:
    assert set(FILES) <= set(KITS)
    assert {voice for voices in FILES.values() for voice in voices} <= set(LEVELS)
    assert one_shot(Path("nowhere"), "jazz kit", "kick", 0) is None


@pytest.mark.skipif(not one_shots.usable(ONE_SHOTS), reason="Sonic Pi's samples are not installed")
def test_recorded_hits_strike_at_once() -> None:
    for kit, voices in FILES.items():
        for voice, names in voices.items():
            for choice in range(len(names)):
                hit = KITS[kit].hit(voice, 1.0, None, ONE_SHOTS, choice)
                peak = np.max(np.abs(hit))
                assert peak == pytest.approx(LEVELS[voice], rel=1e-3)
                assert np.argmax(np.abs(hit) > 0.1 * peak) < 0.0025 * RATE, names[choice]


@pytest.mark.skipif(not SOUNDFONT.is_file(), reason="the soundfont is not installed")
@pytest.mark.parametrize("name", [n for n, i in INSTRUMENTS.items() if i.program is not None])
def test_the_soundfont_plays_the_note_too(name: str) -> None:
    pytest.importorskip("tinysoundfont")
    instrument = INSTRUMENTS[name]
    sound = instrument.voice(SOUNDFONT).play(instrument.centre, 0.8, 0.8, 0.5)
    assert np.max(np.abs(sound)) > 0.03
    heard = heard_pitch_hz(sound, frequency(instrument.centre))
    assert abs(1200 * np.log2(heard / frequency(instrument.centre))) < 45


def test_touches_are_the_draws_that_vary_a_voice() -> None:
    for number in range(12):
        scene = draw_scene(5, number)
        told = touches(scene, "lead")
        assert len(told) == TOUCHES
        own = Subtractive("saw", cutoff_hz=1000.0, sweep_s=1.0)
        moved = varied(own, scene.rng("lead voice"))
        assert math.log(moved.cutoff_hz / own.cutoff_hz) / 0.25 == pytest.approx(told[0], abs=1e-2)
        assert math.log(moved.sweep_s / own.sweep_s) / 0.3 == pytest.approx(told[2], abs=1e-2)
        tuned, damped, *rest = touches(scene, "drums")
        kit = draw_kit_touch(scene.rng("kit"))
        assert min(1.15, max(0.87, 2 ** (0.08 * tuned))) == pytest.approx(kit.tuning, abs=1e-4)
        assert (-1.0, 0.0, 1.0)[(0.35, 0.8, 3.0).index(kit.damped_s)] == damped
        assert rest == [0.0] * (TOUCHES - 2)
