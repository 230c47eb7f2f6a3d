"""The settings as a window: whatever is changed there holds at once and is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtGui import QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..look import LOOK, THEMES
from ..qt import there, whole
from ..settings import Setting, Settings


@dataclass(frozen=True)
class _Field:
    """How a setting is shown."""

    name: str
    label: str
    titles: Mapping[Any, str] = field(default_factory=dict)
    unit: str = ""
    step: int = 1


PARTS = {part: part for part in ("full", "drums", "bass", "chords", "lead")}
"""Called as where a scene has them chosen."""

QUANTA = {
    "bar": "On the next bar",
    "beat": "On the next beat",
    "loop": "On a multiple of its bars",
    "now": "At once, in time",
}
RATES = {0: "As the sound device", **{rate: f"{rate / 1000:g} kHz" for rate in (
    44100, 48000, 88200, 96000,
)}}  # fmt: skip
FORMATS = {"pcm16": "16 bit", "pcm24": "24 bit", "float": "32 bit float"}

GROUPS: tuple[tuple[str, str, tuple[_Field, ...]], ...] = (
    (
        "Look",
        "How all windows look.",
        (
            _Field("theme", "&Theme", THEMES),
            _Field("text_size", "Text si&ze", unit=" %", step=10),
        ),
    ),
    (
        "New scenes",
        "What a new scene begins with; scenes that are there stay as they are.",
        (
            _Field("bars", "&Bars"),
            _Field("part", "&Part", PARTS),
        ),
    ),
    (
        "Playing",
        "When a loop begins, and how it takes over from what plays on its part.",
        (
            _Field("quantum", "&Loops begin", QUANTA),
            _Field("audition", "List&ening begins", QUANTA),
            _Field("crossfade_ms", "&Crossfade", unit=" ms", step=10),
            _Field("bars_ahead", "&Render and play", unit=" bars ahead"),
        ),
    ),
    (
        "Files",
        "The files of loops that are rendered from now on. A loop that fails a check is rendered"
        " again, so many times in all.",
        (
            _Field("rate", "&Sample rate", RATES),
            _Field("format", "Sample &format", FORMATS),
            _Field("attempts", "Atte&mpts"),
        ),
    ),
    (
        "Closing",
        "Rendering and playing can go on without the window.",
        (_Field("asks_before_closing", "&Ask what goes on while something plays"),),
    ),
)


def dress(settings: Settings) -> None:
    """Has the application look as is set, as long as the settings are there.

    Args:
        settings: theme and text size are read off them.
    """
    _Wardrobe(settings)


class _Wardrobe(QObject):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._settings = settings
        settings.changed.connect(self._hear)
        there(QGuiApplication.styleHints()).colorSchemeChanged.connect(self._wear)
        self._wear()

    def _hear(self, name: str) -> None:
        if name in ("theme", "text_size"):
            self._wear()

    def _wear(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        font.setPointSizeF(QFontInfo(font).pointSizeF() * self._settings.text_size / 100)
        QApplication.setFont(font)
        # Under a style sheet, widgets that are there take on the font when that is set again.
        LOOK.wear(self._settings.theme)


class SettingsWindow(QDialog):
    """All settings. There is no OK: a change holds at once.

    Args:
        settings: what is shown and changed.
        parent: the window that it belongs to.

    Attributes:
        fields: the widget of each setting, by its name.
    """

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._settings = settings
        self._calm = _Calm(self)
        self.fields = {
            shown.name: self._field(shown, Settings.all()[shown.name])
            for _, _, group in GROUPS
            for shown in group
        }
        self.trouble = QLabel(settings.trouble)
        self.trouble.setWordWrap(True)
        self.trouble.setVisible(bool(settings.trouble))
        self.trouble.setAccessibleName("What is wrong with the settings")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.defaults = there(
            buttons.addButton("Back to &defaults", QDialogButtonBox.ButtonRole.ResetRole)
        )
        self.defaults.clicked.connect(settings.reset)
        buttons.rejected.connect(self.reject)
        for button in buttons.buttons():
            # Return is for what is being typed, and not for what closes the window.
            there(button).setProperty("autoDefault", False)
        column = QVBoxLayout(self)
        column.addWidget(self._pages(), 1)
        column.addWidget(self.trouble)
        column.addWidget(buttons)
        settings.changed.connect(self._show)
        for name in self.fields:
            self._show(name)
        self._grow()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        """Is as large as its text wants it."""
        super().changeEvent(event)
        if event and event.type() == QEvent.Type.FontChange:
            self._grow()

    def _grow(self) -> None:
        metrics = self.fontMetrics()
        wanted = QSize(80 * metrics.averageCharWidth(), 48 * metrics.height())
        most = there(self.screen()).availableSize() * 0.85
        self.resize(self.size().expandedTo(wanted).boundedTo(most))

    def _field(self, shown: _Field, setting: Setting[Any]) -> QWidget:
        if isinstance(setting.default, bool):
            box = QCheckBox(shown.label)
            box.toggled.connect(lambda is_on: setattr(self._settings, shown.name, is_on))
            return box
        made: QSpinBox | QComboBox
        if setting.choices:
            made = QComboBox()
            for choice in setting.choices:
                made.addItem(shown.titles[choice], choice)
            made.setMinimumContentsLength(12)
            made.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            made.currentIndexChanged.connect(
                lambda at: setattr(self._settings, shown.name, setting.choices[at])
            )
        else:
            made = whole(there(setting.low), there(setting.high), setting.default)
            made.setSuffix(shown.unit)
            made.setSingleStep(shown.step)
            made.setKeyboardTracking(False)  # on the way to 200 there is no 20
            made.valueChanged.connect(lambda value: setattr(self._settings, shown.name, value))
        made.setAccessibleName(shown.label.replace("&", ""))
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.installEventFilter(self._calm)
        return made

    def _show(self, name: str) -> None:
        shown, value = self.fields[name], getattr(self._settings, name)
        if isinstance(shown, QCheckBox):
            shown.setChecked(value)
        elif isinstance(shown, QComboBox):
            shown.setCurrentIndex(shown.findData(value))
        elif isinstance(shown, QSpinBox):
            shown.setValue(value)

    def _pages(self) -> QScrollArea:
        page = QWidget()
        form = QFormLayout(page)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for title, explanation, group in GROUPS:
            told = QLabel(explanation)
            told.setWordWrap(True)
            told.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            form.addRow(QLabel(f"<h3>{title}</h3>"))
            form.addRow(told)
            for shown in group:
                made = self.fields[shown.name]
                made.setAccessibleDescription(explanation)
                if isinstance(made, QCheckBox):
                    form.addRow(made)
                else:
                    label = QLabel(shown.label)
                    label.setBuddy(made)
                    form.addRow(label, made)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        return area


class _Calm(QObject):
    """Keeps the wheel, which scrolls the page, from changing a field on its way."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        passes = (
            event is not None
            and event.type() == QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        )
        if event and passes:
            event.ignore()
        return passes
