"""What the about box tells: licences, libraries, the model's card, and the system."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pytest
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from gui.dialogs import about
from gui.dialogs.about import AboutWindow
from gui.qt import there
from gui.state import State
from gui.wire import Wire
from melfusion import __version__

TIMEOUT_MS = 10_000

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return lambda holds: qtbot.waitUntil(holds, timeout=TIMEOUT_MS)


@pytest.fixture
def box(qtbot: QtBot, free_port: int) -> Iterator[AboutWindow]:
    wire = Wire("127.0.0.1", free_port)
    made = AboutWindow(wire, State(wire))
    qtbot.addWidget(made)
    made.show()
    yield made
    wire.close()


def page(box: AboutWindow, at: int) -> QTextBrowser:
    found = box.pages.widget(at)
    assert isinstance(found, QTextBrowser)
    return found


def test_pages_are_read_when_they_are_first_shown(box: AboutWindow, wait: Wait) -> None:
    for at, says in enumerate(
        (__version__, "How it was made", "GNU GENERAL PUBLIC LICENSE", "numpy")
    ):
        assert page(box, at).isVisible() is (at == 0)
        if at:
            assert page(box, at).toPlainText() == ""
        box.pages.setCurrentIndex(at)
        wait(lambda at=at, says=says: says in page(box, at).toPlainText())
        assert page(box, at).accessibleName()
    assert "GPL-3.0-or-later" in page(box, 0).toPlainText()
    assert "PyQt6" in page(box, 3).toPlainText()


def test_the_licence_is_whole() -> None:
    root = Path(about.__file__).parents[2]
    assert about.licence() == (root / "LICENSE").read_text(encoding="utf-8")


def test_libraries_and_their_licences() -> None:
    used = {one.name.lower(): one for one in about.libraries()}
    for name in ("PyQt6", "numpy", "mido", "psutil", "torch"):
        assert used[name.lower()].version == metadata.version(name)
    assert used["pyqt6"].licence == "GPL-3.0-only"
    assert "BSD-3-Clause" in used["numpy"].licence
    assert used["mido"].licence == "MIT License"
    assert "pytest" not in used
    assert "melfusion-live" not in used
    assert all(one.licence and len(one.licence) < 200 for one in used.values())


def test_the_models_card_is_shown_with_what_stands_before_it(box: AboutWindow, wait: Wait) -> None:
    box.pages.setCurrentIndex(1)
    wait(lambda: "License: gpl-3.0" in page(box, 1).toPlainText())
    assert "---" not in page(box, 1).toPlainText().split("How it was made")[0]
    assert about.readable("# Plain\ntext") == "# Plain\ntext"
    assert about.readable("---\ntags:\n- music\nlicense: mit\n---\n# A\nb").splitlines() == [
        "# A", "", "- **Tags**:", "- music", "- **License**: mit", "", "b",
    ]  # fmt: skip


def test_system_information_is_copied(box: AboutWindow) -> None:
    box.copy.click()
    told = there(QGuiApplication.clipboard()).text()
    screen = QGuiApplication.primaryScreen()
    assert screen is not None
    for says in (
        f"MeLFusion Live: {__version__}",
        f"Python: {sys.version.split()[0]}",
        "Qt: 6.", "PyQt: 6.", "System: ",
        f"Screen: {screen.size().width()} x {screen.size().height()} at 1x",
        f"Server: {box._wire.where}, which does not answer",
        "Model: not known",
    ):  # fmt: skip
        assert says in told
    box._state.model = "mini-6"
    box.copy.click()
    assert (
        there(QGuiApplication.clipboard())
        .text()
        .endswith(f"Server: {box._wire.where}\nModel: mini-6")
    )


def test_it_may_go_while_something_is_read(qtbot: QtBot, free_port: int) -> None:
    wire = Wire("127.0.0.1", free_port)
    for _ in range(20):
        box = AboutWindow(wire, State(wire))
        box.show()
        for at in range(4):
            box.pages.setCurrentIndex(at)
        with qtbot.waitSignal(box.destroyed):
            box.deleteLater()
    wire.close()


ENDS = """
import logging, sys, threading
from pathlib import Path
from PyQt6.QtWidgets import QApplication
from gui.dialogs.about import AboutWindow
from gui.log import Log, Tail
from gui.dialogs.log_window import LogWindow
from gui.state import State
from gui.wire import Wire

def main():
    application = QApplication([])
    wire = Wire("127.0.0.1", 9)
    about, log = AboutWindow(wire, State(wire)), LogWindow(Log(), Tail(Path(sys.argv[1])))
    about.show()
    log.show()
    log.source.setCurrentIndex(1)
    log.save(Path(sys.argv[1]).with_suffix(".kept"))
    for page in range(4):
        about.pages.setCurrentIndex(page)
    say = logging.getLogger("gui").info
    threading.Thread(target=lambda: [say(n) for n in range(50_000)]).start()
    application.processEvents()

main()
"""


def test_the_application_may_end_while_something_is_read(tmp_path: Path) -> None:
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", ENDS, tmp_path / "x.log"],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        assert "Traceback" not in run.stderr


@pytest.mark.parametrize("module", ["settings_window", "log_window", "about"])
def test_none_of_it_loads_the_model_or_a_database(module: str) -> None:
    code = (
        f"import sys, gui.dialogs.{module} as module\n"
        "if hasattr(module, 'libraries'):\n"
        "    assert module.libraries() and 'mini' in module.model_card() and module.licence()\n"
        "print({'torch', 'sqlite3', 'asyncio'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (run.stdout, run.stderr) == ("set()\n", "")
