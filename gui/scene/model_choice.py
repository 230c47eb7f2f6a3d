"""Which model renders a scene, and what a model that hears no picture is told of it."""

from collections.abc import Callable, Mapping

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import QComboBox

from server.model_messages import ModelEvent, See, Seen

from ..wire import Wire

USUAL = "as the server has it"
ABSENT = "{use} It is not on the server's machine: `melfusion-live models download {name}` there"
UNKNOWN = "{name} (not on the server's machine)"


class ModelChoice(QComboBox):
    """The models, and the server's own on top. Those that are not there cannot be chosen."""

    opened = pyqtSignal()
    """It is about to be looked at: now is the time to look which models there are."""

    def __init__(self) -> None:
        super().__init__()
        self._models: dict[str, ModelEvent] = {}
        self.show_models({})

    @property
    def name(self) -> str:
        """Name of the model that is chosen; empty for the server's own."""
        return str(self.currentData() or "")

    @property
    def is_told(self) -> bool:
        """Whether the model that is chosen is told in words what is in the picture."""
        model = self._models.get(self.name)
        return model is not None and bool(model.told)

    def show_models(self, models: Mapping[str, ModelEvent]) -> None:
        """Offers these; what is chosen stays chosen, also where it is not among them."""
        self._models = dict(models)
        chosen, was_blocked = self.name, self.blockSignals(True)
        items = QStandardItemModel(self)
        items.appendRow(_item(USUAL, "", "What the server was started with"))
        for model in models.values():
            tip = model.use if model.here else ABSENT.format(use=model.use, name=model.name)
            items.appendRow(_item(model.title, model.name, tip, bool(model.here)))
        self.setModel(items)
        self.choose(chosen)
        self.blockSignals(was_blocked)

    def choose(self, name: str) -> None:
        """Shows that a model is chosen; one that nobody knows is shown by its name."""
        at = self.findData(name)
        if at < 0:
            self.addItem(UNKNOWN.format(name=name), name)
            at = self.count() - 1
        self.setCurrentIndex(at)

    def showPopup(self) -> None:  # noqa: N802
        """Qt's: opens the list."""
        self.opened.emit()
        super().showPopup()


class Looking:
    """Has the server say what is seen in a picture; once for each picture.

    Args:
        wire: what it is asked on.
        take: is told a picture's path and the words for it.
    """

    def __init__(self, wire: Wire, take: Callable[[str, str], None]) -> None:
        self._wire, self._take = wire, take
        self._seen: dict[str, str] = {}
        self._asked: set[str] = set()

    def found(self, words: str) -> bool:
        """Whether words are what was seen in a picture, rather than a user's own."""
        return words in self._seen.values()

    def look(self, image: str) -> None:
        """Has a picture looked at; what is known of it is told at once."""
        if image in self._seen:
            self._take(image, self._seen[image])
        elif image not in self._asked:
            self._asked.add(image)
            self._wire.ask(
                See,
                image,
                then=lambda seen: self._keep(image, seen),
                otherwise=lambda _: self._asked.discard(image),  # a render will say what is wrong
            )

    def _keep(self, image: str, seen: Seen) -> None:
        self._asked.discard(image)
        self._seen[image] = seen.words
        self._take(image, seen.words)


def _item(text: str, name: str, tip: str, is_here: bool = True) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(name, Qt.ItemDataRole.UserRole)
    item.setToolTip(tip)
    item.setEnabled(is_here)
    return item
