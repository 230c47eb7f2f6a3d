"""A place to render on a machine of the cluster: what server.worker does, in a process of Ray's.

Ray is not imported here: bridge.py has it make an actor of `Seat`.

Threading: the render thread is `serve`'s; Ray calls each method in a thread of its own.
"""

import json
import queue
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from melfusion import __version__
from melfusion.home import model_folder

from ..worker import Inbox, serve
from .parcel import ENDS, LACKING, Loop, Message, Parcel


class Seat:
    """One render at a time, with the models that it keeps loaded.

    Args:
        model: name or folder of the one that renders where a request names none.
    """

    def __init__(self, model: str) -> None:
        self._inbox = Inbox()
        self._said: queue.SimpleQueue[Message] = queue.SimpleQueue()
        threading.Thread(
            target=serve, args=(model, self._inbox, self._said.put), daemon=True
        ).start()

    def opened(self) -> Message:
        """Waits until the model is loaded; gives `ready` or `broken`, and who says so."""
        return {**self._said.get(), "host": socket.gethostname(), "version": __version__}

    def render(self, parcel: Parcel) -> Iterator[Message]:
        """What is said of a render while it goes on, to the end; of a loop, the loop itself."""
        if not _has(parcel.model):
            yield {"type": LACKING, "job": parcel.job}
            return
        with tempfile.TemporaryDirectory(prefix="melfusion-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            order = {"job": parcel.job, "options": parcel.unpacked(folder), "folder": name}
            self._inbox.read([json.dumps({"type": "render", **order})])
            while True:
                message = self._said.get()
                if message["type"] == "finished":
                    path = Path(message["clip"]["path"])
                    message["loop"] = Loop(path.name, path.read_bytes(), message.pop("clip"))
                yield message
                if message["type"] in ENDS:
                    return

    def cancel(self, job: str) -> None:
        """Stops a render within one step."""
        self._inbox.read([json.dumps({"type": "cancel", "job": job})])

    def stay(self) -> None:
        """Never returns: who waits for it is told when this process is gone."""
        threading.Event().wait()


def _has(model: str) -> bool:
    try:
        return not model or bool(model_folder(model))
    except FileNotFoundError:
        return False
