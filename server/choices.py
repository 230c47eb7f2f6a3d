"""What users choose once and find again: who leads, which MIDI clock counts, the sound device."""

import logging
import sqlite3

SOURCES, MIDI_PORT, MIDI_DELAY_MS, AUDIO_DEVICE = (
    "sources", "midi_port", "midi_delay_ms", "audio_device",
)  # fmt: skip

logger = logging.getLogger(__name__)


class Choices:
    """Texts by name, in the library's database.

    Args:
        database: the library's; None keeps nothing.
    """

    def __init__(self, database: sqlite3.Connection | None = None) -> None:
        self._database = database

    def get(self, name: str, otherwise: str) -> str:
        """What was chosen, or what holds until something is."""
        if self._database is None:
            return otherwise
        row = self._database.execute("SELECT value FROM choices WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else otherwise

    def keep(self, name: str, value: str) -> None:
        """Keeps a choice; where that fails, it lasts until the server ends."""
        if self._database is None:
            return
        try:
            self._database.execute("INSERT OR REPLACE INTO choices VALUES (?, ?)", (name, value))
        except sqlite3.Error as error:
            logger.error("%s is not kept: %s", name, error)
