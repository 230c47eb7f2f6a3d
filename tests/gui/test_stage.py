"""The stage before a real server that plays: what keys do there, and what is then to be seen."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui.library.clips import CLIP
from gui.look import PARTS
from gui.qt import there
from gui.stage import stage as stages
from gui.stage.stage import HINT, HOLD, NO_SERVER, Stage
from gui.state import State
from gui.wire import Wire
from melfusion.request import RenderRequest
from server import app
from server.player.stream import Stream
from server.protocol import Render
from server.render_messages import Evolve
from server.transport_messages import SetTransport

from ..server.fake_devices import Machine
from .conftest import PATIENCE_MS, Companion
from .some_stage import open_stage, texts, written

BPM = 240.0
SHIFT, PLAIN = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


class Loudspeakers(Machine):
    """A device whose time is ours."""

    async def open(self, name: str) -> Stream:
        self.began_s = time.monotonic()
        return await super().open(name)

    async def run(self) -> None:
        """Asks for blocks as time goes by, for ever."""
        while True:
            for stream in self.opened:
                while stream.now_s < time.monotonic():
                    stream.pull()
            await asyncio.sleep(0.01)


class Sounding(Companion):
    """A companion with devices that play, if there are names for them."""

    names: tuple[str, ...] = ("Loudspeakers",)

    async def _serve(self, ready: Any) -> None:
        self._loop, self._ends = asyncio.get_running_loop(), asyncio.Event()
        machine = Loudspeakers(list(self.names))
        async with app.running(
            self._library, self._worker, port=self.port, sources=["host"], devices=machine
        ) as address:
            self.port = address[1]
            running = asyncio.create_task(machine.run())
            ready.set()
            await self._ends.wait()
            running.cancel()


@dataclass
class Show:
    """A stage, the companion that it plays, and somebody else who watches that."""

    stage: Stage
    wire: Wire
    watched: State
    companion: Companion
    bot: QtBot

    def until(self, reached: Callable[[], object]) -> None:
        self.bot.waitUntil(lambda: bool(reached()), timeout=PATIENCE_MS)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        self.bot.keyClick(self.stage, key, modifier)

    def render(self, words: str, part: str, **wanted: Any) -> str:
        """Has a loop of one bar rendered; gives its id."""
        before = set(self.watched.clips)
        self.ask(words, part, **wanted)
        self.until(lambda: set(self.watched.clips) - before)
        clip = (set(self.watched.clips) - before).pop()
        model = there(self.stage.next.model())
        self.until(
            lambda: any(
                model.index(row, 0).data(CLIP).clip == clip for row in range(model.rowCount())
            )
        )
        return clip

    def ask(self, words: str, part: str, **wanted: Any) -> None:
        request = {"prompt": words, "part": part, "bars": 1, "bpm": BPM}
        # Until it is answered it is sent again; by the job, the server knows that it is the same.
        self.wire.ask(Render, request=RenderRequest.check(request), job=words, **wanted)

    def plays(self, part: str) -> str:
        """The clip that the server plays on a part."""
        event = self.watched.playing.get((part, "playing"))
        return event.clip if event else ""

    def play(self, *parts: str) -> None:
        """Has loops played on the parts, by the keys."""
        for part in parts:
            clip = self.render(f"level 0.3 {part}", part)
            while there(self.stage.next.chosen).clip != clip:
                self.press(Qt.Key.Key_Up)
            self.press(Qt.Key.Key_Return)
            self.until(lambda part=part, clip=clip: self.plays(part) == clip)


OpenShow = Callable[..., Show]


@pytest.fixture
def open_show(
    library: Path,
    fake_worker: Callable[..., list[str]],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[OpenShow]:
    """Opens stages whose companion's bars last a second."""
    monkeypatch.setattr(stages, "ERROR_MS", 500)
    shows: list[Show] = []

    def make(seconds: float = 0.1, names: tuple[str, ...] = Sounding.names) -> Show:
        companion = Sounding(library, fake_worker(seconds=seconds))
        companion.names = names
        companion.start()
        wire, state, stage = open_stage(companion.port)
        show = Show(stage, wire, State(Wire("127.0.0.1", companion.port)), companion, qtbot)
        shows.append(show)
        qtbot.addWidget(stage)
        stage.resize(1280, 800)
        stage.show()
        show.until(lambda: state.transport and show.watched.transport)
        wire.ask(SetTransport, bpm=BPM, playing=1)
        show.until(lambda: show.watched.transport and show.watched.transport.bpm == BPM)
        return show

    yield make
    for show in shows:
        show.wire.close()
        show.watched._wire.close()
        show.companion.stop()


@pytest.fixture
def show(open_show: OpenShow) -> Show:
    return open_show()


# A server that plays.


def test_bar_and_beat_go_on(show: Show) -> None:
    stage, seen = show.stage, set()

    def look() -> bool:
        bar, beat = texts(stage.place).split(".")
        assert stage.lights.shown == (4, int(beat), True)
        seen.add((int(bar) - 1) * 4 + int(beat))
        return len(seen) > 5

    show.until(look)
    assert sorted(seen) == list(range(min(seen), max(seen) + 1))
    assert texts(stage.leading) == "Playing 240.0 BPM 4/4 Own clock leads"
    show.wire.ask(SetTransport, metre="7/8")
    show.until(lambda: stage.lights.shown[0] == 7)
    assert "7/8" in texts(stage.leading)


@pytest.mark.parametrize(("number", "part"), list(enumerate(PARTS, start=1)))
def test_a_digit_and_a_click_mute_a_part(show: Show, number: int, part: str) -> None:
    tile = show.stage.tiles[part]

    def is_muted() -> bool:
        return bool(show.watched.mix[part].mute)

    show.until(lambda: part in show.watched.mix)
    show.press(Qt.Key(Qt.Key.Key_0 + number))
    show.until(is_muted)
    show.until(lambda: "Muted" in texts(tile))
    assert [p for p, event in show.watched.mix.items() if event.mute] == [part]
    show.bot.mouseClick(tile, Qt.MouseButton.LeftButton)
    show.until(lambda: not is_muted())
    show.until(lambda: "Muted" not in texts(tile))


def test_a_clip_is_chosen_and_played_and_a_part_is_stopped(show: Show) -> None:
    stage = show.stage
    drums, lead = show.render("level 0.3", "drums"), show.render("glass bells", "lead")
    show.until(lambda: "glass bells" in texts(stage.next))
    assert there(stage.next.chosen).clip == drums  # what was chosen stays so when others come
    show.press(Qt.Key.Key_Up)
    assert there(stage.next.chosen).clip == lead
    show.press(Qt.Key.Key_Down)
    show.press(Qt.Key.Key_Down)  # there is no third
    assert there(stage.next.chosen).clip == drums
    show.press(Qt.Key.Key_Return)
    tile = stage.tiles["drums"]
    show.until(lambda: tile.shown.then.startswith("in ") and tile.shown.then.endswith("level 0.3"))
    assert stage.countdown.shown.words.startswith("Drums on bar ")
    show.until(lambda: show.plays("drums") == drums)
    show.until(lambda: texts(tile).startswith("1 Drums level 0.3"))
    show.until(lambda: tile.meter.filled > tile.meter.width() / 2)
    assert not show.stage.tiles["bass"].meter.filled
    show.press(Qt.Key.Key_1, SHIFT)
    show.until(lambda: not show.plays("drums"))
    assert not show.watched.mix["drums"].mute
    show.until(lambda: "stops in " in texts(tile))  # it is heard until then
    show.until(lambda: texts(tile) == "1 Drums")
    show.until(lambda: not tile.meter.filled)


@pytest.mark.parametrize(
    ("key", "modifier"), [(Qt.Key.Key_Backspace, PLAIN), (Qt.Key.Key_Space, SHIFT)]
)
def test_all_is_stopped_on_the_bar(show: Show, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    show.play("drums", "lead")
    show.press(key, modifier)
    show.until(lambda: not show.watched.playing)
    assert show.watched.transport
    assert show.watched.transport.playing


def test_panic_needs_shift_and_ends_everything(show: Show) -> None:
    show.play("drums")
    show.wire.ask(Evolve, 4)
    show.ask("later", "lead", in_bars=50)
    show.until(lambda: show.watched.evolution and show.watched.evolution.every)
    show.until(lambda: any(cue.part == "lead" for cue in show.watched.cues.values()))
    show.press(Qt.Key.Key_P)
    assert texts(show.stage.note) == HOLD
    show.until(lambda: texts(show.stage.note) == HINT)
    assert show.plays("drums")
    show.press(Qt.Key.Key_P, SHIFT)
    show.until(lambda: not show.watched.playing and not show.watched.cues)
    show.until(lambda: show.watched.evolution and not show.watched.evolution.every)


def test_space_starts_and_stops_the_clock(show: Show) -> None:
    def follows(playing: bool) -> bool:
        now = show.watched.transport
        said = "Playing" if playing else "Stopped"
        return now is not None and bool(now.playing) is playing and said in texts(leading)

    leading = show.stage.leading
    show.press(Qt.Key.Key_Space)
    show.until(lambda: follows(False))
    show.press(Qt.Key.Key_Space)
    show.until(lambda: follows(True))


def test_what_is_wanted_on_a_bar_is_counted_down(show: Show) -> None:
    countdown, seen = show.stage.countdown, set()

    def look() -> bool:
        seen.add((countdown.shown.count, countdown.shown.unit))
        return show.plays("lead") != ""

    show.play("drums")  # the device is open: nothing is missed for that
    show.ask("glass bells", "lead", in_bars=4)
    show.until(lambda: countdown.shown.words.startswith("Lead on bar "))
    show.until(look)
    for count in (("3", "bars"), ("2", "bars"), ("1", "bar"), ("2", "beats")):
        assert count in seen
    show.until(lambda: countdown.shown.count == "")
    assert texts(countdown) == "Nothing is on its way."


def test_what_is_missed_is_said_for_a_while(
    open_show: OpenShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "MISSED_MS", 1000)
    show = open_show(seconds=4)
    show.ask("too late", "lead", in_bars=1)
    countdown = show.stage.countdown
    show.until(lambda: "being rendered" in texts(show.stage.tiles["lead"]))
    show.until(lambda: countdown.shown.missed)
    said = texts(countdown)
    assert "Missed: lead" in said
    assert "has come before it was rendered" in countdown.shown.more
    assert any(QColor(words.colour) == QColor(countdown.ink("bad")) for words in countdown.words)
    show.until(lambda: not countdown.shown.missed)


def test_the_way_to_another_scene(show: Show) -> None:
    stage, height = show.stage, show.stage.next.height()
    assert not stage.way.isVisible()
    show.play("drums")
    show.wire.ask(Evolve, 1, to_prompt="night", over=4)
    show.until(lambda: stage.way.isVisible() and "To the other scene: 50%" in texts(stage.way))
    assert stage.way.shown[1] == 0.5
    assert stage.next.height() < height
    show.wire.ask(Evolve, 0)
    show.until(lambda: not stage.way.isVisible())
    assert stage.next.height() == height


def test_what_is_refused_is_said_for_a_while(open_show: OpenShow) -> None:
    show = open_show(names=())
    show.render("x", "drums")
    show.press(Qt.Key.Key_Enter)
    show.until(lambda: texts(show.stage.note).startswith("device: there is no sound device"))
    # What is so for longer stays.
    show.until(lambda: texts(show.stage.note).startswith("No sound: there is no sound device"))


def test_a_lost_server_is_told_and_what_was_known_is_grey(show: Show) -> None:
    stage = show.stage
    show.play("drums")
    assert stage.tiles["drums"].meter.isVisible()
    show.companion.stop()
    show.until(stage.trouble.isVisible)
    assert "does not answer" in texts(stage.trouble)
    assert stage.trouble.words[0].font.pixelSize() > 0.05 * stage.height()
    assert "level 0.3" in texts(stage.tiles["drums"])
    assert not stage.tiles["drums"].meter.isVisible()
    panels = [stage.place, stage.leading, stage.countdown, *stage.tiles.values()]
    for words in (words for panel in panels for words in written(panel)):
        assert QColor(words.colour).hslSaturation() < 40  # of 255
        assert QColor(words.colour).lightness() < 150
    show.press(Qt.Key.Key_1)
    assert texts(stage.note) == NO_SERVER
    show.companion.start()
    show.until(lambda: not stage.trouble.isVisible() and stage.place.live)
    show.until(lambda: "level 0.3 drums" in texts(stage.next))
    show.until(lambda: "drums" in show.watched.mix)
    assert not show.watched.mix["drums"].mute
    show.press(Qt.Key.Key_1)
    show.until(lambda: show.watched.mix["drums"].mute)
