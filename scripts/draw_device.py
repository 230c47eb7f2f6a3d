"""Draws the Max for Live device as docs/images/device.png: `python scripts/draw_device.py`.

What is where, its text, and what menus and numbers begin with are read out of the patcher. Live
draws it in its own font and in the colours of its theme; here they are those of a dark one. Beside
a new device there is what the script shows while it renders.
"""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from max_for_live.controls import HEIGHT, WIDTH  # noqa: E402
from max_for_live.patcher import patcher  # noqa: E402
from melfusion import __version__  # noqa: E402

SCALE = 2
FONT_SIZE = 10
MARGIN = 4
"""Pixels between an edge and its text."""

SURFACE, FIELD, CONTROL, EDGE = "#3c3c3c", "#262626", "#1e1e1e", "#555555"
TEXT, DIM, ACCENT, LIT = "#d0d0d0", "#8c8c8c", "#ffad56", "#4dbf73"

SHOWN = {
    "words": "warm house with a deep bass and soft chords",
    "picture_name": "sunset.jpg",
    "light": "●",
    "server": f"MeLFusion Live {__version__} with mini",
    "models": "As the server has it",
    "progress": "Mix 42 %, 2 bars to go",
    "stamp": f"{__version__}+3f9c21ab",
}
"""What the script shows, by the names of controls."""

Rect = tuple[float, float, float, float]
Box = dict[str, Any]


class Page:
    """The picture; all its lengths are the device's pixels."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), SURFACE)
        self.draw = ImageDraw.Draw(self.image)
        self.font = ImageFont.load_default(FONT_SIZE * SCALE)

    def panel(self, rect: Rect, fill: str, edge: str = EDGE) -> None:
        """A field with an edge."""
        self.draw.rectangle(_corners(rect), fill=fill, outline=edge, width=SCALE)

    def text(self, rect: Rect, text: str, colour: str = TEXT, *, middle: bool = False) -> None:
        """A line of text, half way down; it begins at the left or is in the middle.

        Raises:
            ValueError: it is wider than its place.
        """
        left, top, width, height = rect
        room = (width - 2 * MARGIN) * SCALE
        if self.draw.textlength(text, self.font) > room:
            raise ValueError(f"{text!r} is wider than {width} pixels")
        across = left + (width / 2 if middle else MARGIN)
        at = (across * SCALE, (top + height / 2) * SCALE)
        self.draw.text(at, text, colour, self.font, "mm" if middle else "lm")

    def wrapped(self, rect: Rect, text: str) -> None:
        """A text that goes on in the next line where its place ends."""
        left, top, width, _ = rect
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.draw.textlength(longer, self.font) > (width - 2 * MARGIN) * SCALE:
                lines.append(word)
            else:
                lines[-1] = longer
        for number, line in enumerate(lines):
            self.text((left, top + 3 + number * 13, width, 13), line)


def comment(page: Page, rect: Rect, box: Box) -> None:
    """A title, or the light."""
    if box["varname"] == "light":
        left, top, width, height = rect
        centre, radius = (left + width / 2, top + height / 2), 4
        page.draw.circle((centre[0] * SCALE, centre[1] * SCALE), radius * SCALE, LIT)
        return
    page.text(rect, _text(box), DIM if box["varname"].endswith("_title") else TEXT)


def textedit(page: Page, rect: Rect, box: Box) -> None:
    """The field for words, or what the script shows."""
    if not box.get("readonly"):
        page.panel(rect, FIELD)
    page.wrapped(rect, _text(box))


def drop(page: Page, rect: Rect, box: Box) -> None:
    """The field for the picture."""
    page.panel(rect, FIELD)
    page.text(rect, box["legend"], DIM, middle=True)


def menu(page: Page, rect: Rect, box: Box) -> None:
    """A menu, closed, with its initial item, or what the script shows."""
    left, top, width, height = rect
    page.panel(rect, CONTROL)
    page.text((left, top, width - 12, height), SHOWN.get(box["varname"]) or _initial(box))
    x, y = left + width - 9, top + height / 2
    points = [(x - 3, y - 2), (x + 3, y - 2), (x, y + 2)]
    page.draw.polygon([(a * SCALE, b * SCALE) for a, b in points], fill=TEXT)


def number(page: Page, rect: Rect, box: Box) -> None:
    """A number that is dragged or typed."""
    page.panel(rect, CONTROL)
    page.text(rect, _initial(box), middle=True)


def dial(page: Page, rect: Rect, box: Box) -> None:
    """A dial with its value under it."""
    left, top, width, height = rect
    value = box["saved_attribute_attributes"]["valueof"]
    share = value["parameter_initial"][0] / value["parameter_mmax"]
    radius, first, last = 10, 135, 405
    x, y = left + width / 2, top + radius + 1
    ring = _corners((x - radius, y - radius, 2 * radius, 2 * radius))
    turned = first + share * (last - first)
    page.draw.arc(ring, first, last, EDGE, 3 * SCALE)
    page.draw.arc(ring, first, turned, ACCENT, 3 * SCALE)
    angle = math.radians(turned)
    tip = (x + radius * math.cos(angle), y + radius * math.sin(angle))
    page.draw.line((x * SCALE, y * SCALE, tip[0] * SCALE, tip[1] * SCALE), TEXT, 2 * SCALE)
    page.text((left, top + height - 14, width, 14), f"{_initial(box)} %", middle=True)


def button(page: Page, rect: Rect, box: Box) -> None:
    """A button."""
    page.panel(rect, CONTROL)
    page.text(rect, _text(box), middle=True)


KINDS: dict[str, Callable[[Page, Rect, Box], None]] = {
    "comment": comment,
    "textedit": textedit,
    "live.drop": drop,
    "live.menu": menu,
    "umenu": menu,
    "live.numbox": number,
    "live.dial": dial,
    "live.text": button,
}


def main() -> None:
    """Draws it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "device.png")
    out: Path = parser.parse_args().out
    page = Page()
    for each in patcher()["patcher"]["boxes"]:
        box: Box = each["box"]
        if box.get("presentation"):
            KINDS[box["maxclass"]](page, tuple(box["presentation_rect"]), box)
    page.image.save(out, optimize=True)
    print(out)


def _corners(rect: Rect) -> Rect:
    """As Pillow has them: the last pixel belongs to it."""
    left, top, width, height = rect
    right, bottom = (left + width) * SCALE - 1, (top + height) * SCALE - 1
    return (left * SCALE, top * SCALE, right, bottom)


def _text(box: Box) -> str:
    return str(SHOWN.get(box["varname"], box.get("text", "")))


def _initial(box: Box) -> str:
    """What a menu or a number begins with, as it is shown."""
    value = box["saved_attribute_attributes"]["valueof"]
    initial = value["parameter_initial"][0]
    return str(value["parameter_enum"][initial]) if "parameter_enum" in value else f"{initial:g}"


if __name__ == "__main__":
    main()
