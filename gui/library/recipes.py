"""What a WAV that is dragged in says of itself, read in a thread."""

import contextlib
from dataclasses import fields
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

from melfusion import wav
from melfusion.request import RenderRequest, RequestError

from ..qt import there


class Recipes(QObject):
    """Reads what made a WAV."""

    found = pyqtSignal(object)
    """What a WAV was asked for with, a RenderRequest."""

    refused = pyqtSignal(str)
    """There is nothing of the kind; why, in one sentence."""

    _read = pyqtSignal(str, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read.connect(self._take)

    def read(self, path: str) -> None:
        """Reads a WAV, without waiting for it."""
        there(QThreadPool.globalInstance()).start(_Reading(path, self._read.emit))

    def _take(self, path: str, recipe: object, why: str) -> None:
        name = Path(path).name
        if why:
            self.refused.emit(f"{name} cannot be read: {why}")
        elif not isinstance(recipe, dict) or not isinstance(recipe.get("request"), dict):
            self.refused.emit(
                f"{name} was not made by MeLFusion Live: there is no recipe in it to bring back."
            )
        else:
            try:
                self.found.emit(asked(recipe))
            except RequestError as error:
                self.refused.emit(f"{name}: its recipe cannot be asked for any more: {error}")


class _Reading(QRunnable):
    def __init__(self, path: str, tell: Any) -> None:
        super().__init__()
        self._path, self._tell = path, tell

    def run(self) -> None:
        recipe, why = None, ""
        try:
            recipe = wav.read_recipe(Path(self._path))
        except OSError as error:
            why = error.strerror or str(error)
        except ValueError as error:  # what says that it is a recipe, and is none
            why = str(error)
        with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
            self._tell(self._path, recipe, why)


def asked(recipe: dict[str, Any]) -> RenderRequest:
    """What a recipe was asked for with; what only other versions know is left out.

    Raises:
        RequestError: it cannot be asked for any more.
    """
    told, known = recipe["request"], {field.name for field in fields(RenderRequest)}
    return RenderRequest.check({name: told[name] for name in told if name in known})
