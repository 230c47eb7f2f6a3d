"""Clips: the finished loops of the library, in its folder and in its table.

The file is what counts. A loop whose file is in the folder is a clip even when the server died
before it could write that down; one whose file has been taken away is none any more.
"""

import asyncio
import json
import logging
import os
import sqlite3
import time
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import send2trash

from melfusion import loop, wav
from melfusion.music import Metre
from melfusion.request import PARTS, RequestError

from . import protocol

CHECK = {"name", "asked", "got", "unit", "verdict"}
VERDICTS = ("pass", "fail", "n/a")
COPIED_S = 60.0
"""A file that is no older may still be on its way into the folder."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Marks:
    """What users write on a clip.

    Attributes:
        title: what it is called; empty for its words.
        favourite: whether it is one.
        tags: with spaces between.
    """

    title: str = ""
    favourite: bool = False
    tags: str = ""


@dataclass(frozen=True)
class Place:
    """What the device in Live last said of a clip.

    Attributes:
        where: it was placed, such as "Drums, slot 4"; empty when it was not.
        trouble: why it was not placed, or what Live did not take of it; empty when all is well,
            and when it was never to be placed.
    """

    where: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class Clip:
    """A finished loop.

    Attributes:
        id: of the request and the model: equal ids are equal files.
        path: of the WAV.
        recipe: all that is known of it: request, plan, seed, model, checks.
        created: in seconds since the Unix epoch.
        marks: what users wrote on it.
        place: where in Live it lies.
    """

    id: str
    path: Path
    recipe: dict[str, Any]
    created: float
    marks: Marks = field(default_factory=Marks)
    place: Place = field(default_factory=Place)

    @property
    def bpm(self) -> float:
        """Its own tempo."""
        return float(self.recipe["plan"]["bpm"])

    @property
    def brief(self) -> protocol.ClipEvent:
        """The event without the recipe."""
        request, plan = self.recipe["request"], self.recipe["plan"]
        checks = self.recipe["checks"]
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
            passed=int(all(check["verdict"] != "fail" for check in checks)),
            checks=", ".join(f"{check['name']} {check['verdict']}" for check in checks),
            prompt=request["prompt"],
            image=request["image"],
            created=f"{datetime.fromtimestamp(self.created, UTC):%Y-%m-%dT%H:%M:%SZ}",
            title=self.marks.title,
            favourite=int(self.marks.favourite),
            tags=self.marks.tags,
            recipe="",
            place=self.place.where,
            place_trouble=self.place.trouble,
        )

    @property
    def event(self) -> protocol.ClipEvent:
        """What subscribers are told of it."""
        return replace(self.brief, recipe=json.dumps(self.recipe))


class Clips:
    """All clips of a library's folder, and their table."""

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        self._folder = folder
        self._database = database
        self._looked_ns = 0
        self._left_alone: set[str] = set()
        marks = database.execute("SELECT clip, title, favourite, tags FROM marks").fetchall()
        self._marks = {clip: Marks(title, bool(star), tags) for clip, title, star, tags in marks}
        places = database.execute("SELECT clip, place, trouble FROM places").fetchall()
        self._places = {clip: Place(where, trouble) for clip, where, trouble in places}
        rows = database.execute("SELECT id, file, recipe, created FROM clips ORDER BY rowid")
        self._clips = {
            clip: self._clip(clip, folder / file, json.loads(recipe), created)
            for clip, file, recipe, created in rows.fetchall()
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
        created = time.time() if created is None else created
        clip = self._clip(recipe["id"], path, recipe, created)
        self._clips[clip.id] = clip
        try:
            self._database.execute(
                "INSERT OR REPLACE INTO clips (id, file, recipe, created) VALUES (?, ?, ?, ?)",
                (clip.id, clip.path.name, json.dumps(recipe), clip.created),
            )
        except sqlite3.Error as error:
            logger.error("clip %s is not in the table, but its file is safe: %s", clip.id, error)
        return clip

    def mark(self, clip_id: str, **changes: Any) -> Clip:
        """Writes on a clip; the changes are fields of Marks.

        Raises:
            RequestError: there is no such clip.
            sqlite3.Error: it cannot be kept.
        """
        clip = self._known(clip_id)
        marks = replace(clip.marks, **changes)
        self._database.execute(
            "INSERT OR REPLACE INTO marks (clip, title, favourite, tags) VALUES (?, ?, ?, ?)",
            (clip.id, *astuple(marks)),
        )
        self._marks[clip.id] = marks
        self._clips[clip.id] = replace(clip, marks=marks)
        return self._clips[clip.id]

    def place(self, clip_id: str, place: Place) -> Clip:
        """Keeps where in Live a clip lies, or why it does not.

        Raises:
            RequestError: there is no such clip.
            sqlite3.Error: it cannot be kept.
        """
        clip = self._known(clip_id)
        self._database.execute(
            "INSERT OR REPLACE INTO places (clip, place, trouble) VALUES (?, ?, ?)",
            (clip.id, *astuple(place)),
        )
        self._places[clip.id] = place
        self._clips[clip.id] = replace(clip, place=place)
        return self._clips[clip.id]

    async def discard(self, clip_id: str) -> None:
        """Puts a clip's file into the system's bin, and forgets the clip.

        Raises:
            RequestError: there is no such clip, or no bin that takes it.
            sqlite3.Error: the table cannot be changed.
        """
        clip = self._known(clip_id)
        del self._clips[clip.id]  # nobody begins with it meanwhile
        try:
            # Into the bin of another disk it is copied.
            await asyncio.to_thread(send2trash.send2trash, clip.path)
        except OSError as error:
            if clip.path.exists():
                self._clips[clip.id] = clip
                reason = f"{clip.path} cannot be put into the bin: {error.strerror or error}"
                raise RequestError("clip", f"{reason}: delete the file yourself") from None
        self._database.execute("DELETE FROM clips WHERE id = ?", (clip.id,))
        logger.info("clip %s is in the bin: %s", clip.id, clip.path.name)

    def reconcile(self) -> None:
        """Brings the table up with the folder: forgets what is gone, adopts what is new."""
        wav.sweep(self._folder)
        self.look()

    def look(self) -> tuple[list[Clip], list[str]]:
        """The same while the server runs; at once where nothing has changed in the folder.

        Returns:
            The clips that are adopted, and the ids of those that are gone.
        """
        changed_ns = self._folder.stat().st_mtime_ns
        if changed_ns == self._looked_ns:
            return [], []
        self._looked_ns = changed_ns
        with os.scandir(self._folder) as entries:
            names = {entry.name for entry in entries}
        gone = [clip for clip in self.all() if clip.path.name not in names]
        for clip in gone:
            logger.info("clip %s is gone: %s", clip.id, clip.path.name)
            del self._clips[clip.id]
            self._database.execute("DELETE FROM clips WHERE id = ?", (clip.id,))
        known = {clip.path.name for clip in self.all()} | self._left_alone
        new = sorted(name for name in names - known if name.endswith(".wav"))
        adopted = [self._adopt(self._folder / name) for name in new]
        return [clip for clip in adopted if clip], [clip.id for clip in gone]

    def _known(self, clip_id: str) -> Clip:
        clip = self._clips.get(clip_id)
        if clip is None:
            raise RequestError("clip", f"{clip_id} is not in the library")
        return clip

    def _clip(self, clip_id: str, path: Path, recipe: dict[str, Any], created: float) -> Clip:
        """A clip with all that is known of it beside its file."""
        marks, place = self._marks.get(clip_id, Marks()), self._places.get(clip_id, Place())
        return Clip(clip_id, path, recipe, created, marks, place)

    def _adopt(self, path: Path) -> Clip | None:
        try:
            recipe = wav.read_recipe(path)
            created = path.stat().st_mtime
        except OSError as error:
            logger.info("%s is left alone: %s", path.name, error)
            recipe, created = None, 0.0
        if not recipe or not _is_whole(recipe) or recipe["id"] in self._clips:
            if time.time() - created < COPIED_S:
                self._looked_ns = 0  # it is looked at again
            else:
                self._left_alone.add(path.name)
            return None
        clip = self.add(path, recipe, created)
        logger.info("clip %s is adopted: %s", clip.id, path.name)
        return clip


def _is_whole(recipe: dict[str, Any]) -> bool:
    """Whether it has what a clip must have: anybody may put a WAV into the folder."""
    try:
        event = Clip(recipe["id"], Path(), recipe, 0.0).event
        protocol.read(event.address, [value for _, value in protocol.write(event)])
        checks = recipe["checks"]
        are_whole = all(set(check) >= CHECK and check["verdict"] in VERDICTS for check in checks)
    except (KeyError, TypeError, ValueError):
        return False
    return are_whole and event.part in (*PARTS, "full")
