"""Which files of a repository are needed.

Pure: `melfusion --help` reads it.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ..home import INDEX

Choose = Callable[[Collection[str]], list[str]]
"""The files of a repository -> those that are needed; LackingError if one is not there."""

WEIGHTS = re.compile(
    r"(?:diffusion_pytorch_model|model)(?:\.(?P<variant>\w+))?(?:-\d+-of-\d+)?\.safetensors"
)
SHARDS = re.compile(
    r"(?:diffusion_pytorch_model|model)\.safetensors\.index(?:\.(?P<variant>\w+))?\.json"
)
"""Names of weights, whole or in pieces, and of the list of the pieces, as save_pretrained gives
them; the variant is a precision."""

HALVES = ("bf16", "fp16")
"""Variants in half precision, the best first."""

SETTINGS = (".json", ".jinja", ".model", ".txt")
WITHOUT_WEIGHTS = ("Tokenizer", "Scheduler")
"""In the names of classes that are all settings."""
TOLD = re.compile(r"(?:readme|licen[cs]e|notice)\b.*", re.IGNORECASE)
"""What goes along with weights wherever they go."""


class LackingError(ValueError):
    """A repository that has not what is needed of it; the message says what."""


def required(chosen: list[str], optional: list[str], there: Collection[str]) -> list[str]:
    """What is needed, and of what is not what is there.

    Raises:
        LackingError: something that is needed is not there.
    """
    lacking = [name for name in chosen if name not in there]
    if lacking:
        raise LackingError(f"has no {', '.join(lacking)}")
    return chosen + [name for name in optional if name in there]


def of_index(name: str, index: Mapping[str, Any], there: Collection[str]) -> list[str]:
    """The files of a model: settings, and weights in half precision where those are offered.

    Args:
        name: of its index: diffusers' model_index.json, or transformers' config.json.
        index: content of that.
        there: all files of the repository.

    Raises:
        LackingError: a component has no settings, or no weights that are safetensors.
    """
    chosen = [name] + [path for path in there if TOLD.fullmatch(path)]
    if name != INDEX:
        return list(dict.fromkeys(chosen + _of_component("", "", there)))
    for component, told in index.items():
        if isinstance(told, list) and told[-1] is not None:
            chosen += _of_component(component, str(told[-1]), there)
    return chosen


def plain(path: str) -> str:
    """A file's path without the variant in its name, as a loader looks for it."""
    folder, _, name = path.rpartition("/")
    match = WEIGHTS.fullmatch(name) or SHARDS.fullmatch(name)
    if match and match["variant"]:
        name = name.replace(f".{match['variant']}", "", 1)
    return f"{folder}/{name}" if folder else name


def _of_component(component: str, kind: str, there: Collection[str]) -> list[str]:
    inside = [name for name in there if name.rpartition("/")[0] == component]
    variants: dict[str | None, list[str]] = {}
    settings = []
    for path in inside:
        name = path.rpartition("/")[2]
        if match := WEIGHTS.fullmatch(name) or SHARDS.fullmatch(name):
            variants.setdefault(match["variant"], []).append(path)
        elif name.endswith(SETTINGS):
            settings.append(path)
    if not settings:
        raise LackingError(f"has no settings in {component or '.'}/")
    if any(word in kind for word in WITHOUT_WEIGHTS):
        return settings
    variant = next((half for half in HALVES if half in variants), None)
    weights = variants.get(variant, [])
    if not any(name.endswith(".safetensors") for name in weights):
        raise LackingError(f"has no safetensors in {component or '.'}/")
    return settings + weights
