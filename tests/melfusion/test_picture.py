import hashlib
import io
import os
import socket
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from melfusion import picture
from melfusion.request import RequestError

RED, WHITE = (255, 0, 0), (255, 255, 255)


def saved(folder, image, format="PNG", **options):
    path = folder / f"picture.{format.lower()}"
    image.save(path, format, **options)
    return path


def corner(shown):
    return shown.image.getpixel((0, 0))


def refusal(path):
    with pytest.raises(RequestError) as refused:
        picture.load(path)
    assert refused.value.argument == "image"
    assert "\n" not in refused.value.reason
    return refused.value.reason


@pytest.mark.parametrize("format", picture.FORMATS)
def test_every_known_format(tmp_path, format):
    path = saved(tmp_path, Image.new("RGB", (40, 20), RED), format)
    shown = picture.load(path)
    assert (shown.image.mode, shown.width, shown.height) == ("RGB", 40, 20)
    assert np.abs(np.subtract(corner(shown), RED)).max() < 8
    assert shown.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_first_frame_of_an_animation(tmp_path):
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    path = saved(tmp_path, frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert corner(picture.load(path)) == RED


def test_the_camera_is_held_upright(tmp_path):
    image = Image.new("RGB", (40, 20), "blue")
    image.paste(RED, (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter: the left side is up
    shown = picture.load(saved(tmp_path, image, "PNG", exif=exif))
    assert (shown.width, shown.height) == (20, 40)
    assert corner(shown) == RED
    assert shown.image.getpixel((0, 39)) == (0, 0, 255)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_is_white(tmp_path, mode):
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0)).convert(mode)
    path = saved(tmp_path, clear, "TIFF" if mode == "PA" else "PNG")
    assert corner(picture.load(path)) == WHITE


def test_half_transparency_is_half_white(tmp_path):
    shown = picture.load(saved(tmp_path, Image.new("RGBA", (8, 8), (255, 0, 0, 128))))
    assert corner(shown) == (255, 127, 127)


def test_a_transparent_palette_colour_is_white(tmp_path):
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 255, 0, 255, 0, 0])
    assert corner(picture.load(saved(tmp_path, image))) == RED
    assert corner(picture.load(saved(tmp_path, image, transparency=1))) == WHITE


@pytest.mark.parametrize(
    ("mode", "level", "format"),
    [("I;16", 32896, "PNG"), ("I", 32896, "TIFF"), ("F", 0.502, "TIFF"), ("F", 128.0, "TIFF")],
)
def test_deep_samples_keep_their_brightness(tmp_path, mode, level, format):
    image = Image.new(mode, (8, 8), level)
    image.putpixel((7, 7), {0.502: 1.0, 128.0: 255.0}.get(level, 65535))
    assert corner(picture.load(saved(tmp_path, image, format))) == (128, 128, 128)


@pytest.mark.parametrize("mode", ["1", "L", "CMYK", "YCbCr"])
def test_other_modes(tmp_path, mode):
    image = Image.new("RGB", (16, 16), "white").convert(mode)
    shown = picture.load(saved(tmp_path, image, "TIFF" if mode != "CMYK" else "JPEG"))
    assert min(corner(shown)) > 250


def test_what_is_not_there(tmp_path):
    assert refusal(tmp_path / "no.png").endswith("does not exist")
    assert refusal(tmp_path / ("x" * 400)).endswith("cannot be read: File name too long")
    path = saved(tmp_path, Image.new("RGB", (8, 8)))
    assert refusal(path / "below.png").endswith("cannot be read: Not a directory")


def test_a_folder(tmp_path):
    assert "is a folder" in refusal(tmp_path)


def test_a_loop_of_links(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "a")
    assert "cannot be read" in refusal(tmp_path / "a")


def test_devices_pipes_and_sockets_are_never_opened(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    door = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(door))
        for path in (fifo, door, "/dev/zero", "/dev/null"):
            assert "is a device, pipe or socket" in refusal(type(fifo)(path))


def test_a_file_of_somebody_else(tmp_path, monkeypatch):
    path = saved(tmp_path, Image.new("RGB", (8, 8)))

    def refuse(*_arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert refusal(path).endswith("may not be read by this user")


def test_an_empty_file(tmp_path):
    path = tmp_path / "empty.png"
    path.touch()
    assert refusal(path).endswith("is empty")


def test_over_50_megabytes(tmp_path):
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(picture.MAX_BYTES + 1)
    assert "is over 50 MB" in refusal(path)


@pytest.mark.parametrize("content", [b"hello, this is no picture at all", b"%PDF-1.7", b"\0" * 99])
def test_no_picture(tmp_path, content):
    path = tmp_path / "text.png"
    path.write_bytes(content)
    assert "is no picture of a known kind (PNG" in refusal(path)


def test_a_format_that_is_not_wanted(tmp_path):
    path = saved(tmp_path, Image.new("RGB", (8, 8)), "PPM")
    assert "is no picture of a known kind" in refusal(path)


@pytest.mark.parametrize(
    ("width", "height"), [(7072, 7072), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2)]
)
def test_a_decompression_bomb_is_never_decoded(tmp_path, width, height):
    """A few bytes that promise up to 3.6 gigapixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
            for kind, body in chunks
        )
    )
    assert "has over 50 megapixels" in refusal(path)


def noisy():
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("format", picture.FORMATS)
def test_a_cut_off_picture(tmp_path, format):
    path = saved(tmp_path, noisy(), format)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "is damaged or cut off" in refusal(path)


@pytest.mark.parametrize("format", picture.FORMATS)
def test_any_bent_picture_is_shown_or_refused(tmp_path, format):
    whole = io.BytesIO()
    noisy().save(whole, format)
    rng = np.random.default_rng(1)
    path = tmp_path / "bent"
    for _ in range(40):
        bent = bytearray(whole.getvalue())
        for place in rng.integers(0, min(len(bent), 400), 3):
            bent[place] = rng.integers(256)
        path.write_bytes(bent)
        try:
            assert picture.load(path).image.mode == "RGB"
        except RequestError as refused:
            reason = refused.reason
            assert reason.startswith(str(path))
