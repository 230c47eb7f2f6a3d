"""What the menus do that no other part of the window shows."""

import pytest
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QAction, QDesktopServices
from PyQt6.QtWidgets import QMessageBox

from gui.window import Window
from server.device_command import DEVICE


def show_device(window: Window) -> None:
    (action,) = (a for a in window.findChildren(QAction) if a.text() == "Show the &Live device")
    action.trigger()


def test_the_device_for_live_is_shown_in_its_folder(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    show_device(window)
    assert [url.toLocalFile() for url in opened] == [str(DEVICE.parent)]
    assert DEVICE.is_file()
    assert window.findChildren(QMessageBox) == []


def test_where_no_folder_opens_it_is_said_where_the_device_is(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: False)
    show_device(window)
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == str(DEVICE)
    box.close()
