from dataclasses import replace

import numpy as np
import pyloudnorm
import pytest
import scipy.signal

from melfusion.material import circle, effects
from melfusion.material.compose import compose
from melfusion.material.effects import Effects, coloured, crackled, draw_effects
from melfusion.material.finish import PEAK
from melfusion.material.scene import Scene, draw_scene
from melfusion.material.synth import render
from melfusion.material.voices import RATE, Audio

COUNT = 61_234


def noise(seed: int = 0) -> Audio:
    return np.random.default_rng(seed).standard_normal(COUNT).astype(np.float32) * np.float32(0.1)


def tone(turns: int = 611) -> Audio:
    """A sine that closes on itself: 440 Hz or so."""
    return (0.2 * np.sin(2 * np.pi * turns * np.arange(COUNT) / COUNT)).astype(np.float32)


COLOURS = {
    "drive": Effects(drive=0.7),
    "width": Effects(width=0.7),
    "filter_sweep": Effects(filter_sweep=0.7, phase=0.2),
    "wow": Effects(wow=1.0, phase=0.1),
}


@pytest.mark.parametrize("name", COLOURS)
def test_an_effect_is_heard_and_leaves_no_seam(name: str) -> None:
    sound = tone()
    after = coloured(sound, COLOURS[name])
    assert len(after) == len(sound)
    assert np.std(after - sound * (after @ sound) / (sound @ sound)) > 0.02 * np.std(sound)
    steps = np.abs(np.diff(after))
    assert abs(after[0] - after[-1]) <= 1.05 * np.max(steps)
    np.testing.assert_array_equal(after, coloured(sound, COLOURS[name]))


@pytest.mark.parametrize("name", COLOURS)
def test_no_effect_by_none_of_it(name: str) -> None:
    sound = noise()
    none = replace(COLOURS[name], drive=0.0, width=0.0, filter_sweep=0.0, wow=0.0)
    np.testing.assert_array_equal(coloured(sound, none), sound)


def test_drive_adds_harmonics() -> None:
    power = np.abs(np.fft.rfft(coloured(tone(), Effects(drive=0.8)))) ** 2
    assert power[3 * 611] > 1e-3 * power[611]


def test_a_sweep_closes_and_opens() -> None:
    swept = effects.swept(noise(), 0.9, 1, 0.0)
    highs = np.abs(np.diff(swept, 2))
    assert highs[:6000].mean() > 10 * highs[COUNT // 2 - 3000 : COUNT // 2 + 3000].mean()
    assert highs[-6000:].mean() > 10 * highs[COUNT // 2 - 3000 : COUNT // 2 + 3000].mean()


def test_wow_moves_nothing_by_a_millisecond() -> None:
    clicks = np.zeros(10 * RATE, dtype=np.float32)
    places = np.arange(1, 40) * RATE // 4
    clicks[places] = 1
    after = effects.wavered(clicks, 1.0, 0.3)
    moved = [int(np.argmax(after[p - 200 : p + 200])) - 200 for p in places]
    assert 5 < max(np.abs(moved)) < 0.001 * RATE


def test_crackle_is_beside_the_sound_and_no_louder() -> None:
    sound = noise()
    one, same, other = (crackled(sound, 0.6, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert 1e-4 < np.std(one - sound) < 0.2 * np.std(sound)
    assert np.std(one - other) > 1e-4


def test_filters_go_round() -> None:
    sound = noise()
    turned = np.roll(sound, 20_000)
    for response in (
        lambda size: circle.high_pass(size, 110.0),
        lambda size: circle.low_pass(size, 900.0),
        lambda size: circle.shelf(size, 2200.0, 6.0) * circle.bell(size, 600.0, 4.0),
        lambda size: 1 + 0.5 * circle.room(size, 0.9),
    ):
        first, second = circle.Spectrum(sound), circle.Spectrum(turned)
        expected = np.roll(first.through(response(first.size)), 20_000)
        np.testing.assert_allclose(second.through(response(second.size)), expected, atol=1e-4)


def test_filters_are_the_ones_they_are_called() -> None:
    sos = scipy.signal.butter(2, 900.0, fs=RATE, output="sos")
    around = scipy.signal.sosfilt(sos, np.tile(noise(), 2))[COUNT:]
    spectrum = circle.Spectrum(noise())
    ours = spectrum.through(circle.low_pass(spectrum.size, 900.0))
    assert np.std(ours - around) < 0.02 * np.std(around)
    size = spectrum.size
    bins = np.array([100, 1000, 12000]) * size // RATE
    shelf_db = 20 * np.log10(circle.shelf(size, 1000.0, 6.0)[bins])
    np.testing.assert_allclose(shelf_db, [0, 10 * np.log10(2.49), 6], atol=0.15)
    bell_db = 20 * np.log10(circle.bell(size, 1000.0, -4.0)[bins])
    np.testing.assert_allclose(bell_db, [0, -4, 0], atol=0.1)


@pytest.mark.parametrize("seconds", [0.7, 2.0, 7.9])
def test_loudness_is_the_standards(seconds: float) -> None:
    sound = np.random.default_rng(4).standard_normal(int(seconds * RATE)).astype(np.float32)
    sound *= np.float32(0.05) * (1.2 + circle.turning(len(sound), 2, 0.1))
    turns = -(-10 * RATE // len(sound))
    meter = pyloudnorm.Meter(RATE)
    expected = meter.integrated_loudness(np.tile(sound, turns).astype(np.float64))
    assert circle.loudness(circle.Spectrum(sound)) == pytest.approx(expected, abs=0.2)


def test_silence_has_no_loudness() -> None:
    assert circle.loudness(circle.Spectrum(np.zeros(RATE, dtype=np.float32))) == -np.inf


def styled(scene: Scene, **amounts: float) -> Scene:
    """The scene in a style that likes some effects, be they known to Style or not."""
    style = replace(scene.style)
    for name, amount in amounts.items():
        object.__setattr__(style, name, amount)
    return replace(scene, style=style)


def test_scenes_of_a_style_differ_in_its_effects_and_each_is_the_same_again() -> None:
    scenes = [styled(replace(draw_scene(3, 1), number=n), drive=0.4, delay=0.0) for n in range(20)]
    drawn = [draw_effects(scene, "lead") for scene in scenes]
    assert drawn == [draw_effects(scene, "lead") for scene in scenes]
    drives = [one.drive for one in drawn]
    assert len(set(drives)) == 20
    assert 0.2 < np.mean(drives) < 0.5
    assert all(0 <= drive <= 1 for drive in drives)
    assert {one.delay for one in drawn} == {0.0}


@pytest.mark.parametrize("name", ["filter_sweep", "drive", "crackle", "width"])
def test_a_style_has_its_effect_in_a_stem(name: str) -> None:
    scene = draw_scene(3, 2)
    part = "drums" if name == "crackle" else "chords"
    notes = compose(scene)
    without, with_it = (
        render(styled(scene, **{name: amount}), part, notes) for amount in (0.0, 0.8)
    )
    assert np.std(with_it - without) > 0.01 * np.std(without)
    assert np.max(np.abs(with_it)) <= PEAK
    steps = np.abs(np.diff(with_it))
    assert abs(with_it[0] - with_it[-1]) <= 1.05 * np.max(steps)
