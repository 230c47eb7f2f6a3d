"""One function for each request of the player's."""

from collections.abc import Mapping
from typing import Any

from . import player_messages as messages
from . import protocol
from .choices import AUDIO_DEVICE
from .core import Core, Handler
from .jobs import Asker


def play(core: Core, request: messages.Play, asker: Asker) -> None:
    """Has a clip played; the answer comes when it is known from when on."""
    core.answer_later(_play(core, request), request, asker)


def stop(core: Core, request: messages.Stop, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Stops a part, or all of them."""
    core.player.stop(request.part, request.quantum, request.fade_ms / 1000)
    return protocol.Done(request.id, request.address)


def panic(core: Core, request: messages.Panic, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Silences everything, and what was to begin."""
    core.evolving.end()
    core.cues.close()
    core.player.panic()
    return protocol.Done(request.id, request.address)


def mix(core: Core, request: messages.Mix, asker: Asker) -> protocol.Done:  # noqa: ARG001
    """Sets how loud a part is, or the whole."""
    core.player.mix(
        request.part,
        None if request.gain < 0 else request.gain,
        None if request.mute < 0 else bool(request.mute),
    )
    return protocol.Done(request.id, request.address)


def choose_device(core: Core, request: messages.ChooseDevice, asker: Asker) -> None:
    """Changes the sound device; the answer comes when it is done."""
    core.answer_later(_choose_device(core, request), request, asker)


def list_devices(core: Core, request: messages.ListDevices, asker: Asker) -> None:
    """Sends the sound devices to the asker, and then the answer."""
    core.answer_later(_list_devices(core, request, asker), request, asker)


async def _play(core: Core, request: messages.Play) -> messages.Launched:
    launch = await core.player.play(
        request.clip, request.part, request.quantum, request.crossfade_ms / 1000
    )
    return messages.Launched(request.id, request.address, launch.part, launch.bar, launch.wait_s)


async def _choose_device(core: Core, request: messages.ChooseDevice) -> protocol.Done:
    await core.player.output.choose(request.name)
    core.choices.keep(AUDIO_DEVICE, request.name)
    return protocol.Done(request.id, request.address)


async def _list_devices(
    core: Core, request: messages.ListDevices, asker: Asker
) -> messages.DevicesListed:
    found = await core.player.output.found()
    for device in found:
        event = messages.FoundEvent(device.name, device.host, device.rate, int(device.is_default))
        core.answer(event, asker)
    return messages.DevicesListed(request.id, request.address, len(found))


HANDLERS: Mapping[type[protocol.Request[Any]], Handler] = {
    messages.Play: play,
    messages.Stop: stop,
    messages.Panic: panic,
    messages.Mix: mix,
    messages.ChooseDevice: choose_device,
    messages.ListDevices: list_devices,
}
