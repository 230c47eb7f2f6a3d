"""`melfusion-live render`: asks a server for one loop, shows how far it is, and what it became.

A server that was found, not named, may be another call's own, and end with that call. The job is
kept in the library, so the next server that is found or started goes on with it.
"""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import fields
from pathlib import Path

from melfusion import wav
from melfusion.options import explain, request_options, table
from melfusion.request import RenderRequest, RequestError

from . import library, protocol
from .client import SILENCE_S, Client, FailError, ServerGoneError, connect, new_job_id
from .finding import LOOPBACK, Address, answers, holder

CANCEL_PATIENCE_S = 12.0
HELD_PATIENCE_S = 15.0
"""How long a library may be held by a server that starts or ends, and cannot be asked."""

HELD_RETRY_S = 0.2
FOUND_SILENCE_S = 5.0
"""How long a server that was found may say nothing before one is looked for again."""

LINE_WIDTH = 60

Start = Callable[[Path], AbstractAsyncContextManager[Address]]
"""Runs a server on the library in a folder; gives its address."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options beside those of the request."""
    parser.add_argument("--out", type=Path, metavar="DIR", help="also copy the loop there")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    parser.add_argument(
        "--sync", action="store_true",
        help="in the tempo and metre that the server follows (the host's, a MIDI clock's, Link's)",
    )  # fmt: skip
    parser.add_argument(
        "--server", type=_address, metavar="HOST:PORT",
        help="ask this one (default: the one that runs on this machine, or one for this call)",
    )  # fmt: skip


def main(given: argparse.Namespace, start: Start) -> int:
    """Has one loop rendered and prints what it became.

    Args:
        given: the command line.
        start: how to run a server for this call.

    Returns:
        The exit status.
    """
    options = request_options(given)
    for led in ("bpm", "metre"):
        if given.sync and led in options:
            raise RequestError(led, "is the host's with --sync: leave one of them out")
    for image in ("image", "to_image"):
        if options.get(image):
            options[image] = str(Path(options[image]).expanduser().absolute())
    request = RenderRequest.check(options)
    if given.out:
        _make_folder(given.out)
    clip = asyncio.run(_render(given, request, start))
    recipe = {**json.loads(clip.recipe), "path": clip.path}
    if given.out:
        recipe["path"] = str(_copy(Path(clip.path), given.out))
    print(json.dumps(recipe) if given.json else f"{recipe['path']}\n{table(recipe)}")
    return 0


def sentence(error: Exception) -> str:
    """What an error says to a user; an argument of the request goes by its option's name."""
    argument, _, reason = str(error).partition(": ")
    if argument in {option.name for option in fields(RenderRequest)}:
        return explain(RequestError(argument, reason))
    return str(error)


async def _render(
    given: argparse.Namespace, request: RenderRequest, start: Start
) -> protocol.ClipEvent:
    job, gone = new_job_id(), set[Address]()
    while True:
        async with AsyncExitStack() as stack:
            address = await _find_or_start(given, start, stack)
            try:
                client = await stack.enter_async_context(connect(*address, given.token))
                silence_s = SILENCE_S if given.server else FOUND_SILENCE_S
                rendered = await _watch(client, request, job, silence_s, given.sync)
                return await client.clip(rendered.clip)
            except ServerGoneError:
                # One that answers again and falls silent again has not ended: it is in trouble.
                if given.server or address in gone:
                    raise
                gone.add(address)


async def _find_or_start(given: argparse.Namespace, start: Start, stack: AsyncExitStack) -> Address:
    """The server that was named, or runs already, or one for this call.

    Raises:
        LibraryError: none can be started; a HeldError only when the holder stays and is silent.
    """
    if given.server:
        host, port = given.server
        return host, port
    if not given.library and await answers(LOOPBACK, protocol.DEFAULT_PORT):
        return LOOPBACK, protocol.DEFAULT_PORT
    folder = given.library or library.default_folder()
    clock = asyncio.get_running_loop().time
    patient_until = clock() + HELD_PATIENCE_S
    while True:
        if address := await holder(folder):
            return address
        try:
            return await stack.enter_async_context(start(folder))
        except library.HeldError:
            if clock() >= patient_until:
                raise
        await asyncio.sleep(HELD_RETRY_S)


async def _watch(
    client: Client, request: RenderRequest, job: str, silence_s: float, sync: bool
) -> protocol.Rendered:
    """Waits for the loop; Ctrl-C cancels the job before it is let through."""
    await client.request(protocol.Notify, 1)
    with client.events() as events:
        rendering = asyncio.create_task(client.render(request, job, silence_s, sync=sync))
        showing = asyncio.create_task(_show(events, job))
        try:
            await asyncio.wait([rendering])
        except asyncio.CancelledError:
            with contextlib.suppress(FailError, ServerGoneError, TimeoutError):
                await client.request(protocol.Cancel, job)
                await asyncio.wait_for(rendering, CANCEL_PATIENCE_S)
            raise
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)
    return rendering.result()


async def _show(events: AsyncIterator[protocol.Event], job: str) -> None:
    """The job's progress on stderr: one line that changes, or where it is no terminal, a few."""
    said = ""
    try:
        async for event in events:
            if not isinstance(event, protocol.JobEvent) or event.job != job:
                continue
            if sys.stderr.isatty():
                print(f"\r{_progress(event):<{LINE_WIDTH}}", end="", file=sys.stderr, flush=True)
            elif (step := event.stage or event.state) != said:
                print(_progress(event), file=sys.stderr, flush=True)
                said = step
    finally:
        if sys.stderr.isatty():
            print(f"\r{'':<{LINE_WIDTH}}\r", end="", file=sys.stderr, flush=True)


def _progress(event: protocol.JobEvent) -> str:
    expected = f", about {event.expected_s:.0f} s in all" if event.expected_s else ""
    if event.state != "rendering":
        return event.state + (expected if event.state == "queued" else "")
    return f"{event.stage or 'rendering'} {event.progress:.0%}{expected}"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise RequestError("--out", f"{folder} is a file: name a folder") from None
    except OSError as error:
        raise RequestError("--out", f"{folder} cannot be made: {error.strerror}") from None


def _copy(source: Path, folder: Path) -> Path:
    """Copies a finished file whole, never over another one."""
    try:
        return wav.put(folder, source.name, source.read_bytes())
    except OSError as error:
        reason = f"{source} cannot be copied to {folder}: {error.strerror or error}"
        raise RequestError("--out", reason) from None


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise argparse.ArgumentTypeError(f"must be HOST:PORT, not {text!r}")
    return host.strip("[]"), int(port)
