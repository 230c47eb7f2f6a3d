"""What is typed to find clips: words, and words about one thing, such as `part:drums bpm:120-128`.

Pure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from melfusion.music import Key
from server.protocol import ClipEvent

HELP = (
    "Words are searched in titles, words, parts, keys, tags, pictures and file names.\n"
    "part:drums   bpm:120 or bpm:118-124   bars:4   key:Am   metre:7/8   tag:peak\n"
    "image:sunset (its file's name)   is:favourite   is:failed   -word: without it"
)

Accepts = Callable[[ClipEvent, str], bool]
"""Whether a clip, whose text is the other argument, is one of those that are looked for."""


@dataclass(frozen=True)
class Query:
    """All of these must be true of a clip.

    Attributes:
        conditions: what is asked of it.
        strange: what has the form of `part:drums`, and is none of what can be asked: it is
            searched as a word.
    """

    conditions: tuple[Accepts, ...] = ()
    strange: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Query":
        """Reads what is typed; what cannot be read as anything else is a word."""
        words = text.lower().split()
        return cls(tuple(map(_condition, words)), tuple(filter(_is_strange, words)))

    def accepts(self, clip: ClipEvent, text: str) -> bool:
        """Whether a clip is one of those.

        Args:
            clip: the clip.
            text: all its words, in small letters.
        """
        return all(condition(clip, text) for condition in self.conditions)


def text_of(clip: ClipEvent) -> str:
    """What a clip is searched by, in small letters."""
    words: Iterable[object] = (
        clip.title, clip.prompt, clip.part, f"{clip.bpm:g}", clip.key, clip.chords, clip.metre,
        clip.tags, clip.image, clip.path,
    )  # fmt: skip
    return " ".join(map(str, words)).lower()


def _condition(word: str) -> Accepts:
    if word.startswith("-") and len(word) > 1:
        other = _condition(word[1:])
        return lambda clip, text: not other(clip, text)
    name, colon, value = word.partition(":")
    if colon and value:
        if name in _FIELDS:
            return _FIELDS[name](value)
        if name == "is" and value in _KINDS:
            return _KINDS[value]
    return lambda _, text: word in text


def _is_strange(word: str) -> bool:
    name, _, value = word.removeprefix("-").partition(":")
    if not (name.isalpha() and value):
        return False
    if name == "bpm":
        return not all(_is_number(part) for part in value.split("-", 1))
    return value not in _KINDS if name == "is" else name not in _FIELDS


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _tempo(value: str) -> Accepts:
    low, dash, high = value.partition("-")
    try:
        least, most = (float(low), float(high)) if dash else (float(low) - 0.5, float(low) + 0.5)
    except ValueError:
        return lambda _, text: value in text
    return lambda clip, _: least <= clip.bpm <= most


def _key(value: str) -> Accepts:
    try:
        wanted = str(Key.parse(value[:1].upper() + value[1:])).lower()
    except ValueError:
        return lambda clip, _: value in clip.key.lower()
    return lambda clip, _: clip.key.lower() == wanted


_FIELDS: dict[str, Callable[[str], Accepts]] = {
    "part": lambda value: lambda clip, _: clip.part == value,
    "bpm": _tempo,
    "bars": lambda value: lambda clip, _: str(clip.bars) == value,
    "key": _key,
    "metre": lambda value: lambda clip, _: clip.metre == value,
    "tag": lambda value: lambda clip, _: value in clip.tags.lower().split(),
    "image": lambda value: lambda clip, _: value in clip.image.lower(),
}
_KINDS: dict[str, Accepts] = {
    "favourite": lambda clip, _: bool(clip.favourite),
    "favorite": lambda clip, _: bool(clip.favourite),
    "failed": lambda clip, _: not clip.passed,
    "passed": lambda clip, _: bool(clip.passed),
}
