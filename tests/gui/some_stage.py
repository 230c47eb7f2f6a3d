"""What the stage's tests have in common: a stage, and what is written on it."""

from typing import Any

from PyQt6.QtCore import QRectF

from gui.library.clips import ClipTable
from gui.stage.next import Next
from gui.stage.parts import Panel, Words
from gui.stage.stage import Stage
from gui.state import State
from gui.wire import Wire


def written(widget: Panel[Any] | Next) -> list[Words]:
    """All that is written on it."""
    if isinstance(widget, Panel):
        return widget.words
    model = widget.model()
    assert model is not None
    indexes = [model.index(row, 0) for row in range(model.rowCount())]
    places = [QRectF(widget.visualRect(index)) for index in indexes]
    screen = QRectF(0, 0, widget.width(), widget.height())
    return [
        words
        for index, place in zip(indexes, places, strict=True)
        if screen.intersects(place)
        for words in widget.write(index, place)
    ]


def texts(widget: Panel[Any] | Next) -> str:
    return " ".join(words.text for words in written(widget))


def open_stage(port: int) -> tuple[Wire, State, Stage]:
    """A stage for the server at that port, with all of its clips to choose from."""
    wire = Wire("127.0.0.1", port)
    state, table = State(wire), ClipTable()
    state.clip_added.connect(lambda clip: table.add([clip]))
    state.clips_listed.connect(lambda clips: table.add(clips, older=True))
    state.emptied.connect(table.clear)
    stage = Stage(wire, state, table)
    table.setParent(stage)
    return wire, state, stage
