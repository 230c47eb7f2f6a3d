"""What the window looks like: its colours, dark or light, and the space around things."""

from dataclasses import dataclass

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QGuiApplication, QPalette
from PyQt6.QtWidgets import QApplication

from .qt import there

THEMES = {"system": "As the system", "dark": "Dark", "light": "Light"}
"""What may be chosen, and what that is called."""

SPACE = 8
"""Pixels between things that stand beside each other."""

PARTS = {
    "drums": "#e5675f",
    "bass": "#4a9de0",
    "chords": "#a97be8",
    "lead": "#dba52f",
    "full": "#3fae7c",
}
"""A colour for each part, which can be seen on dark and on light."""


@dataclass(frozen=True)
class Colours:
    """Colours by what they are for, as names that Qt knows.

    Attributes:
        ground: behind everything.
        panel: behind what is read and typed.
        raised: of buttons.
        line: between things.
        text: what is read.
        muted: what is read second.
        accent: what is on, chosen or moving.
        on_accent: text on it.
        good: what has passed.
        bad: what has failed.
    """

    ground: str
    panel: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    bad: str


DARK = Colours(
    "#15171c", "#1c1f26", "#2a2e38", "#3a404d", "#e9ebf1", "#9ba4b6",
    "#ff9152", "#1b1310", "#52c78e", "#f27a72",
)  # fmt: skip
LIGHT = Colours(
    "#f1f2f5", "#ffffff", "#e4e7ee", "#c3c9d5", "#1d2129", "#596275",
    "#c4500f", "#ffffff", "#1a7f4e", "#b3261e",
)  # fmt: skip


class Look(QObject):
    """How the application looks now. There is one, `LOOK`.

    Attributes:
        colours: those in use.
    """

    changed = pyqtSignal()
    """The colours are others: what paints itself does so again."""

    def __init__(self) -> None:
        super().__init__()
        self.colours = DARK

    def wear(self, theme: str) -> None:
        """Gives the application its colours, at once.

        Args:
            theme: one of THEMES.
        """
        hints = there(QGuiApplication.styleHints())
        is_light = theme == "light" or (
            theme == "system" and hints.colorScheme() == Qt.ColorScheme.Light
        )
        self.colours = LIGHT if is_light else DARK
        QApplication.setStyle("Fusion")
        QApplication.setPalette(_palette(self.colours))
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setStyleSheet(_sheet(self.colours))
        self.changed.emit()


LOOK = Look()


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, name in (
        (roles.Window, colours.ground),
        (roles.WindowText, colours.text),
        (roles.Base, colours.panel),
        (roles.AlternateBase, colours.ground),
        (roles.Text, colours.text),
        (roles.PlaceholderText, colours.muted),
        (roles.Button, colours.raised),
        (roles.ButtonText, colours.text),
        (roles.BrightText, colours.bad),
        (roles.Highlight, colours.accent),
        (roles.HighlightedText, colours.on_accent),
        (roles.Accent, colours.accent),
        (roles.Link, colours.accent),
        (roles.ToolTipBase, colours.raised),
        (roles.ToolTipText, colours.text),
        (roles.Mid, colours.line),
        (roles.Dark, colours.line),
        (roles.Light, colours.raised),
    ):
        palette.setColor(role, QColor(name))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return palette


def _sheet(colours: Colours) -> str:
    """What a palette cannot say: round corners, and what is in focus."""
    return f"""
        QPushButton, QToolButton {{
            background: {colours.raised}; border: 1px solid {colours.line};
            border-radius: 4px; padding: 5px 10px;
        }}
        QPushButton:hover, QToolButton:hover {{ border-color: {colours.muted}; }}
        QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {{
            background: {colours.accent}; color: {colours.on_accent};
        }}
        QPushButton:default {{
            background: {colours.accent}; color: {colours.on_accent};
        }}
        QPushButton:disabled, QToolButton:disabled {{ color: {colours.muted}; }}
        QPushButton:focus, QToolButton:focus, QLineEdit:focus, QPlainTextEdit:focus,
        QTableView:focus, QListView:focus, QListWidget:focus {{
            border: 1px solid {colours.accent};
        }}
        QLineEdit, QPlainTextEdit, QTextBrowser, QTableView, QListView, QListWidget {{
            background: {colours.panel}; border: 1px solid {colours.line}; border-radius: 4px;
        }}
        QLineEdit, QPlainTextEdit {{ padding: 3px; }}
        QHeaderView::section {{
            background: {colours.ground}; color: {colours.muted}; border: none; padding: 4px;
        }}
        QProgressBar {{
            background: {colours.panel}; border: 1px solid {colours.line}; border-radius: 4px;
            text-align: center;
        }}
        QProgressBar::chunk {{ background: {colours.accent}; border-radius: 3px; }}
        QSplitter::handle {{ background: {colours.ground}; }}
        QToolTip {{
            background: {colours.raised}; color: {colours.text};
            border: 1px solid {colours.line}; padding: 4px;
        }}
    """
