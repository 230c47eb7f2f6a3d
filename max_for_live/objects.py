"""Max's objects, as far as the device needs them: inlets, outlets, and what may be said of them.

Max passes over an object or an attribute that it does not know without a word, so all that goes
into the patcher is held against this list first. It is what Max itself writes into devices.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Box = dict[str, Any]
"""An object in a patcher, as Max's JSON has it."""

EVERY = frozenset({"id", "maxclass", "numinlets", "numoutlets", "outlettype", "patching_rect"})
SHOWN = frozenset({"presentation", "presentation_rect", "varname", "saved_attribute_attributes"})
EXPLAINED = frozenset({"annotation", "annotation_name"})
"""Both are in Live's info view: a text, and its title."""

KEPT = SHOWN | EXPLAINED | {"parameter_enable"}
UNSEEN = frozenset({"text", "varname", "saved_object_attributes", "saved_attribute_attributes"})
"""Of a parameter that is seen, and of one that is not."""

VALUEOF = frozenset(
    f"parameter_{name}"
    for name in (
        "longname", "shortname", "type", "invisible", "enum", "mmin", "mmax", "unitstyle",
        "initial", "initial_enable",
    )
)  # fmt: skip
"""What may be said of a parameter."""

THEMED = {
    "textcolor": {"themecolor.live_control_fg", "themecolor.live_lcd_control_fg"},
    "bgcolor": {"themecolor.live_lcd_bg"},
    "bgfillcolor": {"themecolor.live_lcd_bg"},
}
"""Colours that can be those of Live's theme, whichever the user has chosen."""


@dataclass(frozen=True)
class Kind:
    """What is known of a kind of object.

    Attributes:
        inlets: how many it has.
        outlets: of each, what comes out; "" for anything.
        attributes: what may be said of it, beside what every object has.
    """

    inlets: int
    outlets: tuple[str, ...]
    attributes: frozenset[str] = frozenset({"text"})


DRAWN = {
    "comment": Kind(1, (), SHOWN | {"text", "textcolor"}),
    "message": Kind(2, ("",)),
    "textedit": Kind(
        1, ("", "int", "", ""),
        KEPT | {
            "text", "keymode", "outputmode", "nosymquotes", "readonly", "ignoreclick", "border",
            "bgcolor",
        },
    ),
    "live.drop": Kind(1, ("", ""), KEPT | {"decodemode", "legend"}),
    "live.menu": Kind(1, ("", "", "float"), KEPT),
    "live.dial": Kind(1, ("", "float"), KEPT | {"showname"}),
    "live.numbox": Kind(1, ("", "float"), KEPT),
    "live.text": Kind(1, ("", ""), KEPT | {"mode", "text", "texton"}),
    "umenu": Kind(1, ("int", "", ""), KEPT | {"allowdrag", "applycolors", "bgfillcolor_type"}),
}  # fmt: skip
"""By their maxclass, those that have one of their own."""

TYPED = {
    "js": Kind(1, ("", "", ""), frozenset({"text", "saved_object_attributes"})),
    "live.thisdevice": Kind(1, ("bang", "int", "int")),
    "pattr": Kind(1, ("", "", ""), UNSEEN),
    "plugin~": Kind(2, ("signal", "signal")),
    "plugout~": Kind(2, ("signal", "signal")),
    "prepend": Kind(1, ("",)),
    "udpreceive": Kind(1, ("",)),
    "udpsend": Kind(1, ()),
}
"""By the first word of their text, the other ones; route and t have as many outlets as words."""


def kind_of(maxclass: str, text: str = "") -> Kind:
    """What is known of an object.

    Args:
        maxclass: its class; `newobj` for those that are named by their text.
        text: what is typed into it.

    Raises:
        KeyError: it is in no list.
    """
    if maxclass != "newobj":
        return DRAWN[maxclass]
    name, *arguments = text.split()
    if name == "route":
        return Kind(len(arguments) + 1, ("",) * (len(arguments) + 1))
    if name == "t" and set(arguments) == {"b"}:
        return Kind(1, ("bang",) * len(arguments))
    return TYPED[name]


def problems(box: Box) -> list[str]:
    """What Max would not understand of an object; nothing where all is well."""
    try:
        kind = kind_of(box["maxclass"], box.get("text", ""))
    except KeyError:
        return [f"{box.get('maxclass')} {box.get('text', '')}: no such object is known"]
    expected: Box = {"numinlets": kind.inlets, "numoutlets": len(kind.outlets)}
    if kind.outlets:
        expected["outlettype"] = list(kind.outlets)
    found = [
        f"{name} is {box.get(name)}, not {value}"
        for name, value in expected.items()
        if box.get(name) != value
    ]
    unknown = sorted(set(box) - EVERY - kind.attributes)
    found += [f"{name} is no attribute of it" for name in unknown]
    found += _of_saved(box.get("saved_attribute_attributes", {}))
    return [f"{box['maxclass']} {box.get('id')}: {problem}" for problem in found]


def _of_saved(saved: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with a parameter, or with colours of Live's theme."""
    for name, value in saved.items():
        if name == "valueof":
            yield from (f"{key} is nothing of a parameter" for key in set(value) - VALUEOF)
        elif value.get("expression") not in THEMED.get(name, ()):
            yield f"{name} cannot be {value}"
