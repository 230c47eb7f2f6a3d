"""`melfusion-live`: the command line, and the only place that knows concrete classes.

`melfusion-live --headless` is the server; `melfusion-live` opens the window, and `melfusion-live
render` is a client, for a server that is found or started.
"""

import argparse
import asyncio
import gc
import ipaddress
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

from melfusion import __version__
from melfusion.home import model_folder
from melfusion.options import EXIT_BAD_INPUT, Parser, add_request_options
from melfusion.pool import TOKEN, ClusterError
from melfusion.request import RequestError

from . import device_command, library, models_command, render_command, window_command
from .choices import AUDIO_DEVICE, MIDI_DELAY_MS, MIDI_PORT, SOURCES, Choices
from .client import FailError, ServerGoneError
from .clips import Clips
from .cluster import command as cluster_command
from .cluster.nodes import require_ray
from .core import Core
from .endpoint import Endpoint, EndpointError
from .finding import LOOPBACK, Address
from .handlers import HANDLERS
from .jobs import Jobs
from .midi_inputs import MidiInputs
from .player.devices import Devices
from .player.output import Output
from .player.stream import Source
from .protocol import DEFAULT_PORT
from .remote import Bindings
from .transports.link import Link
from .worker_host import WorkerHost

EXIT_FAULT = 1
EXIT_INTERRUPTED = 130

USUAL_SOURCES = "host midi link"

KNOWN_ERRORS = (
    ClusterError,
    EndpointError,
    FailError,
    RequestError,
    ServerGoneError,
    device_command.DeviceError,
    library.LibraryError,
    models_command.ModelsError,
    window_command.StartError,
)
"""What a user can cause and can mend: one sentence, never a traceback."""

logger = logging.getLogger(__name__)


@asynccontextmanager
async def running(
    folder: Path,
    worker: Sequence[str],
    host: str = LOOPBACK,
    port: int = 0,
    token: str = "",
    sources: Sequence[str] | None = (),
    audio_device: str | None = "",
    devices: Source | None = None,
    *,
    retakes: bool = True,
) -> AsyncIterator[Address]:
    """A server, from here to the end of the context.

    Args:
        folder: of the library.
        worker: command line of the render process.
        host: address to listen on; one that others can reach needs a token.
        port: UDP port; 0 takes a free one.
        token: what clients must say; empty for nothing.
        sources: names of the transports that may lead, first first, before the server's own; None
            for those that were chosen last.
        audio_device: name of the sound device; empty for the system's default, None for the one
            that was chosen last.
        devices: the sound devices; None for the machine's.
        retakes: whether what plays at another tempo than its own is rendered anew at it.

    Returns:
        The address that it listens on.

    Raises:
        LibraryError: the library cannot be used.
        EndpointError: the address cannot be listened on.
        RequestError: a source is unknown.
    """
    if not token and not _is_loopback(host):
        raise EndpointError(f"host: others can reach {host}: name a --token that they must say")
    with library.opened(folder) as opened:
        clips = Clips(opened.folder, opened.database)
        clips.reconcile()
        choices = Choices(opened.database)
        if sources is None:
            sources = choices.get(SOURCES, USUAL_SOURCES).split()
        if audio_device is None:
            audio_device = choices.get(AUDIO_DEVICE, "")
        worker_host, endpoint = WorkerHost(worker), Endpoint()
        link, output = Link(), Output(devices or Devices(), audio_device)
        core = Core(
            Jobs(opened.database), clips, worker_host, output, HANDLERS, endpoint.send, token,
            transports=[link], bindings=Bindings(opened.database), choices=choices,
        )  # fmt: skip
        core.leader.set_order(sources)
        core.midi.port = choices.get(MIDI_PORT, core.midi.port)
        core.midi.delay_s = float(choices.get(MIDI_DELAY_MS, "0")) / 1000
        inputs = MidiInputs(core.midi, core.remote)
        address = await endpoint.open(host, port, core)
        logger.info("listening on %s:%d, library %s", *address, opened.folder)
        runners = (
            worker_host, core.renders, core.player, core, core.leader, core.evolving, link, inputs,
        )  # fmt: skip
        runs = [part.run() for part in runners] + ([core.retakes.run()] if retakes else [])
        parts = [asyncio.create_task(run) for run in runs]
        for part in parts:
            part.add_done_callback(partial(_end_with, asyncio.current_task()))
        try:
            opened.announce(*address)
            yield address
        finally:
            for part in parts:
                part.cancel()
            # Before the worker has ended, so that nobody finds a server that takes no jobs.
            await endpoint.close()
            await asyncio.gather(*parts, return_exceptions=True)


def main(arguments: Sequence[str] | None = None, worker: Sequence[str] = ()) -> int:
    """Runs the command line.

    Args:
        arguments: its words; None for the process' own.
        worker: command line of the render process; empty for the real one.

    Returns:
        The exit status: 2 for what the user can mend, 1 for a fault of the program.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    program = f"{parser.prog} {given.command}" if given.command else parser.prog
    _set_up_log(given.log_level or ("critical" if given.command else "info"))
    try:
        if given.command == "worker":
            return cluster_command.main(given)
        if given.command == "models":
            return models_command.main(given)
        if given.command == "device":
            return device_command.main(given)
        worker = worker or _worker(given.own_model, given.cluster, given.cluster_places)
        if given.command:
            return render_command.main(given, partial(running, worker=worker))
        if given.headless:
            return asyncio.run(_serve(given, worker))
        words = sys.argv[1:] if arguments is None else arguments
        return window_command.main(given, words, [sys.executable, "-P", "-m", "server"])
    except KNOWN_ERRORS as error:
        print(f"{program}: {render_command.sentence(error)}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except (Exception, asyncio.CancelledError) as error:
        logger.debug("fault", exc_info=error)
        hint = "run it with --log-level debug and report what it says"
        print(
            f"{program}: a fault of the program ({type(error).__name__}): {hint}", file=sys.stderr
        )
        return EXIT_FAULT


def _worker(model: str, cluster: str, places: int | None) -> list[str]:
    """Command line of the render process, or of what stands for a cluster's.

    Raises:
        RequestError: there is no such model; who starts it now should know now. One of a cluster
            may be on another machine.
        ClusterError: Ray is not installed.
    """
    python = [sys.executable, "-P", "-m"]
    if cluster:
        require_ray()
        own = [] if places is None else [str(places)]
        return [*python, "server.cluster.bridge", model, cluster, *own]
    try:
        model_folder(model)
    except FileNotFoundError as error:
        raise RequestError("--model", str(error)) from error
    return [*python, "server.worker", model]


async def _serve(given: argparse.Namespace, worker: Sequence[str]) -> int:
    """Runs the server until SIGINT or SIGTERM."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not loop.add_signal_handler: Windows has none.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    folder = given.library or library.default_folder()
    where = given.host, given.port, given.token
    sources = None if given.sources is None else given.sources.split()
    options = {"audio_device": given.audio_device, "retakes": not given.no_retakes}
    async with running(folder, worker, *where, sources, **options):
        gc.freeze()  # what is there now stays: nobody waits while it is looked through for garbage
        await stop.wait()
        logger.info("ending")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="melfusion-live", description="Loops from a picture and a sentence.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--headless", action="store_true", help="the server, without a window")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on")
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="UDP port; 0 takes a free one"
    )
    parser.add_argument(
        "--sources", metavar="NAMES",
        help="who may give tempo and beat, the first one first: of host, midi and link (default:"
        f" as chosen last, at first {USUAL_SOURCES!r}); else it is the server's own clock",
    )  # fmt: skip
    parser.add_argument(
        "--audio-device", metavar="NAME",
        help="sound device, by its name or a part of it (default: as chosen last, at first the"
        " system's); opened when something is first played",
    )  # fmt: skip
    parser.add_argument(
        "--no-retakes", action="store_true",
        help="what plays at another tempo than its own stays stretched and is not rendered anew",
    )  # fmt: skip
    parser.add_argument(
        "--model", dest="own_model", default="mini",
        help="what a server that starts renders with, where a request names no other (mini)",
    )  # fmt: skip
    parser.add_argument(
        "--cluster", metavar="start|auto|HOST[:PORT]", default="",
        help="render on the machines of a cluster, which begins here where HOST is this machine, or"
        f" for this machine alone (start); {TOKEN} says what they must know (docs/cluster.md)",
    )  # fmt: skip
    cluster_command.add_places(parser, "--cluster-places")
    _add_common_options(parser, given=True)
    commands = parser.add_subparsers(dest="command")
    render = commands.add_parser(
        "render", help="has one loop rendered", description="Has one loop rendered."
    )
    add_request_options(render)
    render_command.add_options(render)
    _add_common_options(render, given=False)
    worker = commands.add_parser(
        "worker", help="render for a cluster", description="Renders for a cluster until Ctrl-C."
    )
    cluster_command.add_options(worker)
    models_command.add_command(commands)
    device_command.add_command(commands)
    return parser


def _add_common_options(parser: argparse.ArgumentParser, *, given: bool) -> None:
    """The options of both commands; the second one's defaults must not hide what was given."""

    def default(value: object) -> object:
        return value if given else argparse.SUPPRESS

    parser.add_argument(
        "--library", type=Path, metavar="DIR", default=default(None),
        help="where loops are kept (default ~/MeLFusion); no spaces in its path",
    )  # fmt: skip
    parser.add_argument("--token", default=default(""), help="what clients must say to the server")
    parser.add_argument(
        "--log-level", choices=("debug", "info", "warning", "error", "critical"),
        default=default(None), help="how much is logged to stderr",
    )  # fmt: skip


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"must be a port, 0 to 65535, not {text!r}")
    return int(text)


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except OSError:
        return True  # no address at all; binding to it says so
    return all(ipaddress.ip_address(str(entry[4][0]).split("%")[0]).is_loopback for entry in found)


def _end_with(owner: "asyncio.Task[object] | None", part: "asyncio.Task[None]") -> None:
    """Ends the whole server when a part of it fails: half a server would keep clients waiting."""
    if not part.cancelled() and (error := part.exception()) and owner:
        logger.critical("a part of the server has failed", exc_info=error)
        owner.cancel()


class _OneLine(logging.Formatter):
    """One line for each record: of an exception, its name and text."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname.lower()} {record.getMessage()}"
        error = record.exc_info[1] if record.exc_info else None
        return f"{line}: {type(error).__name__}: {error}" if error else line


def _own_stderr() -> TextIO:
    """Stderr by a descriptor of its own: the usual one is hushed now and then (midi_inputs.py)."""
    try:
        return os.fdopen(os.dup(sys.stderr.fileno()), "w", buffering=1)
    except (AttributeError, OSError, ValueError):
        return sys.stderr or Path(os.devnull).open("w", encoding="utf-8")


def _set_up_log(level: str) -> None:
    handler = logging.StreamHandler(_own_stderr())
    whole = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(whole if level == "debug" else _OneLine())
    logging.basicConfig(level=level.upper(), handlers=[handler])
    # Its debug lines say nothing of this program.
    logging.getLogger("asyncio").setLevel(max(logging.WARNING, logging.getLogger().level))
