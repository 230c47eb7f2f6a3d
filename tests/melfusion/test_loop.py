from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melfusion import loop
from melfusion.music import Metre

METRES = st.builds(Metre, st.integers(1, 32), st.sampled_from((1, 2, 4, 8, 16)))


@given(
    bars=st.integers(1, 64),
    metre=METRES,
    bpm=st.floats(20, 300),
    rate=st.sampled_from((44100, 48000, 88200, 96000)),
)
def test_samples_are_the_exact_length_rounded(bars, metre, bpm, rate):
    exact = bars * metre.quarters * 60 / Fraction(bpm) * rate
    assert abs(loop.samples(bars, metre, bpm, rate) - exact) <= Fraction(1, 2) + Fraction(1, 10**5)


@pytest.mark.parametrize(
    ("bars", "metre", "bpm", "rate", "expected"),
    [
        (4, "4/4", 120.0, 44100, 352800),
        (3, "7/8", 87.31, 44100, 318211),
        (1, "6/8", 60.0, 48000, 144000),
    ],
)
def test_samples_of_known_loops(bars, metre, bpm, rate, expected):
    assert loop.samples(bars, Metre.parse(metre), bpm, rate) == expected


def test_seconds_follow_the_denominator():
    assert loop.seconds(2, Metre(7, 8), 120) == 3.5


@given(count=st.integers(1, 500), length=st.integers(1, 10**6))
def test_positions_lie_evenly(count, length):
    starts = loop.positions(count, length)
    gaps = [b - a for a, b in zip(starts, [*starts[1:], length], strict=True)]
    assert starts[0] == 0
    assert sum(gaps) == length
    assert max(gaps) - min(gaps) <= 1
