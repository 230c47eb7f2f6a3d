"""A render request on a command line: its options, and the table that shows what came of it.

Pure: both `melfusion generate` and `melfusion-live render` read it, and neither needs torch for it.
"""

import argparse
import difflib
import random
import re
from collections.abc import Collection
from dataclasses import fields
from typing import Any, NoReturn

from .request import SEEDS, RenderRequest, RequestError

EXIT_BAD_INPUT = 2
UNKNOWN = "unrecognized arguments: "
COLUMNS = ("", "asked/limit", "measured", "verdict")


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that answers bad input with one line on stderr and exit status 2."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **kwargs})

    def error(self, message: str) -> NoReturn:
        """Prints `message` on one line, with an option that may be meant, and leaves with 2."""
        told = message.removeprefix("argument ")
        if told.startswith(UNKNOWN):
            wrong = re.split(r"[\s=]", told.removeprefix(UNKNOWN))[0]
            meant = difflib.get_close_matches(wrong, self.options())
            told += f"; did you mean {meant[0]}?" if meant else f"; see {self.prog} --help"
        self.exit(EXIT_BAD_INPUT, f"{self.prog}: {told}\n")

    def options(self) -> list[str]:
        """The options that it knows, those of its commands too."""
        known: list[str] = []
        for action in self._actions:
            known += action.option_strings
            if isinstance(action, argparse._SubParsersAction):
                known += [each for one in action.choices.values() for each in one.options()]
        return known


def add_request_options(parser: argparse.ArgumentParser, without: Collection[str] = ()) -> None:
    """Gives `parser` one option for every field of RenderRequest (`--image-strength`, ...).

    What the user leaves out stays out of the namespace, so that RenderRequest's own defaults hold.

    Args:
        parser: of a command.
        without: fields that are no option of it.
    """
    group = parser.add_argument_group("what to render")
    for option in fields(RenderRequest):
        if option.name in without:
            continue
        default = option.default
        drawn = "drawn when not given" if option.name == "seed" else f"default {default}"
        group.add_argument(
            option_name(option.name),
            dest=option.name,
            type=str if option.type is str else _number,
            default=argparse.SUPPRESS,
            metavar=_metavar(option.name, option.metadata),
            help=option.metadata["help"] + (f" ({drawn})" if default != "" else ""),
        )


def option_name(argument: str) -> str:
    """The option that sets a request's argument: "image_strength" is `--image-strength`."""
    return "--" + argument.replace("_", "-")


def request_options(namespace: argparse.Namespace, without: Collection[str] = ()) -> dict[str, Any]:
    """What the user gave, as name/value pairs for RenderRequest.check.

    A seed that was not given is drawn; `table` tells it, so that the loop can be had again.

    Args:
        namespace: what was parsed.
        without: as in add_request_options.
    """
    options = {
        option.name: getattr(namespace, option.name)
        for option in fields(RenderRequest)
        if option.name not in without and hasattr(namespace, option.name)
    }
    if "seed" not in options:
        options["seed"] = random.SystemRandom().randrange(SEEDS)
    return options


def explain(error: RequestError) -> str:
    """One line for stderr that names the option at fault."""
    return f"{option_name(error.argument)}: {error.reason}"


def table(clip: dict[str, Any]) -> str:
    """What was asked and what was measured, one check a line, the arrangement, and the seed.

    Args:
        clip: a rendered loop as RenderedLoop.as_dict gives it.
    """
    rows = [COLUMNS]
    for check in clip["checks"]:
        unit = f" {check['unit']}" if check["unit"] else ""
        asked, got = (_cell(check[column]) for column in ("asked", "got"))
        rows.append((check["name"], asked and asked + unit, got and got + unit, check["verdict"]))
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    seed, attempts = clip["request"]["seed"], clip["attempts"]
    tried = "" if attempts == 1 else f", the best of {attempts} attempts"
    return "\n".join([*lines, *arrangement(clip), f"seed {seed}{tried}"])


def arrangement(clip: dict[str, Any]) -> list[str]:
    """What the model saw in the picture, and took all to ask for, if it tells: lines."""
    plan, part = clip["plan"], clip["request"]["part"]
    if words := plan.get("picture_words"):
        return [f"told of the picture: {words}"]
    if "style" not in plan:
        return []
    players = [plan["instruments"].get(part)] if part != "full" else plan["instruments"].values()
    mood = ", ".join(f"{name} {plan[name]:g}" for name in ("energy", "valence", "brightness"))
    seen = [f"seen in the picture: {', '.join(plan['seen'])}"] if plan.get("seen") else []
    return [*seen, f"arranged as {plan['style']} for {', '.join(players)}; {mood}"]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number, not {text!r}") from None


def _metavar(name: str, limits: Any) -> str:
    if "choices" in limits:
        return "|".join(map(str, limits["choices"]))
    if "low" in limits:
        return f"{limits['low']:.10g}-{limits['high']:.10g}"
    return "PATH" if name.endswith(("image", "source")) else "TEXT"
