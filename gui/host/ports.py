"""Where sound goes and MIDI comes from: two buttons with menus, which are filled as they open."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PyQt6.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup, QColor, QPalette
from PyQt6.QtWidgets import QInputDialog, QMenu, QToolButton

from server.player_messages import ChooseDevice, FoundEvent, ListDevices
from server.protocol import Event
from server.transport_messages import SetSources, Sources

from ..look import LOOK, SPACE
from ..qt import plain
from ..state import State
from ..wire import Wire

LONGEST = 20
"""Letters of a device's name that are shown, about."""

DEFAULT = "System's default"
UNOPENED = "Sound device"
NO_SOUND = "No sound"
OPENS = "The device is opened when something first plays."
LOOKS = "Looking..."
LEADERS = {"host": "Host", "midi": "MIDI clock", "link": "Link"}
"""Who may lead, beside the server's own clock."""

LAST = "internal"
ANY = "any"
LEAST_DELAY_MS, MOST_DELAY_MS = -999.0, 500.0
ANY_INPUT = "Any input, the first that ticks"
NO_INPUTS = "There is no MIDI input"
UNHEARD = "MIDI inputs are looked for while the MIDI clock may lead or a control does something"

_NUMBERS = re.compile(r" \d+:\d+$")
"""What ALSA adds to an input's name, another each time it is plugged in."""


class _Button(QToolButton):
    """A button with a menu that is asked for when it opens."""

    refused = pyqtSignal(str)
    """Something that was asked cannot be done; why, in one sentence."""

    def __init__(self, wire: Wire, name: str) -> None:
        super().__init__()
        self._wire = wire
        self._whole = ""
        self.setAccessibleName(name)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.entries = QMenu(self)
        self.entries.setToolTipsVisible(True)
        self.setMenu(self.entries)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        """Elides its text anew where letters have become larger."""
        super().changeEvent(event)
        if event and event.type() == QEvent.Type.FontChange:
            self._write(self._whole)

    def _write(self, text: str) -> None:
        """Shows a text, as much of it as there is room for."""
        self._whole = text
        metrics = self.fontMetrics()
        room = LONGEST * metrics.averageCharWidth()
        self.setText(_plain(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)))

    def _begin(self, *texts: str) -> None:
        """Empties the menu, but for what can only be read."""
        self.entries.clear()
        for text in texts:
            self._add(_plain(text)).setEnabled(False)

    def _add(self, text: str, then: Callable[[], object] | None = None) -> QAction:
        action = QAction(text, self.entries)
        if then:
            action.triggered.connect(lambda _: then())
        self.entries.addAction(action)
        return action

    def _add_choices(
        self, choices: Iterable[tuple[str, str]], chosen: str | None, then: Callable[[str], object]
    ) -> None:
        """Adds entries of which one is checked: each a text, and what `then` is given."""
        group = QActionGroup(self.entries)
        for text, value in choices:
            action = self._add(_plain(text), partial(then, value))
            action.setCheckable(True)
            action.setChecked(value == chosen)
            group.addAction(action)


class DeviceButton(_Button):
    """The sound device that is open; its menu has all that there are.

    Args:
        wire: what is asked on.
        state: what is shown.
    """

    def __init__(self, wire: Wire, state: State) -> None:
        super().__init__(wire, "Sound device")
        self._state = state
        self._found: dict[str, FoundEvent] = {}
        self._chosen: str | None = None  # by this window; the server does not tell
        self.entries.aboutToShow.connect(self._ask)
        wire.told.connect(self._hear)
        state.changed.connect(self._follow)
        state.emptied.connect(self._forget)
        LOOK.changed.connect(self._show)
        self._show()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide for any name, so that nothing moves when another device opens."""
        letters = LONGEST * self.fontMetrics().averageCharWidth()
        return QSize(letters + 5 * SPACE, super().sizeHint().height())

    def _hear(self, event: Event) -> None:
        if isinstance(event, FoundEvent):
            self._found.setdefault(event.name, event)

    def _follow(self, name: str) -> None:
        if name == "device":
            self._show()

    def _forget(self) -> None:
        self._chosen = None
        self._show()

    def _show(self) -> None:
        device = self._state.device
        is_silent = device is not None and device.state in ("none", "lost")
        if device and is_silent:
            text, tip = NO_SOUND, f"{NO_SOUND}: {device.trouble}"
        elif device and device.state == "open":
            text = device.name
            tip = (
                f"{device.name}\n{device.rate / 1000:g} kHz, {device.block} frames at once\n"
                f"Underruns: {device.underruns}"
            )
        else:
            text = UNOPENED if self._chosen is None else self._chosen or DEFAULT
            tip = f"{text}\n{OPENS}" if self._chosen else OPENS
        self._write(text)
        self.setToolTip(plain(tip))
        self.setAccessibleDescription(tip)
        palette = QPalette()
        if is_silent:
            palette.setColor(QPalette.ColorRole.ButtonText, QColor(LOOK.colours.bad))
        self.setPalette(palette)

    def _ask(self) -> None:
        self._found.clear()
        self._begin(LOOKS)
        self._wire.ask(ListDevices, then=lambda _: self._fill(), otherwise=self._lack)

    def _lack(self, reason: str) -> None:
        self._begin(reason)
        self._add_again()

    def _fill(self) -> None:
        device = self._state.device
        used = next((found.name for found in self._found.values() if found.default), "")
        chosen = self._chosen
        if chosen is None and device and device.state == "open":
            chosen = device.name
        self._begin()
        self._add_choices(
            [
                (f"{DEFAULT} ({used})" if used else DEFAULT, ""),
                *((f"{found.name}, {found.rate / 1000:g} kHz", found.name)
                  for found in self._found.values()),
            ],
            chosen,
            self._choose,
        )  # fmt: skip
        if not self._found:
            self._add("There is no sound device").setEnabled(False)
        self._add_again()

    def _add_again(self) -> None:
        self.entries.addSeparator()
        self._add("&Look again", lambda: self.entries.popup(self.entries.pos()))

    def _choose(self, name: str) -> None:
        def chosen(_: object) -> None:
            self._chosen = name
            self._show()

        self._wire.ask(ChooseDevice, name, then=chosen, otherwise=self.refused.emit)


class MidiButton(_Button):
    """A menu of what MIDI is for: who may lead, whose clock counts, and what controls do.

    Args:
        wire: what is asked on.
        state: what is known.
    """

    map_wanted = pyqtSignal()
    """It is to be shown what controls do."""

    def __init__(self, wire: Wire, state: State) -> None:
        super().__init__(wire, "MIDI")
        self._state = state
        self.entries.aboutToShow.connect(self._ask)
        self._write("MIDI")
        self.setToolTip("MIDI inputs, who may lead, and what MIDI controls do")

    def _ask(self) -> None:
        self._begin(LOOKS)
        self._add_map()
        self._set()

    def _set(self, **changes: Any) -> None:
        """Changes what is named, and shows what then is."""
        self._wire.ask(SetSources, then=self._fill, otherwise=self._lack, **changes)

    def _lack(self, reason: str) -> None:
        self._begin(reason)
        self._add_map()
        self.refused.emit(reason)

    def _fill(self, now: Sources) -> None:
        self._begin()
        self.entries.addSection("Who leads: the first that is there")
        order = [name for name in now.sources.split() if name != LAST]
        for place, name in enumerate(order, start=1):
            self._add_source(f"{place}. {LEADERS.get(name, name)}", name, order)
        for name, text in LEADERS.items():
            if name not in order:
                self._add_source(text, name, order)
        self.entries.addSection("MIDI clock comes from")
        self._add_inputs(now, listens="midi" in order or bool(self._state.bindings))
        self.entries.addSeparator()
        delay = f"MIDI clock is late by {now.midi_delay_ms:g} ms..."
        self._add(delay, lambda: self._ask_delay(now.midi_delay_ms))
        self._add_map()

    def _add_source(self, text: str, name: str, order: list[str]) -> None:
        action = self._add(text)
        action.setCheckable(True)
        action.setChecked(name in order)
        others = [other for other in order if other != name]
        wanted = others if name in order else [*order, name]
        action.triggered.connect(lambda _: self._set(sources=" ".join([*wanted, LAST])))

    def _add_inputs(self, now: Sources, *, listens: bool) -> None:
        there = {_NUMBERS.sub("", line) for line in now.midi_inputs.splitlines()}
        chosen = now.midi_port
        if chosen not in (ANY, *there):  # a part of a name will do
            alike = sorted(name for name in there if chosen.lower() in name.lower())
            chosen = next(iter(alike), chosen)
        choices = [(ANY_INPUT, ANY), *((name, name) for name in sorted(there))]
        if chosen not in (ANY, *there):
            choices.append((f"{chosen} (not there)", chosen))
        self._add_choices(choices, chosen, lambda port: self._set(midi_port=port))
        if not there:
            self._add(NO_INPUTS if listens else UNHEARD).setEnabled(False)

    def _add_map(self) -> None:
        self.entries.addSeparator()
        self._add("What &controls do...", self.map_wanted.emit)

    def _ask_delay(self, now_ms: float) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setWindowTitle("MIDI clock")
        dialog.setLabelText("How late the MIDI clock comes, in ms:")
        dialog.setDoubleRange(LEAST_DELAY_MS, MOST_DELAY_MS)
        dialog.setDoubleDecimals(1)
        dialog.setDoubleValue(now_ms)
        dialog.doubleValueSelected.connect(lambda late_ms: self._set(midi_delay_ms=late_ms))
        dialog.open()


def _plain(text: str) -> str:
    """A text whose ampersands are read as such."""
    return text.replace("&", "&&")
