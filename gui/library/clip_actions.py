"""What can be done with the clips that are chosen: menus, buttons and keys share these."""

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, Qt, QUrl, pyqtSignal
from PyQt6.QtGui import QAction, QDesktopServices, QKeySequence
from PyQt6.QtWidgets import QApplication, QWidget

from melfusion.request import SEEDS, RenderRequest, RequestError
from server.library_messages import DeleteClip, MarkClip
from server.player_messages import Play, Stop
from server.protocol import ClipEvent, ListClips, Render

from ..settings import Settings
from ..state import State
from ..wire import Wire
from .clips import TAGS, WORDS, files
from .recipes import asked

Keys = str | QKeySequence.StandardKey


class ClipActions(QObject):
    """Actions on clips.

    Args:
        wire: what is asked on.
        state: what is known of clips.
        settings: how loops begin.
        chosen: gives the clips that are chosen.
        edit: has a column of the first of them typed over.
        keys_in: the widget in which the keys count.
    """

    recalled = pyqtSignal(object)
    """What a clip was asked for with, a RenderRequest, is to be asked for again."""

    refused = pyqtSignal(str)
    """Something cannot be done; why, in one sentence. Empty when something else is tried."""

    binned = pyqtSignal(object)
    """A clip, a ClipEvent, has been put into the bin."""

    def __init__(
        self,
        wire: Wire,
        state: State,
        settings: Settings,
        chosen: Callable[[], list[ClipEvent]],
        edit: Callable[[int], None],
        keys_in: QWidget,
    ) -> None:
        super().__init__(keys_in)
        self._wire, self._state, self._settings = wire, state, settings
        self._chosen, self._edit = chosen, edit
        self._keys_in = keys_in
        standard = QKeySequence.StandardKey
        self.play = self._action("&Play on the next bar", ("Return", "Enter"), self._play)
        self.end = self._action("&Stop when the bar ends", ("S",), self._end)
        self.listen = self._action("&Listen at once, or stop", ("Space",), self._listen)
        self.again = self._action("&Use its words and picture", ("U",), self._again)
        self.vary = self._action(
            "Make a &variation", ("V",), lambda: self._recipes(self._make_of("variation"))
        )
        self.go_on = self._action(
            "Make what comes &after it",
            ("A",),
            lambda: self._recipes(self._make_of("continuation")),
        )
        self.favourite = self._action("&Favourite", ("F",), self._favour)
        self.rename = self._action("&Rename", ("F2",), lambda: self._edit(WORDS))
        self.tag = self._action("&Tag", ("T",), lambda: self._edit(TAGS))
        self.copy = self._action("&Copy the file", (standard.Copy,), self._copy)
        self.reveal = self._action("&Show its folder", ("Ctrl+Shift+R",), self._reveal)
        self.delete = self._action("Put into the &bin", (standard.Delete,), self._delete)
        self.all = (
            self.play, self.end, self.listen, self.again, self.vary, self.go_on, self.favourite,
            self.rename, self.tag, self.copy, self.reveal, self.delete,
        )  # fmt: skip
        keys_in.addActions(self.all)

    def enable(self, enabled: bool) -> None:
        """Allows all of them, or none; to make something of a loop takes a model that can."""
        for action in self.all:
            action.setEnabled(enabled)
        for action, use in ((self.vary, "variation"), (self.go_on, "continuation")):
            action.setEnabled(enabled and bool(self.maker(use)))

    def star(self, clip: ClipEvent) -> None:
        """Makes a clip a favourite, or none."""
        self.mark(clip.clip, favourite=int(not clip.favourite))

    def mark(self, clip: str, **marks: Any) -> None:
        """Writes on a clip, as MarkClip does."""
        self._ask(MarkClip, clip, **marks)

    def _play(self) -> None:
        self._launch(self._settings.quantum)

    @property
    def playing_parts(self) -> list[str]:
        """The parts on which what is chosen plays, or is about to."""
        heard = {event.clip: part for (part, _), event in self._state.playing.items()}
        return [heard[clip.clip] for clip in self._chosen() if clip.clip in heard]

    def _end(self) -> None:
        for part in self.playing_parts:
            self._ask(Stop, part=part)

    def _listen(self) -> None:
        """Plays what is chosen at once, in time; stops it where it plays."""
        stopped = self.playing_parts
        for part in stopped:
            self._ask(Stop, part=part, quantum="now")
        if not stopped:
            self._launch(self._settings.audition)

    def _launch(self, quantum: str) -> None:
        crossfade_ms = float(self._settings.crossfade_ms)
        for clip in self._chosen():
            self._ask(Play, clip.clip, quantum=quantum, crossfade_ms=crossfade_ms)

    def _favour(self) -> None:
        favourite = int(not all(clip.favourite for clip in self._chosen()))
        for clip in self._chosen():
            self.mark(clip.clip, favourite=favourite)

    def _again(self) -> None:
        self._recipes(lambda _, request: self.recalled.emit(request))

    def maker(self, use: str) -> str:
        """Name of the first model on the server's machine that makes that of a loop, or empty."""
        able = (model for model in self._state.models.values() if use in model.able.split())
        return next((model.name for model in able if model.here), "")

    def _make_of(self, use: str) -> Callable[[str, RenderRequest], None]:
        """Has a loop made of a clip, by its words and picture."""

        def make(clip: str, request: RenderRequest) -> None:
            model, seed = self.maker(use), secrets.randbelow(SEEDS)
            made = replace(request, source=clip, use=use, model=model, seed=seed)
            # Steps and guidance were those of the model that made the clip.
            self._ask(Render, request=replace(made, steps=0, guidance=0.0))

        return make

    def _recipes(self, act: Callable[[str, RenderRequest], None]) -> None:
        """Does something with the first of the clips and what it was asked for with."""
        for clip in self._chosen()[:1]:
            if clip.recipe:
                self._with_recipe(clip.clip, act)
            else:
                then = partial(self._with_recipe, clip.clip, act)
                self._ask(ListClips, clip=clip.clip, then=lambda _, then=then: then())

    def _with_recipe(self, clip: str, act: Callable[[str, RenderRequest], None]) -> None:
        known = self._state.clips.get(clip)
        if known and known.recipe:
            try:
                request = asked(json.loads(known.recipe))
            except RequestError as error:
                self.refused.emit(f"its recipe cannot be asked for any more: {error}")
            else:
                act(clip, request)

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard and self._chosen():
            clipboard.setMimeData(files(self._chosen()))

    def _reveal(self) -> None:
        for clip in self._chosen()[:1]:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(clip.path).parent)))

    def _delete(self) -> None:
        for clip in self._chosen():
            self._ask(DeleteClip, clip.clip, then=lambda _, clip=clip: self.binned.emit(clip))

    def _ask(self, declared: Any, *arguments: Any, **named: Any) -> None:
        self.refused.emit("")
        self._wire.ask(declared, *arguments, otherwise=self.refused.emit, **named)

    def _action(self, text: str, keys: tuple[Keys, ...], act: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # not in its editors
        action.triggered.connect(lambda _: act())
        return action
