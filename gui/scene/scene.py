"""The scene: a picture and a sentence, and what else a loop is asked for with."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from melfusion.request import RenderRequest, RequestError
from server.protocol import Render, RenderScene
from server.render_messages import Evolve

from ..settings import Settings
from ..state import State
from ..wire import Wire
from .blend import Blend
from .form import Form
from .picture import Picture
from .scene_list import SceneList
from .scenes import SavedScene, Scenes


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
        self._wire, self._state, self._settings, self._scenes = wire, state, settings, scenes
        self._fills = self._loads = self._lacks_picture = False
        self.list = SceneList(scenes)
        self.picture = Picture()
        self.words = QPlainTextEdit()
        self.words.setPlaceholderText("What should it sound like? Warm house with soft chords")
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName("Words")
        self.words.setFixedHeight(round(self.words.fontMetrics().height() * 3.2))
        self.form = Form()
        self.blend = Blend(scenes)
        self.render_one = _button("&Render", self.ask)
        self.render_one.setDefault(True)
        self.render_and_play = _button("Render and &play", lambda: self.ask(plays=True))
        self.render_parts = _button("Render &all parts", self.ask_parts)
        self.trouble = QLabel()
        self.trouble.setWordWrap(True)
        self.trouble.setAccessibleName("What is wrong with the request")
        self._lay_out()
        self._connect()
        self._fill(scenes.current)

    @property
    def request(self) -> RenderRequest:
        """What the fields say.

        Raises:
            RequestError: something in them is not to be rendered.
        """
        return RenderRequest.check(
            {
                "prompt": self.words.toPlainText().strip(),
                "image": self.picture.path,
                **self.form.asked,
                "rate": self._rate(),
                "format": self._settings.format,
                "attempts": self._settings.attempts,
                **self.blend.options,
            }
        )

    def wanted(self) -> RenderRequest | None:
        """The same; None, and why it is told, where something is not to be rendered."""
        try:
            return self.request
        except RequestError as error:
            self._tell(str(error))
            return None

    def recall(self, request: RenderRequest) -> None:
        """Shows what a clip was asked for with, as a scene of its own; its seed is kept."""
        self._scenes.add(
            SavedScene(
                prompt=request.prompt,
                image=request.image,
                original=request.image,
                part=request.part,
                bars=request.bars,
                bpm=request.bpm,
                follows=False,
                metre=request.metre,
                key=request.key,
                chords=request.chords,
                image_strength=request.image_strength,
                guidance=request.guidance,
                seed=request.seed,
                seed_lock=True,
            )
        )

    def ask(self, *, plays: bool = False) -> None:
        """Has the loop rendered, and on request played some bars on or as soon as it can be."""
        if request := self.wanted():
            self._wire.ask(
                Render,
                request=request,
                job=secrets.token_hex(8),
                sync=int(plays or self.form.follows.isChecked()),
                in_bars=self._settings.bars_ahead if plays else 0,
                crossfade_ms=float(self._settings.crossfade_ms),
                otherwise=self._tell,
            )
            self._go_on()

    def ask_parts(self) -> None:
        """Has drums, bass, chords and lead of the scene rendered, one after the other."""
        if request := self.wanted():
            self._wire.ask(
                RenderScene,
                request=replace(request, part="full"),
                scene=secrets.token_hex(8),
                sync=int(self.form.follows.isChecked()),
                otherwise=self._tell,
            )
            self._go_on()

    def _go_on(self) -> None:
        self._tell("")
        self.form.draw_seed()
        self.asked.emit()

    def _go_there(self, prompt: str, image: str, bars: int) -> None:
        """Has what plays go over to another scene."""
        self._tell("")
        self._wire.ask(
            Evolve,
            max(1, min(bars, self.form.bars.value())),
            to_prompt=prompt,
            to_image=image,
            over=bars,
            crossfade_ms=float(self._settings.crossfade_ms),
            otherwise=self._tell,
        )

    def _rate(self) -> int:
        """The files' rate: as set, or as the sound device's, where files can have that."""
        (allowed,) = (
            field.metadata["choices"]
            for name, field in RenderRequest.__dataclass_fields__.items()
            if name == "rate"
        )
        device = self._state.device.rate if self._state.device else 0
        wanted = self._settings.rate or device
        return wanted if wanted in allowed else allowed[0]

    # The scene that is kept.

    def _fill(self, scene: SavedScene) -> None:
        """Shows a scene."""
        self._fills = True
        self.words.setPlainText(scene.prompt)
        self._lacks_picture = False
        region = QRectF(*scene.region) if scene.region else None
        if (scene.original, region) != (self.picture.original, self.picture.region):
            self.picture.choose("")  # none until the scene's own is there
            self.picture.choose(scene.original, region)
        self.form.fill(scene)
        self._fills = False
        self.form.follow(self._state.transport)
        self._tell("")

    def _keep(self, *_: object) -> None:
        """Keeps what the fields say."""
        self._tell("")
        if self._fills:
            return
        self._scenes.replace(
            replace(
                self._scenes.current,
                **self._picture(),
                **self.form.kept,
                prompt=self.words.toPlainText(),
            )
        )

    def _picture(self) -> dict[str, Any]:
        """The picture as a scene keeps it; what is not loaded yet, or cannot be, stays as it is."""
        if self._loads or self._lacks_picture:
            return {}
        region = self.picture.region
        edges = (region.x(), region.y(), region.width(), region.height()) if region else None
        return {"image": self.picture.path, "original": self.picture.original, "region": edges}

    def _load(self, loads: bool) -> None:
        """Nothing is asked for with a picture that is still on its way."""
        self._loads = loads
        for button in (self.render_one, self.render_and_play, self.render_parts):
            button.setEnabled(not loads)

    def _see(self, _: str) -> None:
        self._lacks_picture = False
        self._keep()

    def _refuse_picture(self, why: str) -> None:
        self._lacks_picture = not self.picture.path
        self._tell(why)

    def _new_of(self, picture: str) -> None:
        """A scene of a picture that was dropped beside the others."""
        self._scenes.add(replace(self._scenes.blank(), image=picture, original=picture))

    # What is told.

    def _tell(self, why: str) -> None:
        self.trouble.setText(why)
        self.trouble.setVisible(bool(why))

    def _hear(self, name: str) -> None:
        if name == "transport":
            self.form.follow(self._state.transport)
        elif name == "evolution" and (evolution := self._state.evolution):
            self.blend.show_progress(evolution.blend, evolution.parts)

    def _connect(self) -> None:
        self.words.textChanged.connect(self._keep)
        self.form.changed.connect(self._keep)
        self.form.follows.toggled.connect(lambda _: self.form.follow(self._state.transport))
        self.picture.changed.connect(self._see)
        self.picture.loading.connect(self._load)
        self.picture.refused.connect(self._refuse_picture)
        self.list.picture_dropped.connect(self._new_of)
        self.blend.go.connect(self._go_there)
        self._scenes.chosen.connect(lambda _: self._fill(self._scenes.current))
        self._scenes.modelReset.connect(lambda: self._fill(self._scenes.current))
        self._scenes.trouble.connect(self._tell)
        self._state.changed.connect(self._hear)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.addWidget(self.picture, 1)
        column.addWidget(self.words)
        column.addWidget(self.form)
        column.addWidget(self.blend)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QHBoxLayout()
        for button in (self.render_one, self.render_and_play, self.render_parts):
            buttons.addWidget(button)
        whole_column = QVBoxLayout(self)
        whole_column.setContentsMargins(0, 0, 0, 0)
        whole_column.addWidget(self.list)
        whole_column.addWidget(scroll, 1)
        whole_column.addLayout(buttons)
        whole_column.addWidget(self.trouble)
        self.trouble.hide()


def _button(text: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text.replace("&", ""))
    button.clicked.connect(lambda _: act())
    return button
