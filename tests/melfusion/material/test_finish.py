"""What finishes a part stands any loop that can be asked for."""

import numpy as np
import pytest

from melfusion import loop
from melfusion.material.effects import Effects
from melfusion.material.finish import PEAK, finished
from melfusion.music import Metre
from melfusion.request import MAX_SECONDS

ALL = Effects(
    filter_sweep=0.5, drive=0.5, crackle=0.5, wow=0.5, width=0.5, reverb=1.0, delay=0.6, pump=0.8,
    room_s=3.7, tilt_db=3.0, bell_db=2.0,
)  # fmt: skip


@pytest.mark.parametrize("samples", [
    loop.samples(1, Metre(1, 16), 300.0, 44100), round(MAX_SECONDS * 44100)
])  # fmt: skip
def test_the_shortest_and_the_longest_loop_are_finished(samples: int) -> None:
    sound = np.random.default_rng(1).standard_normal(samples).astype(np.float32)
    heard = finished(sound, "chords", ALL, 300.0, [0.0, 1.0])
    assert len(heard) == samples
    assert np.isfinite(heard).all()
    assert 0.01 < np.max(np.abs(heard)) <= PEAK


def test_nothing_is_made_of_silence() -> None:
    assert not finished(np.zeros(9000, np.float32), "lead", Effects(reverb=1.0), 120.0, []).any()


def test_echoes_come_every_three_sixteenths_half_as_loud() -> None:
    burst, step = round(0.2 * 44100), round(0.75 * 0.5 * 44100)
    sound = np.zeros(4 * 44100, np.float32)
    sound[:burst] = 0.1 * np.random.default_rng(2).standard_normal(burst)
    heard = finished(sound, "lead", Effects(delay=0.8), 120.0, [])
    assert np.max(np.abs(heard)) < PEAK
    levels = np.array([np.std(heard[k * step :][:burst]) for k in range(5)])
    np.testing.assert_allclose(levels / levels[0], [1, 0.8, 0.4, 0.2, 0.1], rtol=0.05)
    assert np.std(heard[burst + 2000 : step]) < 0.01 * levels[0]


def test_a_part_ducks_under_kicks_alone() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(2 * 44100) / 44100).astype(np.float32) * 0.2
    heard = finished(tone, "bass", Effects(pump=0.9), 120.0, [2.0])
    level = [np.std(heard[at : at + 1000]) for at in (11025, 44100 + 200, 44100 + 22050 + 500)]
    assert level[1] < 0.35 * level[0]
    assert level[2] == pytest.approx(level[0], rel=0.03)
