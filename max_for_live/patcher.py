"""The device's patcher, as Max's JSON: the controls, and the lines between them and the script.

```
controls that keep a value -> prepend NAME -----------------+
menus that the script fills -> prepend NAME ----------------+
buttons -> route 0 (what comes when one is let go) -> NAME 1 +-> js -> route NAMES -> what is shown
live.thisdevice -> all controls again, then begin -----------+   |--> udpsend
udpreceive --------------------------------------------------+   +--> udpreceive (its port)
plugin~ -> plugout~
```
"""

from collections import Counter
from itertools import pairwise
from typing import Any

from server.protocol import DEFAULT_PORT

from .amxd import AUDIO_EFFECT, BEGUN_1904
from .controls import (
    FILLED,
    HEIGHT,
    PRESSED,
    READ,
    READOUT,
    SAYS_WORDS,
    SET,
    SHOWN_TOO,
    WIDTH,
    WRITTEN,
    Control,
)
from .objects import Box, kind_of, problems

SCRIPT = "melfusion_live.js"
"""The script's file."""

REPLY_PORT = 9332
"""What is listened on until the script has found a port that no other instance has."""

FLOAT, ENUM, BLOB, FILE = 0, 2, 3, 4
"""Types of parameters. There is one for ints, whose range is 256 values at most: no port fits."""

AUTOMATED, STORED, HIDDEN = 0, 1, 2
"""Who sees a parameter: Live's automation, mappings, sets and undo history; sets and undo history;
none of them."""

PARAMETERS = {
    "live.drop": (FILE, STORED),
    "textedit": (BLOB, STORED),
    "pattr": (BLOB, STORED),
    "live.menu": (ENUM, AUTOMATED),
    "live.dial": (FLOAT, AUTOMATED),
    "live.numbox": (FLOAT, STORED),
    "live.text": (ENUM, HIDDEN),
}
"""By the kind of control, the type of its parameter, and who sees it."""

UNITS = {"live.numbox": 0, "live.dial": 5}
"""How numbers are shown: as whole ones, and in per cent."""

TEXTS = ("textedit", "pattr")
"""What keeps a text, and says it behind the word `text`. A pattr is given that word, too: without
it, a text might be taken for a message of the pattr's own."""

LOOKS: dict[str, Box] = {
    "live.drop": {"decodemode": 0, "legend": "Drop a picture"},
    "live.dial": {"showname": 0},
    "live.text": {"mode": 0},
    # Enter ends the text, which comes as one symbol, and is shown without quotation marks.
    "textedit": {"keymode": 1, "outputmode": 1, "nosymquotes": 1},
    "umenu": {"parameter_enable": 0, "allowdrag": 0, "applycolors": 1, "bgfillcolor_type": "color"},
    READOUT: {
        "readonly": 1,
        "ignoreclick": 1,
        "nosymquotes": 1,
        "border": 0.0,
        "bgcolor": [0.0, 0.0, 0.0, 0.0],
    },
}
"""What every control of a kind has."""

COLOURS = {
    "comment": {"textcolor": "live_control_fg"},
    READOUT: {"textcolor": "live_control_fg"},
    "textedit": {"textcolor": "live_lcd_control_fg", "bgcolor": "live_lcd_bg"},
    "umenu": {"textcolor": "live_lcd_control_fg", "bgfillcolor": "live_lcd_bg"},
}
"""Where a kind's own colours are not those of Live's theme: which of them they should be."""

UNLIT = [0.5, 0.5, 0.5, 1.0]
"""The light before the script says anything, as red, green, blue and alpha."""

BANK = 8
"""So many parameters are in a bank of Push and other controllers."""

ROW, COLUMN = 30.0, 150.0
"""Pixels between objects where the patcher is edited."""


class Patch:
    """Objects, and the lines between them."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.lines: list[Box] = []
        self._rows: Counter[int] = Counter()

    def add(self, maxclass: str, column: int, **attributes: Any) -> str:
        """An object, on the next row of a column.

        Returns:
            Its id.

        Raises:
            ValueError: Max would not understand it.
        """
        kind = kind_of(maxclass, attributes.get("text", ""))
        place = [20 + column * COLUMN, 20 + self._rows[column] * ROW, COLUMN - 20, 22.0]
        self._rows[column] += 1
        box = {
            "id": f"obj-{len(self.boxes) + 1}",
            "maxclass": maxclass,
            "numinlets": kind.inlets,
            "numoutlets": len(kind.outlets),
            "patching_rect": place,
        }
        if kind.outlets:
            box["outlettype"] = list(kind.outlets)
        box |= attributes
        if wrong := problems(box):
            raise ValueError("; ".join(wrong))
        self.boxes.append({"box": box})
        return str(box["id"])

    def typed(self, text: str, column: int, **attributes: Any) -> str:
        """An object that is named by its text; its id."""
        return self.add("newobj", column, text=text, **attributes)

    def connect(self, *ids: str, outlet: int = 0, inlet: int = 0) -> None:
        """A line from each object to the next.

        Args:
            ids: the objects, from first to last.
            outlet: of the first that the first line leaves.
            inlet: of the last that the last line enters.
        """
        last = len(ids) - 2
        for number, (source, destination) in enumerate(pairwise(ids)):
            leaves, enters = outlet if number == 0 else 0, inlet if number == last else 0
            line = {"source": [source, leaves], "destination": [destination, enters]}
            self.lines.append({"patchline": line})


def patcher() -> dict[str, Any]:
    """The whole patcher.

    Raises:
        ValueError: Max would not understand something of it.
        KeyError: a control is of no known kind.
    """
    patch = Patch()
    ids = {
        control.name: patch.add(_maxclass(control), column, **_drawn(control))
        for column, controls in ((0, (*SET, *FILLED, *PRESSED)), (5, (*READ, *WRITTEN)))
        for control in controls
    }
    saved = {"filename": SCRIPT, "parameter_enable": 0}
    script = patch.typed(f"js {SCRIPT}", 4, saved_object_attributes=saved)
    for control in SET:
        _keeps(patch, control, ids[control.name], script)
    for control in FILLED:
        patch.connect(ids[control.name], patch.typed(f"prepend {control.name}", 3), script)
    pressed = {c.name: _presses(patch, c.name, ids, script) for c in PRESSED}
    # The field for the picture is the user's own, but for this: it goes with what is saved in it.
    emptied = patch.add("message", 2, text="clear")
    patch.connect(pressed["clear"], emptied, ids["picture"], outlet=1)
    _begins(patch, ids, script)
    _shows(patch, ids, script)
    _speaks(patch, script)
    sound_in, sound_out = patch.typed("plugin~", 4), patch.typed("plugout~", 4)
    for channel in (0, 1):
        patch.connect(sound_in, sound_out, outlet=channel, inlet=channel)
    return {"patcher": _root() | {"boxes": patch.boxes, "lines": patch.lines} | _listed(ids)}


def _maxclass(control: Control) -> str:
    return {READOUT: "textedit", "pattr": "newobj"}.get(control.kind, control.kind)


def _drawn(control: Control) -> Box:
    """What is said of a control's object."""
    if control.place is None:
        return _unseen(control)
    drawn: Box = {
        "presentation": 1,
        "presentation_rect": [float(edge) for edge in control.place],
        "varname": control.name,
    }
    saved: Box = {
        name: {"expression": f"themecolor.{colour}"}
        for name, colour in COLOURS.get(control.kind, {}).items()
    }
    if control.kind in PARAMETERS:
        drawn["parameter_enable"] = 1
        saved["valueof"] = _parameter(control)
    if control.hint:
        drawn |= {"annotation": control.hint, "annotation_name": control.label}
    if control.kind in ("comment", READOUT):
        drawn["text"] = control.label or control.initial
    if control.kind == "live.text":
        drawn |= {"text": control.label, "texton": control.label}
    if control.name == "light":
        # A colour of the theme would win over the one that the script gives it.
        return drawn | {"textcolor": UNLIT}
    return drawn | LOOKS.get(control.kind, {}) | {"saved_attribute_attributes": saved}


def _unseen(control: Control) -> Box:
    """What is said of an object that only keeps a value."""
    return {
        "text": f"{control.kind} {control.name}",
        "varname": control.name,
        "saved_object_attributes": {"parameter_enable": 1, "parameter_mappable": 0},
        "saved_attribute_attributes": {"valueof": _parameter(control)},
    }


def _parameter(control: Control) -> Box:
    kind, seen = PARAMETERS[control.kind]
    said: Box = {
        "parameter_longname": control.label,
        "parameter_shortname": control.label,
        "parameter_type": kind,
        "parameter_invisible": seen,
    }
    if kind == ENUM:
        items = control.items or ("off", "on")
        said |= {"parameter_enum": list(items), "parameter_mmax": len(items) - 1}
    if control.limits:
        said |= {"parameter_mmin": control.limits[0], "parameter_mmax": control.limits[1]}
        said["parameter_unitstyle"] = UNITS[control.kind]
    if control.initial != "":
        said |= {"parameter_initial": [control.initial], "parameter_initial_enable": 1}
    return said


def _keeps(patch: Patch, control: Control, box: str, script: str) -> None:
    """A control's value goes to the script, behind its name."""
    prepend = patch.typed(f"prepend {control.name}", 3)
    patch.connect(prepend, script)
    if control.kind not in TEXTS:
        patch.connect(box, prepend)
        return
    # Its text comes behind the word `text`; of none that word alone may come, which is then a bang.
    words, empty = patch.typed("route text", 1), patch.typed("route bang", 2)
    patch.connect(box, words, empty)
    patch.connect(empty, prepend, outlet=1)
    patch.connect(empty, patch.add("message", 3, text=control.name), script)


def _presses(patch: Patch, name: str, ids: dict[str, str], script: str) -> str:
    """A press is a bang or a 1; a 0 is none.

    Returns:
        The object whose second outlet tells of presses.
    """
    not_0, says = patch.typed("route 0", 1), patch.add("message", 3, text=f"{name} 1")
    patch.connect(ids[name], not_0)
    if name in SAYS_WORDS:
        first = patch.typed("t b b", 2)
        patch.connect(not_0, first, outlet=1)
        patch.connect(first, ids["words"], outlet=1)
        patch.connect(first, says)
    else:
        patch.connect(not_0, says, outlet=1)
    patch.connect(says, script)
    return not_0


def _begins(patch: Patch, ids: dict[str, str], script: str) -> None:
    """When all of the device is there, what is set is said again, and the script begins.

    Live restores it from the set, and whether all of it is heard of then is told nowhere.
    """
    first, then = patch.typed("live.thisdevice", 1), patch.typed("t b b", 2)
    patch.connect(first, then)
    for control in SET:
        patch.connect(then, ids[control.name], outlet=1)
    patch.connect(then, patch.add("message", 3, text="begin"), script)


def _shows(patch: Patch, ids: dict[str, str], script: str) -> None:
    """What the script shows goes to the control that it names."""
    names = [*(control.name for control in (*READ, *FILLED)), *SHOWN_TOO]
    route = patch.typed(f"route {' '.join(names)}", 4)
    patch.connect(script, route)
    for outlet, name in enumerate(names):
        patch.connect(route, ids[name], outlet=outlet)


def _speaks(patch: Patch, script: str) -> None:
    """The script and the server."""
    patch.connect(script, patch.typed(f"udpsend 127.0.0.1 {DEFAULT_PORT}", 4), outlet=1)
    receive = patch.typed(f"udpreceive {REPLY_PORT}", 4)
    patch.connect(script, receive, outlet=2)
    patch.connect(receive, script)


def _listed(ids: dict[str, str]) -> Box:
    """The parameters by their objects, and those that a controller's first bank has."""
    with_one = [control for control in (*SET, *PRESSED) if control.kind in PARAMETERS]
    listed: Box = {ids[c.name]: [c.label, c.label, 0] for c in with_one}
    bank = [c.label for c in with_one if PARAMETERS[c.kind][1] == AUTOMATED][:BANK]
    bank += ["-"] * (BANK - len(bank))
    listed["parameterbanks"] = {"0": {"index": 0, "name": "MeLFusion", "parameters": bank}}
    listed["inherited_shortname"] = 1
    return {"parameters": listed}


def _root() -> Box:
    """What is said of the patcher itself."""
    return {
        "fileversion": 1,
        "appversion": {
            "major": 8, "minor": 6, "revision": 2, "architecture": "x64", "modernui": 1,
        },
        "classnamespace": "box",
        "rect": [100.0, 100.0, 1200.0, 800.0],
        "openrect": [0.0, 0.0, float(WIDTH), float(HEIGHT)],
        "openinpresentation": 1,
        "devicewidth": float(WIDTH),
        "default_fontsize": 10.0,
        "default_fontname": "Arial Bold",
        "gridsize": [15.0, 15.0],
        "boxanimatetime": 200,
        "dependency_cache": [],
        "latency": 0,
        "is_mpe": 0,
        "external_mpe_tuning_enabled": 0,
        "minimum_live_version": "",
        "minimum_max_version": "",
        "platform_compatibility": 0,
        "project": _project(),
        "autosave": 0,
    }  # fmt: skip


def _project() -> Box:
    """Without it Max does not take the file for a device; all of it is as in a new one."""
    return {
        "version": 1,
        "creationdate": BEGUN_1904,
        "modificationdate": BEGUN_1904,
        "viewrect": [0.0, 0.0, 300.0, 500.0],
        "autoorganize": 1,
        "hideprojectwindow": 1,
        "showdependencies": 1,
        "autolocalize": 0,
        "contents": {"patchers": {}},
        "layout": {},
        "searchpath": {},
        "detailsvisible": 0,
        "amxdtype": int.from_bytes(AUDIO_EFFECT, "big"),
        "readonly": 0,
        "devpathtype": 0,
        "devpath": ".",
        "sortmode": 0,
        "viewmode": 0,
        "includepackages": 0,
    }
