"""One function for each request: what it does with the core, and what it answers."""

import itertools
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from melfusion import __version__
from melfusion.music import Metre
from melfusion.request import RenderRequest, RequestError

from . import player_handlers, protocol
from .core import MOST_SUBSCRIBERS, Core, Handler
from .jobs import Asker
from .transport_messages import LEAVES_DELAY_MS, HostReport, SetSources, SetTransport, Sources
from .transports.host import Report

LOWEST_BPM = 10.0


def hello(core: Core, request: protocol.Hello, asker: Asker) -> protocol.Welcome:  # noqa: ARG001
    """Says who the server is."""
    return protocol.Welcome(
        request.id,
        request.address,
        protocol=protocol.PROTOCOL_VERSION,
        version=__version__,
        model=core.worker.model,
        capabilities=" ".join(known.address for known in protocol.REQUESTS),
    )


def notify(core: Core, request: protocol.Notify, asker: Asker) -> protocol.Subscribed:
    """Subscribes the asker and sends it the whole state, or ends its subscription."""
    address = asker.host, asker.port
    if not request.on:
        core.subscribers.pop(address, None)
        return protocol.Subscribed(request.id, request.address, jobs=0, clips=0)
    if address not in core.subscribers and len(core.subscribers) >= MOST_SUBSCRIBERS:
        raise RequestError("on", f"{MOST_SUBSCRIBERS} clients have subscribed already")
    core.subscribers[address] = core.clock()
    jobs, clips = core.jobs.recent(), core.clips.all()
    # A job is looked at again when its turn comes: what is sent must not be older than events that
    # went out in between.
    events = itertools.chain(
        core.player.events(),
        (now.event for job in jobs if (now := core.jobs.get(job.id))),
        (clip.event for clip in clips),
    )
    core.stream(events, asker)
    return protocol.Subscribed(request.id, request.address, jobs=len(jobs), clips=len(clips))


def status(core: Core, request: protocol.Status, asker: Asker) -> protocol.Condition:  # noqa: ARG001
    """Says how the server is."""
    return protocol.Condition(
        request.id,
        request.address,
        queued=len(core.jobs.waiting()),
        worker=core.worker.state,
        trouble=core.worker.trouble,
        clips=len(core.clips),
        subscribers=len(core.subscribers),
        garbage=core.garbage_count,
        uptime_s=core.clock() - core.began,
    )


def render(core: Core, request: protocol.Render, asker: Asker) -> None:
    """Queues a render; the answer comes when the loop is finished."""
    wanted = _in_sync(core, request) if request.sync else request.request
    core.renders.ask(request.job, wanted, asker)


def cancel(core: Core, request: protocol.Cancel, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Stops a job."""
    core.renders.cancel(request.job)
    return protocol.Done(request.id, request.address)


def list_clips(core: Core, request: protocol.ListClips, asker: Asker) -> None:
    """Sends the clips to the asker, or the one it wants, and then the answer."""
    if request.clip:
        clip = core.clips.get(request.clip)
        if clip is None:
            raise RequestError("clip", f"{request.clip} is not in the library")
        clips = [clip]
    else:
        clips = core.clips.all()
    done = protocol.Listed(request.id, request.address, clips=len(clips))
    core.stream([clip.event for clip in clips], asker, done)


def host_report(core: Core, request: HostReport, asker: Asker) -> protocol.Done:
    """Hears what the device in the host reports."""
    report = Report(
        request.bpm,
        request.quarters,
        bool(request.playing),
        _metre(request.metre),
        request.downbeat,
        request.sent_us,
    )
    core.host.report(report, core.clock(), (asker.host, asker.port))
    return protocol.Done(request.id, request.address)


def set_transport(core: Core, request: SetTransport, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Changes tempo, metre and playing, as far as that is the server's to change."""
    metre = _metre(request.metre) if request.metre else None
    if request.bpm and request.bpm < LOWEST_BPM:
        raise RequestError("bpm", f"must be {LOWEST_BPM:g} or more, not {request.bpm:g}")
    now_s = core.clock()
    if request.bpm:
        core.leader.settable("bpm").set_bpm(request.bpm, now_s)
    if request.playing >= 0:
        core.leader.settable("playing").set_playing(bool(request.playing), now_s)
    if metre:
        core.leader.set_metre(metre)
    core.leader.look()
    return protocol.Done(request.id, request.address)


def set_sources(core: Core, request: SetSources, asker: Asker) -> Sources:  # noqa: ARG001
    """Says who may lead, and how MIDI clock is heard."""
    midi = core.midi
    if request.sources:
        core.leader.set_order(request.sources.split())
    if request.midi_port:
        midi.port = request.midi_port
    if request.midi_delay_ms > LEAVES_DELAY_MS:
        midi.delay_s = request.midi_delay_ms / 1000
    core.leader.look()
    return Sources(
        request.id,
        request.address,
        sources=" ".join(core.leader.order),
        midi_port=midi.port,
        midi_delay_ms=midi.delay_s * 1000,
        midi_inputs="\n".join(midi.inputs),
    )


def _in_sync(core: Core, request: protocol.Render) -> RenderRequest:
    """The request in the leader's tempo and metre; asked for again, in those it was first given."""
    job = core.jobs.get(request.job)
    led = {"bpm": core.leader.bpm, "metre": str(core.timeline.metre)}
    if job:
        led = {name: job.options[name] for name in led}
    return RenderRequest.check({**asdict(request.request), **led})


def _metre(text: str) -> Metre:
    try:
        return Metre.parse(text)
    except ValueError as error:
        raise RequestError("metre", str(error)) from None


HANDLERS: Mapping[type[protocol.Request[Any]], Handler] = {
    protocol.Hello: hello,
    protocol.Notify: notify,
    protocol.Status: status,
    protocol.Render: render,
    protocol.Cancel: cancel,
    protocol.ListClips: list_clips,
    HostReport: host_report,
    SetTransport: set_transport,
    SetSources: set_sources,
    **player_handlers.HANDLERS,
}
