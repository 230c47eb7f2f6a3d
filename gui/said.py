"""The server's words for what is wrong, as a user is told them: by the names that fields have."""

import re

SUBJECTS = {
    "prompt": "The sentence",
    "image": "The picture",
    "bars": "The number of bars",
    "bpm": "The tempo",
    "metre": "The metre",
    "key": "The key",
    "chords": "The row of chords",
    "part": "The part",
    "seed": "The seed",
    "image_strength": "The picture's strength",
    "guidance": "The guidance",
    "image_guidance": "The picture's guidance",
    "to_prompt": "The other scene's sentence",
    "to_image": "The other scene's picture",
    "blend": "The way to the other scene",
    "steps": "The number of steps",
    "attempts": "The number of attempts",
    "rate": "The files' rate",
    "format": "The files' format",
    "on_bar": "The bar",
    "in_bars": "The number of bars until then",
    "job": "The render",
    "model": "The model",
    "image_words": "What is in the picture",
    "source": "The loop that it is made of",
    "clip": "The loop",
    "device": "The sound device",
    "server": "The server",
    "request": "The request",
    "library": "The library",
}
"""What a user calls what is at fault, by the argument's name on the wire."""

PREDICATE = re.compile(r"(is|has|must|holds|cannot|says|met)\b")
"""How a reason begins that is a sentence only behind its subject."""


def argument(why: str) -> str:
    """The argument at fault, by its name on the wire; empty where none is named.

    Args:
        why: as a RequestError or the server says it, such as "bpm: must be 20 or more".
    """
    name, colon, _ = why.partition(": ")
    return name if colon and name in SUBJECTS else ""


def said(why: str) -> str:
    """The same without that name: "The tempo must be 20 or more"."""
    name = argument(why)
    reason = why.removeprefix(f"{name}: ") if name else why
    if name and PREDICATE.match(reason):
        return f"{SUBJECTS[name]} {reason}"
    return reason[:1].upper() + reason[1:] if name else why
