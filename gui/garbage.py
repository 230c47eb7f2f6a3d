"""Looks for garbage in Qt's thread alone.

Python looks for it in whichever thread happens to make objects. Where that finds Qt's, they are
destroyed in a thread that is not theirs, and the program may crash.
"""

import gc

from PyQt6.QtCore import QObject, QTimer

LOOK_MS = 5000


class Garbage(QObject):
    """Collects garbage from now on, every few seconds, as far as enough has come together.

    Args:
        parent: for as long as this is there.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()  # what is there now stays, and need not be looked through
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    def look(self) -> None:
        """Collects the oldest generation that is full, and those before it."""
        full = [
            count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)
        ]
        if any(full):
            gc.collect(max(generation for generation, is_full in enumerate(full) if is_full))
