"""A hub on this machine: what huggingface.co answers of what we ask, and 404 to all else."""

import hashlib
import json
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"
INFO = re.compile(r"/api/models/([\w-]+/[\w.-]+)(?:/revision/(\w+))?")
FILE = re.compile(r"/([\w-]+/[\w.-]+)/resolve/(\w+)/([\w./-]+)")


def is_large(path: str) -> bool:
    """Whether a repository keeps it with LFS, whose id is SHA-256."""
    return path.endswith((".bin", ".safetensors"))


def git_id(content: bytes) -> str:
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


@dataclass
class FakeHub:
    """Serves a folder of repositories, owner/name/path.

    Attributes:
        folder: where they lie.
        licences: repository -> what its card says.
        breaks: path of a file -> after how many bytes each connection breaks, as often as listed.
        damages: path of a file -> how many times it is sent with a bit turned.
        gated: repositories that nobody may read.
        asked: (path of a file, Range header or "") of every request, in order.
        ignores_ranges: whether it sends whole files whatever is asked.
        busy: how many requests for files it answers with 503 first.
    """

    folder: Path
    licences: dict[str, str] = field(default_factory=dict)
    breaks: dict[str, list[int]] = field(default_factory=dict)
    damages: Counter[str] = field(default_factory=Counter)
    gated: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)
    ignores_ranges: bool = False
    busy: int = 0

    def __enter__(self) -> "FakeHub":
        hub = self

        class Handler(_Handler):
            fake = hub

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def fetched(self, name: str) -> list[str]:
        """The ranges that were asked of a file."""
        return [range_ for path, range_ in self.asked if path == name]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeHub

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if match := INFO.fullmatch(url.path):
            self._info(match[1], match[2], parse_qs(url.query))
        elif match := FILE.fullmatch(url.path):
            self._file(match[1], match[2], match[3])
        else:
            self._refuse(404, "")

    def do_HEAD(self) -> None:
        self.do_GET()

    def _info(self, name: str, revision: str | None, query: dict[str, list[str]]) -> None:
        root = self.fake.folder / name
        if not root.is_dir():
            # To those who are not logged in the hub tells nothing of what does not exist.
            self._refuse(401, "RepoNotFound" if name.startswith("private") else "")
        elif revision not in (None, REVISION):
            self._refuse(404, "RevisionNotFound")
        else:
            assert query == {"blobs": ["True"]} or query == {"blobs": ["true"]}, query
            files = [path for path in sorted(root.rglob("*")) if path.is_file()]
            answer = {
                "_id": "1", "id": name, "modelId": name, "sha": REVISION, "private": False,
                "gated": "manual" if name in self.fake.gated else False, "disabled": False,
                "tags": [], "downloads": 0, "likes": 0,
                "siblings": [self._sibling(root, path) for path in files],
            }  # fmt: skip
            if name in self.fake.licences:
                answer["cardData"] = {"license": self.fake.licences[name]}
            self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _sibling(self, root: Path, path: Path) -> dict[str, object]:
        content = path.read_bytes()
        told: dict[str, object] = {
            "rfilename": path.relative_to(root).as_posix(),
            "size": len(content),
            "blobId": git_id(content),
        }
        if is_large(path.name):
            sha256 = hashlib.sha256(content).hexdigest()
            told["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
            told["blobId"] = git_id(f"oid sha256:{sha256}\n".encode())
        return told

    def _file(self, name: str, revision: str, path: str) -> None:
        fake, whole = self.fake, self.fake.folder / name / path
        wanted = self.headers.get("Range", "")
        fake.asked.append((path, wanted))
        if name in fake.gated:
            return self._refuse(403, "GatedRepo")
        if revision != REVISION or not whole.is_file():
            return self._refuse(404, "EntryNotFound")
        if fake.busy:
            fake.busy -= 1
            return self._refuse(503, "")
        assert self.headers["Accept-Encoding"] == "identity"
        content, total = bytearray(whole.read_bytes()), whole.stat().st_size
        etag = hashlib.sha256(content).hexdigest() if is_large(path) else git_id(content)
        if fake.damages[path]:
            fake.damages[path] -= 1
            content[len(content) // 2] ^= 1
        headers = {
            "Content-Type": "application/octet-stream", "Accept-Ranges": "bytes",
            "ETag": f'"{etag}"', "X-Repo-Commit": REVISION, "X-Linked-ETag": f'"{etag}"',
            "X-Linked-Size": str(total),
        }  # fmt: skip
        status, body = 200, bytes(content)
        if wanted and not fake.ignores_ranges:
            match = re.fullmatch(r"bytes=(\d+)-", wanted)
            assert match, wanted
            start = int(match[1])
            if start >= total:
                return self._refuse(416, "")
            status, body = 206, body[start:]
            headers["Content-Range"] = f"bytes {start}-{total - 1}/{total}"
        broken = fake.breaks.get(path)
        self._send(status, body, headers, broken.pop(0) if broken else None)

    def _refuse(self, status: int, code: str) -> None:
        self._send(status, b"{}", {"X-Error-Code": code} if code else {})

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], cut: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[:cut])
        if cut is not None:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Says nothing."""
