"""What a turn of the wheel paints; test_clip_view.py runs it in a process of its own."""

from typing import Any

import pytest

from gui.library.badges import ClipDelegate
from gui.library.clip_view import ClipView
from gui.qt import there

from .test_clip_view import turn, view, waveforms

__all__ = ["view", "waveforms"]


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows of the cells that are painted."""
    rows: list[int] = []
    own = ClipDelegate.paint

    def paint(self: ClipDelegate, painter: Any, option: Any, index: Any) -> None:
        rows.append(index.row())
        own(self, painter, option, index)

    monkeypatch.setattr(ClipDelegate, "paint", paint)
    return rows


def test_a_turn_of_the_wheel_paints_what_comes_into_sight_alone(
    view: ClipView, painted: list[int]
) -> None:
    shown = there(view.viewport()).height() // view.rowHeight(0)
    assert shown > 12
    highest = []
    for number in range(1, 6):
        painted.clear()
        turn(view, 1)
        assert view.rowAt(0) == 3 * number
        highest.append(min(painted) - 3 * number)
    # The screen may ask for all of it at any time, and hardly does five times in a row.
    assert max(highest) >= shown - 4
