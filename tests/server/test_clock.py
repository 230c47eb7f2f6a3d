import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from melfusion.music import Metre
from server.clock import ClockOffset, Timeline

METRES = st.builds(Metre, st.integers(1, 32), st.sampled_from([1, 2, 4, 8, 16]))
LINES = st.builds(
    Timeline,
    bpm=st.floats(10, 1000),
    quarters=st.floats(-1000, 1e5),
    time_s=st.floats(0, 1e6),
    metre=METRES,
)
LATER_S = st.floats(-100, 10_000)


@given(LINES, LATER_S)
def test_when_and_where_are_each_others_inverse(line: Timeline, later_s: float) -> None:
    time_s = line.time_s + later_s
    assert line.time_of(line.quarters_at(time_s)) == pytest.approx(time_s, abs=1e-8)


@given(LINES, LATER_S, st.sampled_from([0.25, 1.0, 3.5, 16.0]), st.floats(-8, 8))
def test_the_next_multiple_is_the_first_not_before(
    line: Timeline, later_s: float, quantum: float, offset: float
) -> None:
    time_s = line.time_s + later_s
    here, found = line.quarters_at(time_s), line.next_multiple(time_s, quantum, offset)
    assert here <= found < here + quantum + 1e-9
    steps = (found - offset) / quantum
    assert steps == pytest.approx(round(steps), abs=1e-6)


@pytest.mark.parametrize(("time_s", "expected"), [(0.0, 0.0), (1e-6, 4.0), (2.0, 4.0), (1.9, 4.0)])
def test_on_the_grid_it_is_now(time_s: float, expected: float) -> None:
    assert Timeline(120, 0, 0, Metre()).next_multiple(time_s, 4) == expected


@given(LINES, LATER_S)
def test_the_same_line_told_later_is_the_same(line: Timeline, later_s: float) -> None:
    told = line.at(line.time_s + later_s)
    assert told.quarters_at(line.time_s) == pytest.approx(line.quarters, abs=1e-6)
    assert (told.bpm, told.metre, told.playing) == (line.bpm, line.metre, line.playing)


@given(LINES, LATER_S)
def test_bar_and_beat_add_up_to_the_position(line: Timeline, later_s: float) -> None:
    time_s = line.time_s + later_s
    bar, beat = line.position(time_s)
    assert bar == int(bar)
    assert 1 <= beat < line.metre.numerator + 1 + 1e-9
    quarters = (bar - 1) * line.bar_quarters + (beat - 1) * 4 / line.metre.denominator
    assert quarters == pytest.approx(line.quarters_at(time_s), abs=1e-6)


def test_positions_are_counted_as_hosts_count_them() -> None:
    line = Timeline(120, 0, 10, Metre(7, 8))
    assert line.bar_quarters == 3.5
    assert line.position(10) == (1, 1)
    assert line.position(11) == (1, 5)
    assert line.position(11.75) == (2, 1)
    assert line.position(9.75) == (0, 7)


def test_what_stands_still_stays_and_comes_nowhere() -> None:
    line = Timeline(120, 3, 10, Metre(), playing=False)
    assert line.quarters_at(10_000) == 3
    assert line.time_of(3) == 10
    assert line.time_of(4) == math.inf
    assert line.time_of(2) == -math.inf
    assert line.next_multiple(50, 4) == 4


Array = NDArray[np.float64]


def messages(drift: float, jitter_s: float, seconds: int = 60) -> tuple[ClockOffset, Array, Array]:
    """What was heard of a clock that began 77 s late and runs faster by `drift`."""
    rng = np.random.default_rng(3)
    ours = 5000 + np.arange(0, seconds, 0.05)
    sent = (ours - 5077) * (1 + drift)
    offset = ClockOffset()
    for at, sent_s in zip(ours, sent, strict=True):
        offset.add(float(sent_s), float(at + 0.0002 + rng.exponential(jitter_s)))
    return offset, ours, sent


@pytest.mark.parametrize("drift", [0.0, 80e-6, -200e-6])
def test_another_clock_is_read_through_delays(drift: float) -> None:
    offset, ours, sent = messages(drift, 0.004)
    assert offset.ours(float(sent[-1])) == pytest.approx(ours[-1], abs=0.001)


def test_a_clock_that_is_set_anew_is_read_anew() -> None:
    offset, ours, _ = messages(0.0, 0.001)
    for step in range(40):
        offset.add(step * 0.05, ours[-1] + 10 + step * 0.05)
    assert offset.ours(2.0) == pytest.approx(ours[-1] + 12, abs=0.002)
