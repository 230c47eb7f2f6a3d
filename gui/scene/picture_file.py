"""A picture's files: read and decoded for showing, kept where it has none, a region cut out.

Threading: for threads of a pool. Where a picture may be large, only those of Qt's functions are
called that let go of Python's lock; with others, such as QImage.copy, Qt's thread would wait.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PyQt6.QtCore import QByteArray, QRect, QRectF, QSize, QStandardPaths, Qt
from PyQt6.QtGui import QImage, QImageIOHandler, QImageReader

MAX_BYTES = 50_000_000
MAX_PIXELS = 50_000_000
SUFFIXES = {
    "png": "png", "jpeg": "jpg", "webp": "webp", "gif": "gif", "bmp": "bmp", "tiff": "tif",
}  # fmt: skip
"""What the server reads, as Qt calls it, and how its files end; the limits are the server's too."""

KINDS = "PNG, JPEG, WEBP, GIF, BMP, TIFF, HEIC, AVIF"

SIDE = 2560
"""Pixels: no side of what is decoded for showing is longer."""

LOSSLESS_PIXELS = 16_000_000
"""What has more is kept as a JPEG: as a PNG it could have more than MAX_BYTES."""

PNG_QUALITY, JPEG_QUALITY = 85, 95
"""As Qt means them: a PNG's says how little time is spent on making it small."""

CHUNK = 2**20
"""Bytes that are copied at a time while Python's lock is held."""

PASTED = "pasted"
"""What the file of a picture is called that came without one."""

STEM = 48
"""Letters of a picture's file name that are kept in those of what is made of it."""

DIGEST = 12
"""Letters that tell apart what is made of pictures of one name."""

HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")

Content = Path | str | QImage | list[QByteArray]
"""A file, a data: URL, a picture, or a file's content in pieces."""

# The deepest samples of the largest picture need more than Qt allows by itself.
QImageReader.setAllocationLimit(8 * MAX_PIXELS // 2**20 + 1)


class PictureError(Exception):
    """Why something is not taken, in one sentence."""


@dataclass(frozen=True)
class Found:
    """A picture that is there.

    Attributes:
        path: the file that the server is to read: of the region, if there is one.
        original: the file of the whole picture.
        region: what of it is used, in fractions of its width and height; None is all.
        shown: what is in `path`, upright, no side longer than SIDE.
        whole: what is in `original`, likewise.
        size: of the whole picture, upright, in pixels.
    """

    path: str
    original: str
    region: QRectF | None
    shown: QImage
    whole: QImage
    size: QSize


def load(content: Content, name: str, region: QRectF | None = None) -> Found:
    """Reads a picture, or a region of it; gives it a file where the server could read none.

    Args:
        content: the picture.
        name: what it is called where it is refused.
        region: in fractions of its width and height.

    Raises:
        PictureError: it is no picture of KINDS, too large, damaged, or cannot be read or kept.
    """
    try:
        if isinstance(content, Path):
            return _look(content, content, name, region)
        unfinished = _unfinished()
        try:
            _write(content, unfinished)
            return _look(unfinished, None, name, region)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise PictureError(f"image: {name} cannot be read or kept: {reason}") from error
    except ValueError as error:  # a data: URL that is none, or a path with a zero in it
        raise _damaged(name) from error


def pixels(region: QRectF | None, size: QSize) -> QRect:
    """The whole pixels of a region, at least one, of a picture of that size; None is all."""
    if region is None:
        return QRect(0, 0, size.width(), size.height())
    left = min(max(round(region.left() * size.width()), 0), size.width() - 1)
    top = min(max(round(region.top() * size.height()), 0), size.height() - 1)
    right = min(round(region.right() * size.width()), size.width())
    bottom = min(round(region.bottom() * size.height()), size.height())
    return QRect(left, top, max(right - left, 1), max(bottom - top, 1))


def _look(path: Path, original: Path | None, name: str, region: QRectF | None) -> Found:
    """Looks at the file; where it is not the `original`, it becomes one, under another name."""
    stem = _stem(original)
    _check(path, name)
    if _is_heif(path):
        path = original = _converted(path, name, stem)
    reader, size = _reader(path, name)
    suffix = SUFFIXES[reader.format().data().decode()]
    kept = original or _folder() / f"{stem}-{_digest(path)}.{suffix}"
    whole = _decoded(reader, name)
    if original is None:
        path.replace(kept)
    area = pixels(region, size)
    if region is None or area.size() == size:
        return Found(str(kept), str(kept), None, whole, whole, size)
    part = _cut(kept, area, name, stem)
    shown = _decoded(_reader(part, name)[0], name)
    return Found(str(part), str(kept), region, shown, whole, size)


def _damaged(name: str) -> PictureError:
    return PictureError(f"image: {name} is damaged or cut off; save it anew as PNG or JPEG")


def _check(path: Path, name: str) -> None:
    """Looks before it opens: opening a device or a FIFO can act or block."""
    if not path.exists():
        raise PictureError(f"image: {name} does not exist")
    if not path.is_file():
        raise PictureError(f"image: {name} is no file; name a picture")
    if path.stat().st_size > MAX_BYTES:
        raise PictureError(f"image: {name} is over {MAX_BYTES // 10**6} MB; give a smaller copy")


def _reader(path: Path, name: str) -> tuple[QImageReader, QSize]:
    """What decodes the picture, upright; and the size that it then has."""
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if reader.format().data().decode() not in SUFFIXES or not reader.size().isValid():
        raise PictureError(f"image: {name} is no picture of a known kind ({KINDS})")
    size = reader.size()
    _check_size(size.width(), size.height(), name)
    return reader, size.transposed() if _is_turned(reader) else size


def _check_size(width: int, height: int, name: str) -> None:
    if width * height > MAX_PIXELS:
        megapixels = MAX_PIXELS // 10**6
        raise PictureError(f"image: {name} has over {megapixels} megapixels; give a smaller copy")


def _is_turned(reader: QImageReader) -> bool:
    return bool(reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90)


def _decoded(reader: QImageReader, name: str, area: QRect | None = None) -> QImage:
    """The picture at a size to be shown; or that area of it, as it is, in the upright's pixels."""
    size = reader.size()
    if area is not None:
        reader.setClipRect(_lying(area, reader))
    elif max(size.width(), size.height()) > SIDE:
        scaled = size.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(scaled.expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        raise _damaged(name)
    return image


def _lying(area: QRect, reader: QImageReader) -> QRect:
    """Where an area of the upright picture lies in the one that is in the file."""
    kinds, how, size = QImageIOHandler.Transformation, reader.transformation(), reader.size()
    if _is_turned(reader):
        top = size.height() - area.x() - area.width()
        area = QRect(area.y(), top, area.height(), area.width())
    if how & kinds.TransformationMirror:
        area.moveLeft(size.width() - area.x() - area.width())
    if how & kinds.TransformationFlip:
        area.moveTop(size.height() - area.y() - area.height())
    return area


def _cut(path: Path, area: QRect, name: str, stem: str) -> Path:
    called = f"{stem}-crop-{_digest(path, area)}"
    return _kept(called, lambda: _decoded(_reader(path, name)[0], name, area))


def _is_heif(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(12)
    return head[4:8] == b"ftyp" and head[8:] in HEIF


def _converted(path: Path, name: str, stem: str) -> Path:
    """A file of the same picture that the server can read."""

    def decode() -> QImage:
        try:
            import pillow_heif
            from PIL import Image, ImageOps
        except ImportError:
            raise PictureError(
                f"image: {name} is HEIC or AVIF: pip install 'melfusion-live[window]' to read it,"
                " or save it as JPEG"
            ) from None
        pillow_heif.register_heif_opener()
        try:
            # Pillow itself reads AVIF.
            with Image.open(path, formats=("HEIF", "AVIF")) as image:
                _check_size(image.width, image.height, name)
                upright = ImageOps.exif_transpose(image)
        except PictureError:
            raise
        except Exception as error:  # decoders of untrusted bytes raise whatever they please
            raise _damaged(name) from error
        mode, depth, form = ("RGB", 3, QImage.Format.Format_RGB888)
        if upright.has_transparency_data:
            mode, depth, form = ("RGBA", 4, QImage.Format.Format_RGBA8888)
        samples = upright.convert(mode).tobytes()
        return QImage(samples, upright.width, upright.height, depth * upright.width, form)

    return _kept(f"{stem}-{_digest(path)}", decode)


def _kept(stem: str, decode: Callable[[], QImage]) -> Path:
    """A file that holds the picture; one of that name is it already."""
    for suffix in ("png", "jpg"):
        if (kept := _folder() / f"{stem}.{suffix}").exists():
            return kept
    image = decode()
    unfinished = _unfinished()
    try:
        suffix = _save(image, unfinished)
        return unfinished.replace(_folder() / f"{stem}.{suffix}")
    finally:
        unfinished.unlink(missing_ok=True)


def _save(image: QImage, path: Path) -> str:
    """Writes the file; returns how its name should end."""
    is_small = image.width() * image.height() <= LOSSLESS_PIXELS
    kind, quality = ("jpg", JPEG_QUALITY)
    if is_small or image.hasAlphaChannel():
        kind, quality = ("png", PNG_QUALITY)
    if not image.save(str(path), kind, quality):
        raise OSError(None, f"{path} cannot be written")
    return kind


def _write(content: str | QImage | list[QByteArray], path: Path) -> None:
    if isinstance(content, QImage):
        _save(content, path)
        return
    if isinstance(content, str):
        head, _, data = content.partition(",")
        raw = unquote_to_bytes(data)
        content = [QByteArray(base64.b64decode(raw) if head.endswith(";base64") else raw)]
    with path.open("wb") as file:
        for piece in content:
            for start in range(0, len(piece), CHUNK):
                file.write(piece.mid(start, CHUNK).data())


def _stem(original: Path | None) -> str:
    """How the file names begin of what is made of a picture; None is one without a file."""
    if original is None:
        return PASTED
    stem = original.stem
    if original.parent == _folder():  # which has a digest in its name itself
        stem = re.sub(rf"-[0-9a-f]{{{DIGEST}}}$", "", stem)
    return stem[:STEM]


def _digest(path: Path, area: QRect | None = None) -> str:
    """Letters that no other picture has, and no other area of it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    if area:
        digest.update(repr(area.getRect()).encode())
    return digest.hexdigest()[:DIGEST]


def _folder() -> Path:
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    folder = Path(data) / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _unfinished() -> Path:
    """A name that nobody else has; what is whole is given another."""
    return _folder() / f".{secrets.token_hex(8)}.part"
