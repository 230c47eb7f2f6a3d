"""Clips: the finished loops of the library, in its folder and in its table.

The file is what counts. A loop whose file is in the folder is a clip even when the server died
before it could write that down; one whose file has been taken away is none any more.
"""

import json
import logging
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from melfusion import loop, wav
from melfusion.music import Metre

from . import protocol

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clip:
    """A finished loop.

    Attributes:
        id: of the request and the model: equal ids are equal files.
        path: of the WAV.
        recipe: all that is known of it: request, plan, seed, model, checks.
        created: in seconds since the Unix epoch.
    """

    id: str
    path: Path
    recipe: dict[str, Any]
    created: float

    @property
    def bpm(self) -> float:
        """Its own tempo."""
        return float(self.recipe["plan"]["bpm"])

    @property
    def event(self) -> protocol.ClipEvent:
        """What subscribers are told of it."""
        request, plan = self.recipe["request"], self.recipe["plan"]
        return protocol.ClipEvent(
            clip=self.id,
            path=str(self.path),
            part=request["part"],
            bpm=self.bpm,
            bars=request["bars"],
            metre=plan["metre"],
            quarters=loop.quarters(request["bars"], Metre.parse(plan["metre"])),
            key=plan["key"],
            chords=plan["chords"],
            seconds=self.recipe["seconds"],
            passed=int(all(check["verdict"] != "fail" for check in self.recipe["checks"])),
            recipe=json.dumps(self.recipe),
        )


class Clips:
    """All clips of a library's folder, and their table."""

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        self._folder = folder
        self._database = database
        rows = database.execute("SELECT id, file, recipe, created FROM clips ORDER BY rowid")
        self._clips = {
            row[0]: Clip(row[0], folder / row[1], json.loads(row[2]), row[3])
            for row in rows.fetchall()
        }

    def __len__(self) -> int:
        return len(self._clips)

    @property
    def folder(self) -> Path:
        """Where the WAVs are."""
        return self._folder

    def get(self, clip_id: str) -> Clip | None:
        """The clip of that id, or None."""
        return self._clips.get(clip_id)

    def all(self) -> list[Clip]:
        """Every clip, the oldest first."""
        return list(self._clips.values())

    def add(self, path: Path, recipe: dict[str, Any], created: float | None = None) -> Clip:
        """Keeps a finished loop.

        Args:
            path: of its WAV, in the library's folder.
            recipe: as RenderedLoop.as_dict gives it, or as the WAV holds it.
            created: when, in seconds since the Unix epoch; None for now.
        """
        recipe = {name: value for name, value in recipe.items() if name != "path"}
        clip = Clip(recipe["id"], path, recipe, time.time() if created is None else created)
        self._clips[clip.id] = clip
        try:
            self._database.execute(
                "INSERT OR REPLACE INTO clips (id, file, recipe, created) VALUES (?, ?, ?, ?)",
                (clip.id, clip.path.name, json.dumps(recipe), clip.created),
            )
        except sqlite3.Error as error:
            logger.error("clip %s is not in the table, but its file is safe: %s", clip.id, error)
        return clip

    def reconcile(self) -> None:
        """Brings the table up with the folder: forgets what is gone, adopts what is new."""
        wav.sweep(self._folder)
        for clip in self.all():
            if not clip.path.is_file():
                logger.info("clip %s is gone: %s", clip.id, clip.path.name)
                del self._clips[clip.id]
                self._database.execute("DELETE FROM clips WHERE id = ?", (clip.id,))
        known = {clip.path.name for clip in self.all()}
        for path in sorted(self._folder.glob("*.wav")):
            if path.name not in known:
                self._adopt(path)

    def _adopt(self, path: Path) -> None:
        try:
            recipe = wav.read_recipe(path)
            created = path.stat().st_mtime
        except OSError as error:
            logger.info("%s is left alone: %s", path.name, error)
            return
        if recipe and _is_whole(recipe) and recipe["id"] not in self._clips:
            clip = self.add(path, recipe, created)
            logger.info("clip %s is adopted: %s", clip.id, path.name)


def _is_whole(recipe: dict[str, Any]) -> bool:
    """Whether it has what a clip must have: anybody may put a WAV into the folder."""
    try:
        event = Clip(recipe["id"], Path(), recipe, 0.0).event
        protocol.read(event.address, [value for _, value in protocol.write(event)])
    except (KeyError, TypeError, ValueError):
        return False
    return True
