"""The plan, the part and the picture in words, for models that are told everything in words.

Pure.
"""

from ..music import Plan

PARTS = {
    "drums": "drums and percussion only, no bass, no chords, no melody",
    "bass": "bass line only, no drums, no chords, no melody",
    "chords": "chords only, no drums, no bass, no melody",
    "lead": "lead melody only, no drums, no bass, no chords",
    "full": "full arrangement",
}
"""How each part is asked for alone."""

ALWAYS = "instrumental, no vocals, steady tempo, loop from the middle of a track"
"""What every loop is: told as a slice, a model composes neither an opening nor an ending."""


def words(prompt: str, plan: Plan, part: str) -> str:
    """What a model is told of a loop.

    Args:
        prompt: what the user typed; may be empty.
        plan: tempo, metre, key and chords; drums are told neither key nor chords.
        part: of request.PARTS, or "full".

    Returns:
        One line, the user's own words first.
    """
    told = [prompt.strip(), PARTS[part], ALWAYS, f"{plan.bpm:g} BPM", f"{plan.metre} time"]
    if part != "drums":
        told += [f"key of {plan.key}", f"chords {plan.chords_text()}"]
    return ", ".join(each for each in told if each)


def with_picture(words: str, picture_words: str) -> str:
    """Words that tell of a picture as well.

    Args:
        words: as `words` gives them.
        picture_words: what is seen; empty leaves the words as they are.
    """
    return f"{picture_words.strip()}, {words}" if picture_words.strip() else words
