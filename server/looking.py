"""Has pictures looked at by a process of its own, which is there while somebody asks.

It is apart from renders, so that nobody who puts a picture into words waits for one.
"""

import asyncio
import json
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence

from melfusion.request import RequestError

from .worker_host import ended, environment

COMMAND = (sys.executable, "-P", "-m", "server.seer")
IDLE_S = 120.0
"""The process ends when nobody has asked for so long."""

PATIENCE_S = 60.0
"""It imports PyTorch first, which takes seconds, and a minute on a busy machine."""

NOT_SEEN = "cannot be looked at now: write what is in it yourself, or try again"

logger = logging.getLogger(__name__)


class Looking:
    """Puts pictures into words, one after the other.

    Args:
        command: the process's command line.
        idle_s: how long it stays when nobody asks.
    """

    def __init__(self, command: Sequence[str] = COMMAND, idle_s: float = IDLE_S) -> None:
        self._command, self._idle_s = command, idle_s
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._leaving: asyncio.Task[None] | None = None

    async def see(self, image: str) -> str:
        """What is seen in a picture, and which music suits it.

        Args:
            image: its path.

        Raises:
            RequestError: it cannot be looked at.
        """
        async with self._turn:
            if self._leaving:
                self._leaving.cancel()
            try:
                answer = await asyncio.wait_for(self._asked(image), PATIENCE_S)
            except (OSError, ValueError, TimeoutError) as error:
                reason = str(error) or "it does not answer"
                logger.warning("what looks at pictures is lost: %s", reason)
                await self._end_process()
                raise RequestError("image", NOT_SEEN) from None
            self._leaving = asyncio.create_task(self._leave())
        if "words" not in answer:
            raise RequestError(str(answer["argument"]), str(answer["reason"]))
        return str(answer["words"])

    async def end(self) -> None:
        """Ends the process, if there is one."""
        if self._leaving:
            self._leaving.cancel()
        await self._end_process()

    async def _leave(self) -> None:
        await asyncio.sleep(self._idle_s)
        async with self._turn:
            await self._end_process()

    async def _end_process(self) -> None:
        process, self._process = self._process, None
        if process:
            await ended(process)

    async def _asked(self, image: str) -> dict[str, str]:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment(),
                start_new_session=True,
            )  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(image).encode() + b"\n")
        answer = json.loads(await self._process.stdout.readline())
        if not isinstance(answer, dict):
            raise ValueError(f"it says {answer!r}")
        return answer
