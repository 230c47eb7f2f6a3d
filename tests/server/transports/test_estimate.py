"""Lines through ticks that are made here: the truth is known, the noise is drawn."""

import bisect
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from server.transports.estimate import TickLine

Array = NDArray[np.float64]
Noise = Callable[[np.random.Generator, Array], Array]

TWO_BARS = 192
JACK_RATE = 48000


def ticks(bpm: float | Array, count: int = 0) -> Array:
    """When each tick is due, at one tempo or at one for each tick."""
    each = np.full(count, bpm) if isinstance(bpm, float) else np.asarray(bpm)
    return np.concatenate([[0.0], np.cumsum(60 / 24 / each)[:-1]]) + 1000.0


def ramp() -> Array:
    """Eight bars at 120, eight up to 128, eight at 128: the tempo at each tick."""
    quarters = np.arange(24 * 96) / 24
    return np.interp(quarters, [0, 32, 64, 96], [120, 120, 128, 128])


def in_jack_periods(frames: int) -> Noise:
    """A period's ticks come together at its beginning, and a little late."""
    period_s = frames / JACK_RATE

    def stamps(rng: np.random.Generator, due: Array) -> Array:
        return np.floor(due / period_s) * period_s + rng.exponential(1e-4, len(due))

    return stamps


def shaken(spread_s: float, late_share: float = 0.0) -> Noise:
    """Gaussian jitter, and a share of ticks up to 80 ms late."""

    def stamps(rng: np.random.Generator, due: Array) -> Array:
        late = (rng.random(len(due)) < late_share) * rng.random(len(due)) * 0.08
        return np.maximum.accumulate(due + rng.normal(0, spread_s, len(due)) + late)

    return stamps


def follow(
    due: Array, noise: Noise, edge: float = 0.0, seed: int = 0, lost: set[int] | None = None
) -> tuple[Array, Array]:
    """What the line says at every tick after two bars: its error in ms, and the tempo."""
    stamps = noise(np.random.default_rng(seed), due)
    line, errors, tempos = TickLine(edge), [], []
    for number, (due_s, stamp_s) in enumerate(zip(due, stamps, strict=True)):
        if number not in (lost or ()):
            line.add(float(stamp_s))
        if number >= TWO_BARS and number % 3 == 0:
            told = line.line()
            assert told
            place = told.index + (due_s - told.time_s) / told.tick_s
            errors.append((place - number) * told.tick_s * 1000)
            tempos.append(60 / 24 / told.tick_s)
    return np.array(errors), np.array(tempos)


@pytest.mark.parametrize("frames", [64, 256, 1024])
@pytest.mark.parametrize("seed", [0, 1])
def test_jacks_periods_are_seen_through(frames: int, seed: int) -> None:
    errors_ms, tempos = follow(ticks(123.4, 1200), in_jack_periods(frames), edge=1.0, seed=seed)
    assert np.abs(errors_ms).max() < 2
    assert np.abs(tempos - 123.4).max() < 0.05


@pytest.mark.parametrize("bpm", [123.4, 120.0])
def test_where_in_a_period_ticks_begin_makes_no_difference_after_two_bars(bpm: float) -> None:
    """Of 1024 frames; a tick at 120 is 24 less, so that 42.7 of them shift by a whole period."""
    noise, due = in_jack_periods(1024), ticks(bpm, TWO_BARS + 1)
    for begins_s in np.linspace(0, 1024 / JACK_RATE, 50, endpoint=False):
        errors_ms, tempos = follow(due + begins_s, noise, edge=1.0)
        assert abs(tempos[0] - bpm) < 0.02
        assert abs(errors_ms[0]) < 1


def test_without_the_edge_jack_would_be_half_a_period_early() -> None:
    errors_ms, _ = follow(ticks(123.4, 600), in_jack_periods(1024), edge=0.0)
    assert 9 < errors_ms.mean() < 12


def test_jitter_and_late_ticks_are_averaged_out() -> None:
    errors_ms, tempos = follow(ticks(97.5, 1200), shaken(0.001, late_share=0.05))
    assert np.abs(errors_ms).max() < 1
    assert np.abs(tempos - 97.5).max() < 0.05


@pytest.mark.parametrize(
    ("noise", "edge"), [(shaken(0.0), 0.0), (shaken(0.001), 0.0), (in_jack_periods(256), 1.0)]
)
def test_a_ramp_is_followed(noise: Noise, edge: float) -> None:
    errors_ms, tempos = follow(ticks(ramp()), noise, edge)
    assert np.abs(errors_ms).max() < 5
    assert tempos[-1] == pytest.approx(128, abs=0.05)


@pytest.mark.parametrize("frames", [256, 1024])
@pytest.mark.parametrize("seed", range(4))
def test_three_seconds_without_ticks_cost_no_phase(frames: int, seed: int) -> None:
    due = ticks(123.4, 1500)
    begins = 700 + 13 * seed
    lost = set(range(begins, begins + round(3 * 24 * 123.4 / 60)))
    errors_ms, _ = follow(due, in_jack_periods(frames), 1.0, seed, lost)
    assert np.abs(errors_ms).max() < 5


@pytest.mark.parametrize("lost", [{500}, {500, 900, 901, 902}])
def test_lost_ticks_cost_no_phase(lost: set[int]) -> None:
    errors_ms, _ = follow(ticks(120.0, 1500), shaken(0.001), lost=lost)
    assert np.abs(errors_ms).max() < 2


@pytest.mark.parametrize("to", [121.0, 125.0, 140.0, 90.0])
def test_a_new_tempo_is_believed_within_two_quarters(to: float) -> None:
    bpm = np.where(np.arange(1200) < 600, 120.0, to)
    errors_ms, tempos = follow(ticks(bpm), shaken(0.0005))
    settled = np.arange(TWO_BARS, 1200, 3) >= 600 + 48
    assert np.abs(errors_ms[settled]).max() < 2
    assert tempos[-1] == pytest.approx(to, abs=0.05)


@pytest.mark.parametrize("noise", [shaken(0.0), shaken(0.0005)])
def test_a_clock_that_stalls_goes_on_at_its_tempo(noise: Noise) -> None:
    due = ticks(120.0, 1200)
    due[600:] += 0.033  # not a whole number of ticks, which would be ticks that were lost
    errors_ms, tempos = follow(due, noise)
    assert np.abs(tempos - 120).max() < 1
    settled = np.arange(TWO_BARS, 1200, 3) >= 600 + 48
    assert np.abs(errors_ms[settled]).max() < 2


def test_a_new_grid_begins_at_its_first_tick_with_the_old_tempo() -> None:
    line = TickLine()
    for due_s in ticks(120.0, 200):
        line.add(due_s)
    line.restart()
    begins_s = 1000 + 200 * 60 / 24 / 120 + 0.31
    first = line.next_index
    for number in range(10):
        line.add(begins_s + number * 60 / 24 / 120)
        told = line.line()
        assert told
        assert told.time_of(first) == pytest.approx(begins_s, abs=1e-6)
        assert 60 / 24 / told.tick_s == pytest.approx(120)


def test_few_ticks_are_no_line() -> None:
    line = TickLine()
    for due_s in ticks(120.0, 23):
        line.add(due_s)
    assert line.line() is None


@given(
    st.floats(20, 300),
    st.integers(24, 400),
    st.sampled_from([-1.0, 0.0, 1.0]),
)
def test_clean_ticks_give_the_tempo_exactly(bpm: float, count: int, edge: float) -> None:
    line = TickLine(edge)
    due = ticks(bpm, count)
    for due_s in due:
        line.add(float(due_s))
    told = line.line()
    assert told
    assert told.index == count - 1
    assert told.time_s == pytest.approx(due[-1], abs=1e-6)
    assert 60 / 24 / told.tick_s == pytest.approx(bpm, rel=1e-6)


@given(
    st.lists(st.one_of(st.floats(0, 0.03), st.floats(0, 10), st.just(0.0)), max_size=400),
    st.sets(st.integers(0, 400), max_size=4),
)
def test_no_ticks_are_too_wild(gaps: list[float], restarts: set[int]) -> None:
    line, now_s = TickLine(1.0), 1e5
    for number, gap_s in enumerate(gaps):
        if number in restarts:
            line.restart()
        now_s += gap_s
        line.add(now_s)
        told = line.line()
        assert told is None or (np.isfinite(told.time_s) and 0 < told.tick_s < 1)


def test_the_ramp_of_these_tests_takes_eight_bars() -> None:
    bpm = list(ramp())
    assert bisect.bisect_right(bpm, 120.0) == 32 * 24 + 1
    assert bpm[64 * 24] == 128
