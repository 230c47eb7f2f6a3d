"""What is typed to find clips."""

import pytest

from gui.library.search import Query, text_of
from server.protocol import ClipEvent

CLIP = ClipEvent(
    "c1", "/loops/warm-house_drums.wav", "drums", 123.4, 4, "7/8", 14.0, "F# minor", "F#m | D",
    6.8, 0, "key fail, length pass", "Warm house", "/pictures/Sunset.jpg", "2026-03-01T12:00:00Z",
    "The Drop", 1, "peak dark", "",
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("", True),
        ("warm", True),
        ("WARM drop", True),
        ("warm techno", False),
        ("-techno", True),
        ("-warm", False),
        ("part:drums", True),
        ("part:bass", False),
        ("bpm:123", True),
        ("bpm:120-128", True),
        ("bpm:124-128", False),
        ("bpm:fast", False),
        ("key:f#m", True),
        ("key:F#m", True),
        ("key:fm", False),
        ("key:minor", True),
        ("bars:4", True),
        ("bars:8", False),
        ("metre:7/8", True),
        ("tag:peak", True),
        ("tag:pea", False),
        ("image:sunset", True),
        ("image:forest", False),
        ("is:favourite", True),
        ("is:failed", True),
        ("is:passed", False),
        ("-is:failed", False),
        ("nothing:here", False),
        ("peak bpm:123 part:drums", True),
        ("-", True),
    ],
)
def test_a_clip_is_found(typed: str, is_found: bool) -> None:
    assert Query.parse(typed).accepts(CLIP, text_of(CLIP)) is is_found


@pytest.mark.parametrize(
    ("typed", "strange"),
    [
        ("foo:bar", ("foo:bar",)),
        ("bpm:fast", ("bpm:fast",)),
        ("is:fav", ("is:fav",)),
        ("-is:fav warm", ("-is:fav",)),
        ("bpm:118-124 is:favourite part:drums -tag:peak 12:30 warm: :x", ()),
    ],
)
def test_what_cannot_be_asked_for_is_known(typed: str, strange: tuple[str, ...]) -> None:
    assert Query.parse(typed).strange == strange
