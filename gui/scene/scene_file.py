"""The file that scenes are saved in."""

import errno
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from .saved_scene import SavedScene

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SCHEMA = 1
"""How the file is laid out. A higher number is a newer version's, and is kept."""

POLL_S = 0.02
"""How often it is looked whether another window has done writing."""


class DamagedError(Exception):
    """The file could not be read, and has another name now; says so in one sentence."""


class SceneFile:
    """Scenes in a JSON file, which other windows may write as well.

    Args:
        path: the file.

    Attributes:
        path: the same.
        current: id of the scene that was open when it was written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.current = ""
        self._content = b""
        self._scenes: list[SavedScene] = []
        self._more: dict[str, Any] = {"schema": SCHEMA}

    @contextmanager
    def held(self, patience_ms: int) -> Iterator[None]:
        """Keeps others from writing.

        Args:
            patience_ms: how long to wait for another who does.

        Raises:
            BlockingIOError: another holds it still.
            OSError: there cannot be a file in that folder.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        until_s = time.monotonic() + patience_ms / 1000
        with self.path.with_name(f"{self.path.name}.lock").open("ab") as lock:
            while not _hold(lock):
                if time.monotonic() >= until_s:
                    raise BlockingIOError(f"another window is writing {self.path}")
                time.sleep(POLL_S)
            yield

    def merge(self, ours: Sequence[SavedScene]) -> list[SavedScene]:
        """These scenes, and what others have made of the file since it was last read or written.

        Raises:
            DamagedError: it holds no scenes; it has been set aside.
            OSError: it cannot be read.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            self._content = b""
            return list(ours)
        if self._content == content != b"":
            return list(ours)
        try:
            told = json.loads(content)
            theirs = [_scene(scene) for scene in told.pop("scenes")]
            current = told.pop("current")
            if told["schema"] < SCHEMA or len({scene.id for scene in theirs}) < len(theirs):
                raise ValueError("that is no list of scenes")
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise DamagedError(
                f"The scenes could not be read; their file is kept as {self._set_aside()}."
            ) from error
        found = merged(self._scenes, ours, theirs)
        self.current, self._content, self._scenes, self._more = current, content, theirs, told
        return found

    def write(self, scenes: Sequence[SavedScene], current: str) -> None:
        """Writes the file whole, or leaves it as it is.

        Raises:
            OSError: it cannot be written.
        """
        told = {**self._more, "current": current, "scenes": [_told(scene) for scene in scenes]}
        content = json.dumps(told, indent=1).encode()
        if content != self._content:
            unfinished = self.path.with_name(f"{self.path.name}.part")
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self.path)
        self.current, self._content, self._scenes = current, content, list(scenes)

    def _set_aside(self) -> Path:
        for number in count(1):
            aside = self.path.with_name(f"{self.path.stem}.damaged-{number}{self.path.suffix}")
            if not aside.exists():
                break
        self._content = b""
        return self.path.rename(aside)


def merged(
    before: Sequence[SavedScene], ours: Sequence[SavedScene], theirs: Sequence[SavedScene]
) -> list[SavedScene]:
    """Two lists of scenes that were one, brought together scene by scene.

    What only one of them has added, changed or removed is added, changed or removed. Of two changes
    to one scene ours stays; what one has changed and the other has removed stays. The order is ours
    if that has changed, or else theirs; what only the other list has comes behind the scene that it
    follows there.

    Args:
        before: the list that both come from.
        ours: one of them; not empty.
        theirs: the other.

    Returns:
        The list; ours where nothing at all would be left.
    """
    old, our, their = ({scene.id: scene for scene in each} for each in (before, ours, theirs))
    kept: dict[str, SavedScene] = {}
    for id in our | their:
        if id in our and id in their:
            kept[id] = their[id] if our[id] == old.get(id) else our[id]
        elif (scene := our.get(id) or their[id]) != old.get(id):
            kept[id] = scene
    first, second = (their, our) if list(our) == list(old) else (our, their)
    order = [id for id in first if id in kept]
    follows = -1
    for id in second:
        if id in order:
            follows = order.index(id)
        elif id in kept:
            follows += 1
            order.insert(follows, id)
    return [kept[id] for id in order] or list(ours)


def _hold(lock: BinaryIO) -> bool:
    """Locks a file until it is closed or its process ends; False where another holds it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Where the file system knows no locks, the file is written without.
        return error.errno not in (errno.EACCES, errno.EAGAIN)
    return True


def _scene(told: dict[str, Any]) -> SavedScene:
    known = {declared.name for declared in fields(SavedScene)} - {"more"}
    held = {"id": told["id"]} | {name: told[name] for name in told if name in known}
    if held.get("region") is not None:
        held["region"] = tuple(held["region"])
    return SavedScene(**held, more={name: told[name] for name in told if name not in known})


def _told(scene: SavedScene) -> dict[str, Any]:
    held = {declared.name: getattr(scene, declared.name) for declared in fields(scene)}
    del held["more"]
    return scene.more | held
