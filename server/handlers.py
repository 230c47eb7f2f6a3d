"""One function for each request: what it does with the core, and what it answers."""

import itertools
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from melfusion import __version__
from melfusion.music import Metre
from melfusion.request import RenderRequest, RequestError

from . import library_handlers, model_handlers, player_handlers, protocol, scenes
from .choices import MIDI_DELAY_MS, MIDI_PORT, SOURCES
from .core import MOST_SUBSCRIBERS, Core, Handler
from .evolving import Evolution
from .jobs import KEPT, Asker
from .remote_messages import Fire, Forget, Learn, Learned, Turn, Unlearn
from .render_messages import NO_BAR, Asks, Evolve, Evolving, SceneRendered
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
    jobs, clips = core.jobs.recent(), core.clips.all() if request.clips else []
    # A job is looked at again when its turn comes: what is sent must not be older than events that
    # went out in between.
    events = itertools.chain(
        core.player.events(),
        core.remote.events(),
        [core.evolving.event],
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
        model=core.worker.model,
        clips=len(core.clips),
        subscribers=len(core.subscribers),
        garbage=core.garbage_count,
        uptime_s=core.clock() - core.began,
    )


def render(core: Core, request: protocol.Render, asker: Asker) -> None:
    """Queues a render; the answer comes when the loop is finished."""
    bar = _bar(core, request)
    asked = model_handlers.settled(core, request.request)
    wanted = _timed(core, request, asked, request.job, bar)
    if bar is None:
        core.renders.ask(request.job, wanted, asker)
    else:
        core.cues.ask(request.job, wanted, bar, request.crossfade_ms / 1000, asker)


def render_scene(core: Core, request: protocol.RenderScene, asker: Asker) -> None:
    """Queues the parts of a scene; the answer comes when all have ended."""
    scene, bar = request.scene or secrets.token_hex(8), _bar(core, request)
    if core.scenes.awaits(scene, asker):
        return
    asked = model_handlers.settled(core, request.request)
    split = scenes.split(scene, asked, request.parts)
    known = {job.id for job in core.jobs.recent(KEPT)}
    jobs: dict[str, str] = {}
    try:
        for part, (job, wanted) in split.items():
            wanted = _timed(core, request, wanted, job, bar)
            if bar is None:
                jobs[part] = core.renders.ask(job, wanted)
            else:
                crossfade_s, left = request.crossfade_ms / 1000, len(split) - len(jobs)
                jobs[part] = core.cues.ask(
                    job, wanted, bar, crossfade_s, watchers=(asker,), shares=left
                )
    except (RequestError, sqlite3.Error):
        for job in set(jobs.values()) - known:  # the whole scene, or nothing of it
            core.cues.cancel(job)
            core.renders.cancel(job)
        raise
    core.answer_later(_scene(core, request, scene, jobs, asker), request, asker)


def evolve(core: Core, request: Evolve, asker: Asker) -> Evolving:  # noqa: ARG001
    """Has what plays varied, or ends that."""
    if request.every:
        if request.over and not (request.to_prompt.strip() or request.to_image):
            raise RequestError("over", "has nowhere to go: give to_prompt or to_image")
        core.evolving.begin(
            Evolution(
                request.every,
                request.parts.replace(",", " ").split(),
                request.crossfade_ms / 1000,
                request.to_prompt,
                request.to_image,
                request.over,
            )
        )
    else:
        core.evolving.end()
    return Evolving(request.id, request.address, core.evolving.event.parts)


def cancel(core: Core, request: protocol.Cancel, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Stops a job, or those of a scene."""
    jobs = scenes.jobs_of(core.jobs, request.job)
    cued = [core.cues.cancel(job) for job in jobs]
    pending = [job.id for job in core.jobs.pending() if job.id in jobs]
    for job in pending or ([] if any(cued) else jobs):
        core.renders.cancel(job)
    return protocol.Done(request.id, request.address)


def retry(core: Core, request: protocol.Retry, asker: Asker) -> None:
    """Queues a job once more; the answer comes when the loop is finished."""
    core.renders.retry(request.job, asker)


def fire(core: Core, request: Fire, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Binds a control to a request."""
    core.remote.bind_fire(request)
    return protocol.Done(request.id, request.address)


def turn(core: Core, request: Turn, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Binds a control to a knob."""
    core.remote.bind_turn(request)
    return protocol.Done(request.id, request.address)


def forget(core: Core, request: Forget, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Takes a control's binding away."""
    core.remote.forget(request.control)
    return protocol.Done(request.id, request.address)


def learn(core: Core, request: Learn, asker: Asker) -> None:
    """Waits for a control to be moved; the answer says which."""
    core.answer_later(_learn(core, request), request, asker)


def unlearn(core: Core, request: Unlearn, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Ends the waiting for a control."""
    core.remote.unlearn()
    return protocol.Done(request.id, request.address)


async def _learn(core: Core, request: Learn) -> Learned:
    return Learned(request.id, request.address, await core.remote.learn())


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
        core.choices.keep(SOURCES, request.sources)
    if request.midi_port:
        midi.port = request.midi_port
        core.choices.keep(MIDI_PORT, midi.port)
    if request.midi_delay_ms > LEAVES_DELAY_MS:
        midi.delay_s = request.midi_delay_ms / 1000
        core.choices.keep(MIDI_DELAY_MS, f"{request.midi_delay_ms:g}")
    core.leader.look()
    return Sources(
        request.id,
        request.address,
        sources=" ".join(core.leader.order),
        midi_port=midi.port,
        midi_delay_ms=midi.delay_s * 1000,
        midi_inputs="\n".join(midi.inputs),
    )


async def _scene(
    core: Core, request: protocol.RenderScene, scene: str, jobs: dict[str, str], asker: Asker
) -> SceneRendered:
    clips = await core.scenes.whole(scene, jobs, asker)
    return SceneRendered(request.id, request.address, " ".join(clips))


def _bar(core: Core, request: Asks[Any]) -> int | None:
    """The bar that a loop is wanted on, if any is named."""
    if request.on_bar != NO_BAR and request.in_bars:
        raise RequestError("in_bars", "says the same as on_bar: name one of them")
    if request.in_bars:
        here = core.timeline.quarters_at(core.clock())
        return core.timeline.bar_of(here) + request.in_bars
    return None if request.on_bar == NO_BAR else request.on_bar


def _timed(
    core: Core, request: Asks[Any], wanted: RenderRequest, job_id: str, bar: int | None
) -> RenderRequest:
    """What is to be rendered, in the leader's tempo and metre where it is to be in time with it.

    Asked for again, it is in those it was first given.
    """
    if not request.sync and bar is None:
        return wanted
    led = {"bpm": core.leader.bpm, "metre": str(core.timeline.metre)}
    if job := core.jobs.get(job_id):
        led = {name: job.options[name] for name in led}
    return RenderRequest.check({**asdict(wanted), **led})


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
    protocol.RenderScene: render_scene,
    Evolve: evolve,
    protocol.Cancel: cancel,
    protocol.Retry: retry,
    Fire: fire,
    Turn: turn,
    Forget: forget,
    Learn: learn,
    Unlearn: unlearn,
    HostReport: host_report,
    SetTransport: set_transport,
    SetSources: set_sources,
    **library_handlers.HANDLERS,
    **model_handlers.HANDLERS,
    **player_handlers.HANDLERS,
}
