"""The render process: `python -m server.worker MODEL`. The only importer of melfusion.render.

What it says and hears is in worker_host. Its stdout is for that alone: whatever a library prints
goes to stderr.

Threading: the main thread renders and is the only one that speaks; a reader thread takes what comes
in, queues renders, sets the flag of a cancel, and ends the process at the end of stdin.
"""

import contextlib
import gc
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil

from melfusion.request import RenderRequest, RequestError

BACK = 5
"""How much nicer a render is than the server that it is for, where there are such numbers."""

Speak = Callable[[dict[str, Any]], None]


class Inbox:
    """What the server has asked for: renders in their order, and jobs to stop."""

    def __init__(self) -> None:
        self._renders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancelled: set[str] = set()

    def read(self, lines: Iterable[str]) -> None:
        """Takes messages until the lines end; runs in the reader thread."""
        for line in lines:
            message = json.loads(line)
            if message["type"] == "cancel":
                self._cancelled.add(message["job"])
            else:
                self._cancelled.discard(message["job"])
                self._renders.put(message)

    def next(self) -> dict[str, Any]:
        """The next render; waits for it."""
        return self._renders.get()

    def is_cancelled(self, job: str) -> bool:
        """Whether the job is to stop."""
        return job in self._cancelled


class Models:
    """The models that are loaded: the worker's own, and the one beside it that was used last.

    Large models fill a memory: one makes way for the next.

    Args:
        own: name or folder of the one that renders where a request names none.

    Raises:
        RenderError: it cannot be loaded.
    """

    def __init__(self, own: str) -> None:
        from melfusion import render

        self._load = render.load
        self._own = own
        self.own = self._load(own)
        self._other_name = ""
        self._other: Any = None

    def get(self, name: str, on_load: Callable[[], None]) -> Any:
        """The model of that name, or the worker's own where it is empty.

        Args:
            name: what the request says.
            on_load: told before one is loaded, which takes seconds.

        Raises:
            RenderError: it cannot be loaded.
        """
        if name in ("", self._own):
            return self.own
        if name != self._other_name:
            self._other_name, self._other = "", None
            gc.collect()  # what is left of the last one may be as large as what comes
            on_load()
            self._other = self._load(name)
            self._other_name = name
        return self._other


def serve(model: str, inbox: Inbox, speak: Speak) -> None:
    """Loads the model and renders what the inbox gives, for ever; returns when it cannot be loaded.

    Args:
        model: name or folder of the model.
        inbox: where requests come from.
        speak: sends one message to the server.
    """
    # Here and not above: it takes seconds, and what it lacks must reach the server as a sentence.
    try:
        models = Models(model)
    except Exception as error:
        _show(error)
        speak({"type": "broken", "reason": _one_line(error)})
        return
    own = models.own
    speak({"type": "ready", "model": own.name, "device": str(own.device), "steps": own.steps})
    while True:
        speak(_outcome(inbox.next(), models, inbox, speak))


def _outcome(message: dict[str, Any], models: Models, inbox: Inbox, speak: Speak) -> dict[str, Any]:
    """Renders what a message asks for; gives the message that ends it."""
    from melfusion import render

    job = message["job"]

    def on_progress(stage: str, fraction: float) -> None:
        speak({"type": "progress", "job": job, "stage": stage, "fraction": fraction})

    try:
        request = RenderRequest.check(message["options"])
        rendered = render.render(
            request,
            Path(message["folder"]),
            models.get(request.model, lambda: on_progress("loading", 0.0)),
            on_progress=on_progress,
            cancelled=lambda: inbox.is_cancelled(job),
        )
    except render.Cancelled:
        return {"type": "cancelled", "job": job}
    except RequestError as error:
        return _failed(job, error.argument, error.reason)
    except render.RenderError as error:
        return _failed(job, "render", str(error))
    except Exception as error:
        _show(error)
        return _failed(job, "render", f"met a fault of its own: {_one_line(error)}")
    return {"type": "finished", "job": job, "clip": rendered.as_dict()}


def _failed(job: str, argument: str, reason: str) -> dict[str, Any]:
    return {"type": "failed", "job": job, "argument": argument, "reason": reason}


def _show(error: Exception) -> None:
    """The traceback, for the server's log."""
    sys.excepthook(type(error), error, error.__traceback__)
    sys.stderr.flush()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def own_stdout() -> Speak:
    """Keeps stdout for messages, and sends whatever else is printed to stderr."""
    wire = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def speak(message: dict[str, Any]) -> None:
        wire.write(json.dumps(message).encode() + b"\n")

    return speak


def _step_back() -> None:
    """Asks the system to serve hosts and what plays first: a render can wait, sound cannot."""
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process()
        below = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", None)
        process.nice(process.nice() + BACK if below is None else below)


def main() -> None:
    """Runs until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _step_back()
    speak = own_stdout()
    inbox = Inbox()

    def read_then_end() -> None:
        try:
            inbox.read(sys.stdin)
        finally:
            # At once, wherever the main thread is: nobody is left to render for.
            os._exit(0)

    threading.Thread(target=read_then_end, daemon=True).start()
    serve(sys.argv[1], inbox, speak)
    # Not a return: the interpreter could not end in order while the reader waits for stdin.
    os._exit(1)


if __name__ == "__main__":
    main()
