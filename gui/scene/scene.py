"""The scene: a picture and a sentence, and what else a loop is asked for with."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PyQt6.QtCore import QMimeData, QRectF, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from melfusion.request import RenderRequest, RequestError

from ..place import Place
from ..qt import Told
from ..said import argument, said
from ..settings import Settings
from ..state import State
from ..wire import Wire
from .asking import Asking
from .blend import Blend
from .form import Form
from .mark import Mark
from .model_choice import Looking
from .picture import Picture
from .picture_file import Found
from .saved_scene import SavedScene
from .scene_list import SceneList
from .scenes import Scenes

ON_ITS_WAY = "is still being loaded: try again when it is there"
WAITS = "The render is asked for as soon as the picture is there."
MISSING = "cannot be read any more: remove it or choose it again"
RENDERS = "Renders one loop, which appears on the right"
PLAYS = "Renders one loop and plays it some bars on; where it comes later, from the next bar on"
ALL_PARTS = "Renders drums, bass, chords and lead of this scene, each as its own loop"
TOWARDS = ("to_prompt", "to_image", "blend")
"""What is set where the other scene is chosen."""

LINES = 2
"""Of what is told below the buttons; more is scrolled to."""

Send = Callable[[RenderRequest], None]


class Scene(QWidget):
    """What is asked for; the buttons ask for it. The current one of the scenes is shown and kept.

    Args:
        wire: what is asked on.
        state: who leads is read off it.
        settings: what all scenes have in common.
        scenes: all scenes.
    """

    asked = pyqtSignal()
    """Something has been asked for."""

    def __init__(self, wire: Wire, state: State, settings: Settings, scenes: Scenes) -> None:
        super().__init__()
        self._state, self._settings, self._scenes = state, settings, scenes
        self._asking = Asking(wire, state, settings, self._tell)
        self._looking = Looking(wire, self._take_seen)
        self._fills = self._keeps = False
        self._presses: dict[str, tuple[Send, RenderRequest]] = {}
        self._mark: Mark | None = None
        self._at_fault = ""
        self.list = SceneList(scenes)
        self.picture = Picture()
        self.words = QPlainTextEdit()
        self.words.setPlaceholderText("What should it sound like? Warm house with soft chords")
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName("Words")
        self.words.setFixedHeight(round(self.words.fontMetrics().height() * 3.2))
        self.form = Form()
        self.blend = Blend(scenes)
        self.render_one = _button("&Render", RENDERS, self.ask)
        self.render_one.setDefault(True)
        self.render_and_play = _button("Render an&d play", PLAYS, lambda: self.ask(plays=True))
        self.render_parts = _button("Render &all parts", ALL_PARTS, self.ask_parts)
        self.trouble = Told("What is wrong with the request")
        self.unsaved = Told("What is wrong with the file of the scenes")
        self._lay_out()
        self._connect()
        self._open()

    @property
    def request(self) -> RenderRequest:
        """What the fields say.

        Raises:
            RequestError: something in them is not to be rendered, or the picture is not there.
        """
        scene = self._scenes.current
        if self.picture.awaits(scene.id):
            raise RequestError("image", ON_ITS_WAY)
        if self.picture.is_missing:
            raise RequestError("image", f"{scene.original or scene.image} {MISSING}")
        return self._request(scene.image)

    def _request(self, image: str) -> RenderRequest:
        scene = self._scenes.current
        return RenderRequest.check(
            {
                "prompt": self.words.toPlainText().strip(),
                "image": image,
                **self.form.asked,
                "image_guidance": scene.image_guidance,
                "steps": scene.steps,
                "rate": self._asking.rate,
                "format": self._settings.format,
                "attempts": self._settings.attempts,
                **self.blend.options,
            }
        )

    def recall(self, request: RenderRequest) -> None:
        """Shows what a clip was asked for with, as a scene of its own; its seed is kept."""
        self._scenes.add(SavedScene.of(request))

    def ask(self, *, plays: bool = False) -> None:
        """Has the loop rendered, and on request played some bars on or as soon as it can be."""
        follows = self.form.follows.isChecked()
        self._press(partial(self._asking.render, follows=follows, plays=plays))

    def ask_parts(self) -> None:
        """Has drums, bass, chords and lead of the scene rendered, one after the other."""
        follows = self.form.follows.isChecked()
        self._press(partial(self._asking.render_parts, follows=follows))

    def _press(self, send: Send) -> None:
        """Asks at once; or, where a new picture is on its way, when that is there."""
        id = self._scenes.current.id
        waits = self.picture.awaits(id)
        try:
            request = self._request(WAITS) if waits else self.request
        except RequestError as error:
            self._tell(str(error))
            self._reveal()
            return
        if waits:
            self._presses[id] = send, request
        self.form.draw_seed()
        self._tell("")
        if not waits:
            send(request)  # last: what it is refused for, maybe at once, stays to be read
        self.asked.emit()

    def _go_there(self, prompt: str, image: str, bars: int) -> None:
        """Has what plays go over to another scene."""
        self._tell("")
        self._asking.go(max(1, min(bars, self.form.bars.value())), prompt, image, bars)

    # The scene that is kept.

    def _open(self) -> None:
        """Shows the current scene."""
        self._fill()
        self._tell("")

    def _fill(self) -> None:
        """Shows what the current scene holds, where the fields say anything else."""
        scene = self._scenes.current
        self._fills = True
        if self.words.toPlainText() != scene.prompt:
            self.words.setPlainText(scene.prompt)
        region = QRectF(*scene.region) if scene.region else None
        self.picture.turn_to(scene.id, scene.original or scene.image, region)
        self.form.fill(scene)
        self._fills = False
        self.form.follow(self._state.transport)
        self._heed_picture()

    def _heed_picture(self) -> None:
        is_there = self._scenes.current.image or self.blend.options.get("to_image")
        self.form.heed_picture(bool(is_there))
        self._look()

    def _look(self) -> None:
        """Has the picture looked at, where the model is told what is seen and nobody has said."""
        image, words = self._scenes.current.image, self.form.seen.text().strip()
        if image and self.form.model.is_told and (not words or self._looking.found(words)):
            self._looking.look(image)

    def _take_seen(self, image: str, words: str) -> None:
        """Shows what is seen in the picture, if it is still the scene's and not put in words."""
        typed = self.form.seen.text().strip()
        if image == self._scenes.current.image and (not typed or self._looking.found(typed)):
            self.form.seen.setText(words)
            self.form.seen.setCursorPosition(0)  # what is seen stands first

    def _keep(self, *_: object) -> None:
        """Keeps what the fields say."""
        if self._fills:
            return
        self._keeps = True
        before, prompt = self._scenes.current, self.words.toPlainText()
        now = replace(before, **self.form.kept, prompt=prompt)
        self._scenes.replace(now)
        self._keeps = False
        # What is wrong with a field is told until that field is changed.
        if not self._mark or vars(now).get(self._at_fault) != vars(before).get(self._at_fault):
            self._tell("")

    def _change(self, id: str) -> None:
        """Shows what has become of the current scene elsewhere."""
        if id == self._scenes.current.id and not self._keeps:
            self._fill()
            if self._at_fault in TOWARDS:
                self._tell("")
        self._heed_picture()

    def _take_picture(self, id: str, found: Found | None) -> None:
        """Keeps the picture of a scene; what was to be rendered with it is asked for."""
        scene = self._scenes.find(id)
        region = found.region if found else None
        if scene:
            self._scenes.replace(
                replace(
                    scene,
                    image=found.path if found else "",
                    original=found.original if found else "",
                    region=region.getRect() if region else None,
                )
            )
        if not self.picture.awaits(id):
            send, request = self._presses.pop(id, (None, None))
            if send and request and found:
                send(replace(request, image=found.path))
        if id == self._scenes.current.id:
            self._tell("")

    def _refuse_picture(self, id: str, why: str) -> None:
        if not self.picture.awaits(id):
            self._presses.pop(id, None)
        scene = self._scenes.find(id)
        if scene and id != self._scenes.current.id:
            why = f"“{scene.title}”: {said(why)}"
        self._tell(why)

    def _new_of(self, content: QMimeData) -> None:
        """A scene of a picture that was dropped beside the others."""
        self._scenes.add()
        self.picture.take(content)

    # What is told.

    def _tell(self, why: str) -> None:
        """Tells what is wrong, or what is to be known; the field at fault is marked."""
        if self._mark:
            self._mark.remove()
        self._at_fault = argument(why)
        fields = {
            **self.form.fields, "prompt": self.words, "image": self.picture,
            **dict.fromkeys(TOWARDS, self.blend.towards),
        }  # fmt: skip
        field = fields.get(self._at_fault)
        self._mark = Mark(field, said(why)) if field else None
        waits = WAITS if self._scenes.current.id in self._presses else ""
        self.trouble.tell(said(why) or waits)

    def _reveal(self) -> None:
        """Scrolls to the field at fault."""
        if self._mark and (field := self._mark.parentWidget()):
            self._scroll.ensureWidgetVisible(field)

    def _hear(self, name: str) -> None:
        if name == "transport":
            self.form.follow(self._state.transport)
        elif name == "models":
            self.form.model.show_models(self._state.models)
            self._heed_picture()
        elif name == "evolution" and (evolution := self._state.evolution):
            self.blend.show_progress(evolution.blend, evolution.parts)

    def _connect(self) -> None:
        self.words.textChanged.connect(self._keep)
        self.form.changed.connect(self._keep)
        self.form.model.opened.connect(self._state.look_for_models)
        self.form.follows.toggled.connect(lambda _: self.form.follow(self._state.transport))
        self.picture.changed.connect(self._take_picture)
        self.picture.refused.connect(self._refuse_picture)
        self.list.picture_dropped.connect(self._new_of)
        self.blend.go.connect(self._go_there)
        self.blend.stay.connect(self._asking.stay)
        self._scenes.chosen.connect(lambda _: self._open())
        self._scenes.changed.connect(self._change)
        self._scenes.trouble.connect(self.unsaved.tell)
        self._state.changed.connect(self._hear)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.addWidget(self.picture, 1)
        column.addWidget(self.words)
        column.addWidget(self.form)
        column.addWidget(self.blend)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QHBoxLayout()
        for button in (self.render_one, self.render_and_play, self.render_parts):
            buttons.addWidget(button)
        whole_column = QVBoxLayout(self)
        whole_column.setContentsMargins(0, 0, 0, 0)
        whole_column.addWidget(self.list)
        whole_column.addWidget(self._scroll, 1)
        whole_column.addLayout(buttons)
        told = QWidget()
        lines = QVBoxLayout(told)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self.trouble)
        lines.addWidget(self.unsaved)
        lines.addStretch()
        whole_column.addWidget(Place(told, LINES))


def _button(text: str, does: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(does)
    button.setAccessibleName(text.replace("&", ""))
    button.clicked.connect(lambda _: act())
    return button
