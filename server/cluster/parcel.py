"""What goes from machine to machine: a job with the files that it names, a loop as its bytes.

Other machines have other disks, so no path means anything there. Pure but for the disk.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from melfusion import picture, wav
from melfusion.rendered import RenderedLoop
from melfusion.request import RenderRequest, RequestError

Message = dict[str, Any]
"""One of those that worker_host tells of."""

ENDS = ("finished", "failed", "cancelled")
"""The last words of a render."""
NAMING = ("image", "to_image", "source")
"""The arguments that name files."""
LACKING = "lacking"
"""The only word of a render whose model is not on the machine."""


@dataclass(frozen=True)
class Parcel:
    """A job as it goes to another machine.

    Attributes:
        job: its id.
        options: the fields of its RenderRequest.
        folder: where its loop is put in the end, on the server's machine.
        files: argument -> name and content of the file that it names.
    """

    job: str
    options: dict[str, Any]
    folder: Path
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def model(self) -> str:
        """The model that is asked for; empty for the machine's own."""
        return str(self.options.get("model", ""))

    def unpacked(self, folder: Path) -> dict[str, Any]:
        """The options, with files of that folder for the parcel's.

        They keep their names, which are told in a loop's recipe and may be in its own.
        """
        options = dict(self.options)
        for argument, (name, content) in self.files.items():
            place = folder / argument
            place.mkdir()
            (place / name).write_bytes(content)
            options[argument] = str(place / name)
        return options


@dataclass(frozen=True)
class Loop:
    """A finished loop as it comes from another machine.

    Attributes:
        name: of its file.
        content: of its file.
        clip: as RenderedLoop.as_dict gives it, with paths of that machine.
    """

    name: str
    content: bytes
    clip: dict[str, Any]


def packed(job: str, options: dict[str, Any], folder: Path) -> Parcel:
    """A job with what its files hold.

    Args:
        job: its id.
        options: the fields of its RenderRequest.
        folder: where its loop is put in the end.

    Raises:
        RequestError: one of them cannot be used.
    """
    request = RenderRequest.check(options)
    files = {}
    for argument in NAMING:
        path: Path | None = getattr(request, f"{argument}_path")
        if path is None:
            continue
        try:
            if argument != "source":
                picture.load(path)  # a bad one is told without troubling another machine
            files[argument] = (path.name, path.read_bytes())
        except RequestError as error:
            raise RequestError(argument, error.reason) from None
        except OSError as error:
            raise RequestError(argument, f"{path} cannot be read: {error.strerror}") from None
    return Parcel(job, options, folder, files)


def kept(loop: Loop, parcel: Parcel) -> dict[str, Any]:
    """Puts a loop into its folder, whole or not at all, unless it is there already.

    Args:
        loop: the loop.
        parcel: what was asked for.

    Returns:
        The clip, as RenderedLoop.as_dict gives it, with this machine's paths.

    Raises:
        OSError: it cannot be written.
    """
    folder, options = parcel.folder, parcel.options
    folder.mkdir(parents=True, exist_ok=True)
    wav.sweep(folder)
    request = loop.clip["request"] | {name: options.get(name, "") for name in NAMING}
    # A machine of another kind renders the last digits otherwise, and one request has one file.
    if there := RenderedLoop.find(folder, loop.clip["id"]):
        return replace(there, request=request).as_dict()
    path = wav.put(folder, loop.name, loop.content)
    return {**loop.clip, "path": str(path), "request": request}
