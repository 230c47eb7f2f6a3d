import pytest

from melfusion.material.grid import Event, events, fit, groups
from melfusion.music import Metre


@pytest.mark.parametrize(
    ("metre", "beats"),
    [
        ("4/4", (4, 4, 4, 4)),
        ("3/4", (4, 4, 4)),
        ("7/8", (4, 4, 6)),
        ("6/8", (6, 6)),
        ("5/8", (4, 6)),
        ("5/16", (5,)),
        ("2/2", (4, 4, 4, 4)),
        ("3/16", (3,)),
    ],
)
def test_a_bar_is_felt_in_beats(metre: str, beats: tuple[int, ...]) -> None:
    assert groups(Metre.parse(metre)) == beats


def test_a_pattern_is_fitted_beat_by_beat() -> None:
    assert fit("X...x...X...x...", Metre(4, 4), Metre(7, 8)) == "X...x...X....."
    assert fit("R--5--", Metre(3, 8), Metre(1, 4)) == "R--5"
    assert fit("x.......", Metre(2, 4), Metre(2, 4)) == "x......."


@pytest.mark.parametrize("wanted", ["3/4", "5/4", "7/8", "6/8", "9/8", "15/16", "2/2", "1/4"])
def test_a_fitted_pattern_fills_every_bar(wanted: str) -> None:
    metre = Metre.parse(wanted)
    two_bars = "x-..x-..x-..x-.." * 2
    assert len(fit(two_bars, Metre(4, 4), metre)) == 2 * round(metre.quarters * 4)


def test_events_last_as_long_as_they_are_held() -> None:
    assert events("R--.5-a.") == [Event(0, 3, "R"), Event(4, 2, "5"), Event(6, 1, "a")]
