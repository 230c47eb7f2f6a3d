"""Fetches files from the Hugging Face hub, and goes on where it stopped.

huggingface_hub 2.4 throws away what it has of a file when it is interrupted (file_download.py:
the temporary file is the process's own), so the bytes are fetched here, by its client and with its
headers, into a file that stays.
"""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
from huggingface_hub import HfApi, constants, get_session, hf_hub_url, hf_raise_for_status
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
)
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

from .needed import Choose

TIMEOUT_S = 30.0
PIECE = 1 << 20
TRIES = 5
"""Connections in a row that may break without a byte."""
PAUSE_S = 2.0
DAMAGED_TWICE = 2
ABSENT = (401, 404)
"""The hub says 401 of what does not exist to those who are not logged in."""
BUSY = (408, 429, 500, 502, 503, 504)

OnBytes = Callable[[int], None]
"""Told how many bytes of a file are there."""


class HubError(Exception):
    """Why something cannot be had from the hub, on one line."""


class UnreachableError(HubError):
    """The hub itself cannot be reached."""


class AbsentError(HubError):
    """A repository is not there, or not for everyone."""


@dataclass(frozen=True)
class RemoteFile:
    """A file as the hub tells of it.

    Attributes:
        repository: owner/name.
        revision: commit.
        path: in the repository.
        size: bytes.
        oid: SHA-256 of a large file, git's own SHA-1 of a small one; empty where it is not told.
    """

    repository: str
    revision: str
    path: str
    size: int
    oid: str

    def within(self, folder: Path) -> Path:
        """Where it lies once it is fetched; see Repository.within."""
        return folder / self.repository.replace("/", "--") / self.path

    def partial(self, folder: Path) -> Path:
        """Where it lies until then; another version of it has another name."""
        target = self.within(folder)
        return target.with_name(f"{target.name}.{self.oid[:12] or self.revision[:12]}.part")

    def here(self, folder: Path) -> int:
        """How many bytes of it are in the folder."""
        for path in (self.within(folder), self.partial(folder)):
            if path.is_file():
                return min(path.stat().st_size, self.size)
        return 0


@dataclass(frozen=True)
class Repository:
    """What is needed of a repository.

    Attributes:
        name: owner/name.
        revision: commit.
        licence: what its card says; empty where it says nothing.
        files: those that are needed.
    """

    name: str
    revision: str
    licence: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.size for file in self.files)

    def within(self, folder: Path) -> Path:
        """Where its files lie once they are fetched."""
        return folder / self.name.replace("/", "--")


class Hub:
    """The hub, or the mirror of it that HF_ENDPOINT names."""

    def __init__(self) -> None:
        self.endpoint = os.environ.get("HF_ENDPOINT", constants.ENDPOINT).rstrip("/")

    def look(self, name: str, choose: Choose) -> Repository:
        """Asks what a repository has; nothing is fetched.

        Args:
            name: owner/name, or owner/name@revision.
            choose: which files are needed.

        Raises:
            HubError: it cannot be asked.
            LackingError: a file is not there.
        """
        repository, _, revision = name.partition("@")
        try:
            info = HfApi(self.endpoint).model_info(
                repository, revision=revision or None, files_metadata=True, timeout=TIMEOUT_S
            )
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError) as error:
            raise self._explained(error, name) from error
        there = {one.rfilename: one for one in info.siblings or ()}
        files = [
            RemoteFile(
                repository,
                info.sha or "main",
                path,
                there[path].size or 0,
                getattr(there[path].lfs, "sha256", None) or there[path].blob_id or "",
            )
            for path in choose(there.keys())
        ]
        told = getattr(info.card_data, "license", None) or ""
        return Repository(repository, info.sha or "main", str(told), tuple(files))

    def fetch(self, file: RemoteFile, folder: Path, on_bytes: OnBytes) -> Path:
        """Fetches a file that is not there yet, and sees that it is whole.

        Args:
            file: which.
            folder: see RemoteFile.within.
            on_bytes: told of the progress; what it raises passes through, and what was fetched
                stays.

        Returns:
            Where it lies.

        Raises:
            HubError: it cannot be had.
            OSError: it cannot be written.
        """
        target, partial = file.within(folder), file.partial(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_file():
            if whole(target, file):
                on_bytes(file.size)
                return target
            target.unlink()
        for _ in range(DAMAGED_TWICE):
            self._fill(file, partial, on_bytes)
            if whole(partial, file):
                partial.replace(target)
                return target
            partial.unlink()
        raise HubError(
            f"{file.path} of {file.repository} came damaged twice: what was sent is not what"
            f" {self.endpoint} says it is; try again later or with another HF_ENDPOINT"
        )

    def _fill(self, file: RemoteFile, partial: Path, on_bytes: OnBytes) -> None:
        """Fetches what a partial file lacks, over as many connections as it takes."""
        idle = 0
        partial.touch()
        while (before := partial.stat().st_size) < file.size:
            try:
                self._stream(file, partial, before, on_bytes)
                failure: Exception = httpx2.RemoteProtocolError("it sends nothing")
            except (httpx2.HTTPError, httpx2.InvalidURL, OfflineModeIsEnabled) as error:
                if not _passing(error):
                    raise self._explained(error, file.repository) from error
                failure = error
            idle = 0 if partial.stat().st_size > before else idle + 1
            if idle == TRIES:
                raise self._explained(failure, file.repository) from failure
            if partial.stat().st_size < file.size:
                time.sleep(PAUSE_S)

    def _stream(self, file: RemoteFile, partial: Path, start: int, on_bytes: OnBytes) -> None:
        """Adds what one connection brings."""
        url = hf_hub_url(file.repository, file.path, revision=file.revision, endpoint=self.endpoint)
        # Sizes and ranges are those of the file, not of a packed form of it.
        headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        with get_session().stream("GET", url, headers=headers, timeout=TIMEOUT_S) as answer:
            hf_raise_for_status(answer)
            goes_on = answer.status_code == httpx2.codes.PARTIAL_CONTENT
            with partial.open("ab" if goes_on else "wb") as sink:
                for piece in answer.iter_bytes():  # as they come, for none must be lost
                    sink.write(piece)
                    on_bytes(sink.tell())

    def _explained(self, error: Exception, name: str) -> HubError:
        """One line for what went wrong with a repository."""
        absent = AbsentError(
            f"{self.endpoint} has no {name}, or not for everyone: name another repository, or put a"
            " token that may read it into HF_TOKEN"
        )
        match error:
            case OfflineModeIsEnabled():
                return UnreachableError("HF_HUB_OFFLINE is set: unset it to reach the hub")
            case GatedRepoError():
                return AbsentError(
                    f"{name} is gated: accept its licence at {self.endpoint}/{name} and put your"
                    " token into HF_TOKEN, or name another repository"
                )
            case HFValidationError():
                return absent
            case HfHubHTTPError() if error.response.status_code in ABSENT:
                return absent
            case HfHubHTTPError():
                status = error.response.status_code
                return AbsentError(
                    f"{self.endpoint} answers {status} to a request for {name}: put a token that"
                    " may read it into HF_TOKEN, see whether a proxy is in between, or try later"
                )
        reason = " ".join(str(error).split()) or type(error).__name__
        return UnreachableError(f"the hub at {self.endpoint} cannot be reached ({reason})")


def _passing(error: Exception) -> bool:
    """Whether the same request may succeed a little later."""
    if isinstance(error, HfHubHTTPError):
        return error.response.status_code in BUSY
    return isinstance(error, httpx2.TransportError)


def whole(path: Path, file: RemoteFile) -> bool:
    """Whether what was fetched is what the hub has."""
    if path.stat().st_size != file.size:
        return False
    if len(file.oid) == hashlib.sha256().digest_size * 2:
        found = hashlib.sha256()
    elif len(file.oid) == hashlib.sha1().digest_size * 2:
        found = hashlib.sha1(f"blob {file.size}\0".encode())  # as git names what it keeps
    else:
        return True
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            found.update(piece)
    return found.hexdigest() == file.oid
