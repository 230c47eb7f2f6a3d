"""The one table of what is on the device: what may be set, pressed and read there, and where.

The patcher, the script's names for the items of menus, the picture in docs/images and the tests are
read off it.
"""

from dataclasses import dataclass

from melfusion.music import MODES
from server.protocol import DEFAULT_PORT

WIDTH, HEIGHT = 640, 169
"""Of the device in Live, in pixels; Live gives every device this height."""

ROOTS = ("Live's key", "Any key", "C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
PARTS = ("Mix", "Drums", "Bass", "Chords", "Lead")
TARGETS = ("Selected slot", "Next free slot", "Arrangement")
AUTO = ("Off", "2 bars", "4 bars", "8 bars", "16 bars", "32 bars")
BARS = ("1 bar", "2 bars", "4 bars", "8 bars", "16 bars")


READOUT = "readout"
"""A text that is only read: a textedit of Max's, since a comment shows quotation marks around what
has spaces."""


@dataclass(frozen=True)
class Control:
    """One thing on the device.

    Attributes:
        name: what the script calls it: it hears `name value` when the user sets it, and sends
            `name set value` to show one.
        kind: the object of Max's that it is, or READOUT.
        place: left, top, width and height in pixels; None where it is not to be seen.
        label: what Live's automation and MIDI maps call it, or what is written on it.
        items: of a menu, the first is 0.
        initial: what it is in a new device; of a menu, the number of an item.
        limits: of a number, the least and the greatest.
        hint: what Live's info view says of it.
    """

    name: str
    kind: str
    place: tuple[int, int, int, int] | None
    label: str = ""
    items: tuple[str, ...] = ()
    initial: float | str = ""
    limits: tuple[float, float] | None = None
    hint: str = ""


SET = (
    Control(
        "picture", "live.drop", (6, 6, 118, 118), "Scene picture",
        hint="The scene's picture: drop a JPEG, PNG or WebP here.",
    ),
    Control(
        "words", "textedit", (132, 22, 316, 44), "Words",
        hint="What it should sound like, in words of your own.",
    ),
    Control(
        "part", "live.menu", (132, 86, 60, 16), "Part", PARTS, 0,
        hint="What Render makes: the whole mix, or one part of it.",
    ),
    Control(
        "bars", "live.menu", (198, 86, 58, 16), "Bars", BARS, 2, hint="How long the loop is.",
    ),
    Control(
        "root", "live.menu", (262, 86, 76, 16), "Key", ROOTS, 0,
        hint="The key: Live's own scale, any that suits the scene, or one that you choose.",
    ),
    Control(
        "mode", "live.menu", (344, 86, 104, 16), "Scale", tuple(MODES), 1,
        hint="The scale of the key that you chose; Live's key brings its own.",
    ),
    Control(
        "strength", "live.dial", (458, 22, 50, 36), "Picture strength", (), 100.0, (0.0, 100.0),
        hint="How much the picture counts beside the words, in per cent.",
    ),
    Control(
        "target", "live.menu", (132, 124, 96, 16), "Place in", TARGETS, 1,
        hint="Where a finished loop is placed.",
    ),
    Control(
        "auto", "live.menu", (234, 124, 62, 16), "Auto", AUTO, 0,
        hint="Renders and places another variation every so many bars while Live plays.",
    ),
    Control(
        "port", "live.numbox", (458, 124, 50, 16), "Server port", (),
        float(DEFAULT_PORT), (1024.0, 65535.0),
        hint="The port that the MeLFusion Live server listens on.",
    ),
    Control("model", "pattr", None, "Model"),
)  # fmt: skip
"""What keeps a value, which is saved with the set."""

FILLED = (
    Control(
        "models", "umenu", (302, 124, 146, 16), "Model",
        hint="Which model renders, of those that are on the server's machine.",
    ),
)  # fmt: skip
"""Menus that the script gives their items while it runs, with `name clear`, `name append words` and
`name set number`; it hears `name number`.

Live keeps of a menu the number of an item, and the items as they are in the device: so these are no
parameters, and what is chosen in one is kept beside it, as a text.
"""

PRESSED = (
    Control("clear", "live.text", (6, 146, 118, 16), "No picture", hint="Takes the picture away."),
    Control(
        "render", "live.text", (516, 6, 118, 46), "Render",
        hint="Renders a loop in Live's tempo and key, and places it.",
    ),
    Control(
        "row", "live.text", (516, 58, 118, 38), "Render row",
        hint="Renders drums, bass, chords and lead of one scene into tracks named after them, or"
        " into this track and those to its right.",
    ),
    Control(
        "cancel", "live.text", (516, 102, 118, 38), "Cancel",
        hint="Ends what is being rendered, and Auto.",
    ),
)  # fmt: skip
"""What only does something. Live maps keys and MIDI to what can be automated alone, and what can be
automated is in its undo history, where undoing a press would be another one: these are neither.
"""

READ = (
    Control("picture_name", READOUT, (6, 126, 118, 18)),
    Control("light", "comment", (178, 4, 14, 18), initial="●"),
    Control("server", READOUT, (192, 4, 256, 18), initial="no server: start melfusion-live"),
    Control("progress", READOUT, (132, 141, 376, 28)),
    Control("stamp", READOUT, (516, 146, 118, 18)),
)
"""What is only shown: the script sends `name set text` or `name clear`; `light textcolor red green
blue alpha`."""

SAYS_WORDS = ("render", "row")
"""What has the words said first, whether or not Enter was pressed behind them."""

SHOWN_TOO = ("words", "auto", "model")
"""What is set by the user, and by the script where a scene's name has words, Cancel ends Auto, or a
model is chosen.

Each time is a step of Live's undo history. What else Live keeps the script leaves alone.
"""

WRITTEN = (
    Control("words_title", "comment", (132, 4, 44, 18), "Words"),
    Control("part_title", "comment", (132, 68, 60, 18), "Part"),
    Control("bars_title", "comment", (198, 68, 58, 18), "Length"),
    Control("root_title", "comment", (262, 68, 76, 18), "Key"),
    Control("mode_title", "comment", (344, 68, 104, 18), "Scale"),
    Control("strength_title", "comment", (458, 4, 50, 18), "Picture"),
    Control("target_title", "comment", (132, 106, 96, 18), "Place in"),
    Control("auto_title", "comment", (234, 106, 62, 18), "Auto"),
    Control("models_title", "comment", (302, 106, 146, 18), "Model"),
    Control("port_title", "comment", (458, 106, 50, 18), "Port"),
)
"""Titles, which never change."""
