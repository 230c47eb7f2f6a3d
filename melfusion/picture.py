"""A picture from anywhere, looked at with suspicion, as plain RGB."""

import hashlib
import logging
import os
import stat
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from .request import RequestError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MAX_BYTES = 50_000_000
MAX_PIXELS = 50_000_000

# What a damaged picture does to its decoder reaches the user as a RequestError, once.
logging.getLogger("PIL").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Picture:
    """A picture as the model sees it.

    Attributes:
        image: mode RGB, upright, without transparency.
        sha256: of the file's bytes, in hexadecimal.
        width: pixels, after turning it upright.
        height: pixels, after turning it upright.
    """

    image: Image.Image
    sha256: str
    width: int
    height: int


def load(path: Path) -> Picture:
    """Reads a picture: the first frame, upright, transparency laid on white.

    Its size is known before a pixel is decoded, so a decompression bomb costs nothing.

    Raises:
        RequestError: there is no such file, it is no ordinary file, it cannot be read, it is too
            large, it is damaged, or it is no picture of a format in FORMATS.
    """
    content = _read(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = _decode(path, content)
    except RequestError:
        raise
    except Exception as error:  # decoders of untrusted bytes raise whatever they please
        raise _refusal(path, "is damaged or cut off; save it anew as PNG or JPEG") from error
    return Picture(image, hashlib.sha256(content).hexdigest(), *image.size)


def _refusal(path: Path, reason: str) -> RequestError:
    return RequestError("image", f"{path} {reason}")


def _read(path: Path) -> bytes:
    """The file's bytes. Looks before it opens: opening a device or a FIFO can act or block."""
    try:
        _ordinary(path, path.stat())
        without_waiting = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, os.O_RDONLY | without_waiting), "rb") as file:
            _ordinary(path, os.fstat(file.fileno()))
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _refusal(path, "does not exist") from None
    except PermissionError:
        raise _refusal(path, "may not be read by this user") from None
    except OSError as error:
        raise _refusal(path, f"cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise _refusal(path, f"is over {MAX_BYTES // 10**6} MB; give a smaller copy")
    if not content:
        raise _refusal(path, "is empty")
    return content


def _ordinary(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise _refusal(path, "is a folder; name a picture in it")
    if not stat.S_ISREG(found.st_mode):
        raise _refusal(path, "is a device, pipe or socket, not a picture")


def _decode(path: Path, content: bytes) -> Image.Image:
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError:
        raise _refusal(path, f"is no picture of a known kind ({', '.join(FORMATS)})") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_many_pixels(path) from None
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels(path)
    image.load()
    return _flattened(ImageOps.exif_transpose(image))


def _too_many_pixels(path: Path) -> RequestError:
    return _refusal(path, f"has over {MAX_PIXELS // 10**6} megapixels; give a smaller copy")


def _flattened(image: Image.Image) -> Image.Image:
    """`image` as RGB: deep samples brought to 8 bits, transparency laid on white."""
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Samples of more than 8 bits; their white is the smallest customary one that holds them."""
    samples = np.nan_to_num(np.asarray(image, np.float32))
    highest = float(samples.max())
    customary = (65535.0,) if image.mode.startswith("I;16") else (1.0, 255.0, 65535.0, highest)
    white = next(level for level in customary if highest <= level)
    return Image.fromarray((samples.clip(0, white) * (255 / white)).round().astype(np.uint8))
