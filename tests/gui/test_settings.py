"""The settings: kept in real files, spoilt ones too, and their window, by keyboard and mouse."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QPointF, QSettings, Qt
from PyQt6.QtGui import QPalette, QWheelEvent
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QScrollArea,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.dialogs.settings_window import SettingsWindow, dress
from gui.look import DARK, LIGHT, LOOK, THEMES
from gui.scene.form import Form
from gui.settings import Settings
from melfusion.request import RenderRequest
from server.player_messages import Play
from server.render_messages import Render

OTHERS = {
    "theme": "light", "text_size": 150, "bars": 8, "part": "drums", "quantum": "loop",
    "audition": "bar", "crossfade_ms": 10_000, "bars_ahead": 16, "rate": 0, "format": "float",
    "attempts": 10, "asks_before_closing": False,
}  # fmt: skip
"""For each setting something else than its default."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


@pytest.fixture
def kept(file: Path) -> QSettings:
    return QSettings(str(file), QSettings.Format.IniFormat)


@pytest.fixture
def settings(kept: QSettings) -> Settings:
    return Settings(kept)


@pytest.fixture
def dressed(settings: Settings, qapp: QApplication) -> Iterator[Settings]:
    """Settings that the application obeys until the test has ended."""
    font, palette, sheet = QApplication.font(), QApplication.palette(), qapp.styleSheet()
    colours = LOOK.colours
    dress(settings)
    yield settings
    settings.changed.disconnect()
    LOOK.colours = colours
    qapp.setStyleSheet(sheet)
    QApplication.setPalette(palette)
    QApplication.setFont(font)


@pytest.fixture
def window(dressed: Settings, qtbot: QtBot) -> SettingsWindow:
    return opened(dressed, qtbot)


def opened(settings: Settings, qtbot: QtBot, parent: QWidget | None = None) -> SettingsWindow:
    made = SettingsWindow(settings, parent)
    if parent is None:
        qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


def values(settings: Settings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in Settings.all()}


def defaults() -> dict[str, object]:
    return {name: setting.default for name, setting in Settings.all().items()}


def spin(window: SettingsWindow, name: str) -> QSpinBox:
    field = window.fields[name]
    assert isinstance(field, QSpinBox)
    return field


def combo(window: SettingsWindow, name: str) -> QComboBox:
    field = window.fields[name]
    assert isinstance(field, QComboBox)
    return field


def written(file: Path, content: str, name: str = "spoilt.ini") -> Settings:
    """Settings out of a file that Qt has not seen before."""
    path = file.with_name(name)
    path.write_text(content)
    return Settings(QSettings(str(path), QSettings.Format.IniFormat))


def test_what_was_never_set_is_the_default(settings: Settings) -> None:
    assert values(settings) == defaults()


def test_defaults_and_limits_are_those_of_what_is_asked_with_them() -> None:
    request, asked = RenderRequest(), Play(1, "")
    assert (Settings.bars.default, Settings.part.default) == (request.bars, request.part)
    assert (Settings.format.default, Settings.attempts.default) == (
        request.format,
        request.attempts,
    )
    assert (Settings.rate.default, Settings.quantum.default) == (request.rate, asked.quantum)
    assert Settings.crossfade_ms.default == asked.crossfade_ms
    assert Settings.theme.choices == tuple(THEMES)
    for name, other in OTHERS.items():
        if name in ("bars", "part", "format", "attempts"):
            RenderRequest.check({"prompt": "x", name: other})
    for name in ("bars", "attempts"):
        limits = Settings.all()[name]
        RenderRequest.check({"prompt": "x", "bpm": 300, name: limits.low})
        RenderRequest.check({"prompt": "x", "bpm": 300, name: limits.high})
    (in_bars,) = (field for field in fields(Render) if field.name == "in_bars")
    assert Settings.bars_ahead.high is not None
    assert Settings.bars_ahead.high <= in_bars.metadata["high"]
    assert Settings.audition.choices == ("now", "bar")
    assert set(Settings.audition.choices) <= set(Settings.quantum.choices)


def test_what_is_set_is_told_and_kept(settings: Settings, kept: QSettings, file: Path) -> None:
    told: list[str] = []
    settings.changed.connect(told.append)
    assert OTHERS.keys() == Settings.all().keys()
    for name, other in OTHERS.items():
        assert other != getattr(settings, name)
        setattr(settings, name, other)
        setattr(settings, name, other)  # once more changes nothing
    assert told == list(OTHERS)
    assert values(settings) == OTHERS
    kept.sync()
    copy = Path(shutil.copy(file, file.with_name("copy.ini")))
    assert values(Settings(QSettings(str(copy), QSettings.Format.IniFormat))) == OTHERS


def test_defaults_come_back(settings: Settings, kept: QSettings) -> None:
    kept.setValue("window/geometry", "stays")
    settings.bars = 8
    settings.theme = "light"
    told: list[str] = []
    settings.changed.connect(told.append)
    settings.reset()
    assert values(settings) == defaults()
    assert told == ["theme", "bars"]
    assert kept.allKeys() == ["window/geometry"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"), ("text_size", 79), ("text_size", 201), ("text_size", 100.0),
        ("bars", 0), ("bars", True), ("crossfade_ms", 0), ("rate", 22050), ("part", "choir"),
        ("bars_ahead", 17), ("attempts", "3"), ("asks_before_closing", 1),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_not_set(settings: Settings, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        setattr(settings, name, value)
    assert values(settings) == defaults()


@pytest.mark.parametrize(
    "spoilt",
    [
        "", "many", "99999", "-1", "1e2", "4.5", "0x10", "a, b, c", "@Invalid()", "@Point(1 2)",
        "@ByteArray(\\0\\xff)", "@Variant(\\1\\2)", "true, false", "9" * 5000,
        "@Variant(\\0\\0\\0\\x7f\\0\\0\\0\\xePyQt_PyObject\\0\\0\\0\\0\\x4garb)",
    ],
)  # fmt: skip
def test_what_is_spoilt_is_the_default(file: Path, spoilt: str) -> None:
    lines = "".join(f"{name}={spoilt}\n" for name in Settings.all() if name != "format")
    settings = written(file, f"[settings]\n{lines}format=float\n")
    assert values(settings) == defaults() | {"format": "float"}
    settings.bars = 8  # and can be set again
    assert settings.bars == 8


@pytest.mark.parametrize(
    "content", ["\0\1\2" * 99, "[settings\nbars=x", "= = =\n[[[", "[settings]\n"]
)
def test_a_file_that_is_spoilt_is_begun_anew(file: Path, content: str) -> None:
    settings = written(file, content)
    assert values(settings) == defaults()
    settings.bars = 8
    assert settings.bars == 8


def test_a_place_that_cannot_be_written_is_told(
    settings: Settings, tmp_path: Path, qtbot: QtBot
) -> None:
    assert settings.trouble == ""
    (tmp_path / "file").write_text("no folder")
    nowhere = QSettings(str(tmp_path / "file" / "x.ini"), QSettings.Format.IniFormat)
    lost = Settings(nowhere)
    lost.bars = 8
    assert lost.bars == 8
    shown = opened(lost, qtbot).trouble
    assert shown.isVisible()
    assert "x.ini cannot be written" in shown.text()


def test_text_size_is_that_of_the_whole_application(dressed: Settings, qtbot: QtBot) -> None:
    plain = QApplication.font().pointSizeF()
    label = QLabel("there before")
    qtbot.addWidget(label)
    label.show()
    dressed.text_size = 200
    assert QApplication.font().pointSizeF() == pytest.approx(2 * plain)
    assert label.font().pointSizeF() == pytest.approx(2 * plain)
    later = QLabel("there after")
    qtbot.addWidget(later)
    later.show()
    assert later.font().pointSizeF() == pytest.approx(2 * plain)
    dressed.text_size = 80
    assert label.font().pointSizeF() == pytest.approx(0.8 * plain)
    dressed.reset()
    assert label.font().pointSizeF() == later.font().pointSizeF() == pytest.approx(plain)


def test_the_theme_is_worn_at_once(dressed: Settings) -> None:
    for theme, colours in (("light", LIGHT), ("dark", DARK)):
        dressed.theme = theme
        assert LOOK.colours == colours
        assert QApplication.palette().color(QPalette.ColorRole.Window).name() == colours.ground


def test_every_setting_is_shown_and_changes_at_once(
    window: SettingsWindow, dressed: Settings
) -> None:
    assert window.fields.keys() == Settings.all().keys()
    for name, field in window.fields.items():
        if isinstance(field, QCheckBox):
            field.click()
            assert getattr(dressed, name) is OTHERS[name]
        elif isinstance(field, QComboBox):
            field.setCurrentIndex(field.findData(OTHERS[name]))
        elif isinstance(field, QSpinBox):
            field.setValue(int(str(OTHERS[name])))
    assert values(dressed) == OTHERS
    window.defaults.click()
    assert values(dressed) == defaults()
    assert combo(window, "quantum").currentData() == Settings.quantum.default
    assert spin(window, "crossfade_ms").value() == Settings.crossfade_ms.default
    dressed.quantum = "now"  # what is set elsewhere is shown too
    assert combo(window, "quantum").currentText() == "At once, in time"


def test_it_is_used_by_keyboard(window: SettingsWindow, dressed: Settings, qtbot: QtBot) -> None:
    reached: set[QWidget | None] = set()
    while (now := QApplication.focusWidget()) not in reached:
        reached.add(now)
        qtbot.keyClick(now, Qt.Key.Key_Tab)
    assert reached >= set(window.fields.values()) | {window.defaults}
    # Labels lead to their fields.
    alt = Qt.KeyboardModifier.AltModifier
    for key, name in ((Qt.Key.Key_Z, "text_size"), (Qt.Key.Key_C, "crossfade_ms")):
        qtbot.keyClick(window, key, alt)
        assert window.fields[name].hasFocus()
    field = spin(window, "crossfade_ms")
    field.selectAll()
    for key in "350":
        qtbot.keyClick(field, key)
        assert dressed.crossfade_ms == 20  # what is half typed is nothing yet
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert dressed.crossfade_ms == 350
    assert window.isVisible()
    field.selectAll()
    qtbot.keyClicks(field, "400")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert dressed.crossfade_ms == 400


def test_labels_and_letters(window: SettingsWindow) -> None:
    letters: list[str] = []
    for field in window.fields.values():
        if isinstance(field, QCheckBox):
            text = field.text()
        else:
            (label,) = (made for made in window.findChildren(QLabel) if made.buddy() is field)
            text = label.text()
            assert field.accessibleName() == text.replace("&", "")
        assert field.accessibleDescription()
        letters.append(text[text.index("&") + 1].lower())
    letters.append("d")  # Back to defaults
    assert len(letters) == len(set(letters))


def test_the_wheel_scrolls_and_sets_nothing(window: SettingsWindow, dressed: Settings) -> None:
    for name in ("text_size", "quantum"):
        field = window.fields[name]
        window.defaults.setFocus()
        here = QPointF(field.rect().center())
        event = QWheelEvent(
            here, field.mapToGlobal(here), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(field, event)
    assert values(dressed) == defaults()


def test_it_is_usable_when_text_is_large_and_the_window_small(
    window: SettingsWindow, dressed: Settings, qtbot: QtBot
) -> None:
    dressed.text_size = 200
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.height() == 600)
    area = window.findChild(QScrollArea)
    assert area is not None
    across = area.horizontalScrollBar()
    viewport = area.viewport()
    assert across is not None
    assert viewport is not None
    assert across.maximum() == 0
    window.fields["theme"].setFocus()
    for field in list(window.fields.values())[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert field.hasFocus()
        place = field.mapTo(viewport, QPoint())
        assert viewport.rect().contains(place), field.accessibleName()


def test_it_opens_over_its_parent_and_lets_it_be_used(dressed: Settings, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.setGeometry(120, 90, 500, 400)
    parent.show()
    window = opened(dressed, qtbot, parent)
    assert not window.isModal()
    off = window.frameGeometry().center() - parent.frameGeometry().center()
    assert off.manhattanLength() < 150


SCREENS = """
import sys
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication, QWidget
from gui.scene.form import Form
from gui.settings import Settings
from gui.dialogs.settings_window import SettingsWindow
application = QApplication(["x", "-platform", "offscreen:configfile=" + sys.argv[1]])
parent = QWidget()
parent.setGeometry(1200, 100, 900, 600)
parent.show()
window = SettingsWindow(Settings(QSettings(sys.argv[2], QSettings.Format.IniFormat)), parent)
window.show()
application.processEvents()
right = window.screen().name()
window.close()
parent.setGeometry(20, 50, 700, 600)
application.processEvents()
window.show()
application.processEvents()
print(right, window.screen().name())
"""


def test_it_opens_on_the_screen_of_its_parent(tmp_path: Path, file: Path) -> None:
    screens = [
        {"name": "left", "x": 0, "y": 0, "width": 1000, "height": 800, "dpr": 1},
        {"name": "right", "x": 1000, "y": 0, "width": 1600, "height": 900, "dpr": 2},
    ]
    two = tmp_path / "screens.json"
    two.write_text(json.dumps({"screens": screens}))
    run = subprocess.run(
        [sys.executable, "-c", SCREENS, two, file], capture_output=True, text=True, timeout=60
    )
    assert run.stdout.split() == ["right", "left"], run.stderr


def test_parts_are_called_as_in_a_scene(settings: Settings, qtbot: QtBot) -> None:
    window, form = SettingsWindow(settings), Form()
    for made in (window, form):
        qtbot.addWidget(made)
    shown = window.fields["part"]
    assert isinstance(shown, QComboBox)
    words, others = (
        {box.itemText(row) for row in range(box.count())} for box in (shown, form.part)
    )
    assert words == others
