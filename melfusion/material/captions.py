"""Tells in words what a stem is: many wordings, from one word to a sentence.

Half of a stem's captions are about the stem and name its part; half are about the scene as a
whole, as someone writes who asks for all parts with one sentence. A full mix is told in longer
wordings, as someone writes who has heard it.
"""

import random

from .instruments import INSTRUMENTS, KITS
from .scene import Scene

PART_WORDS = {
    "drums": ("drums", "drum loop", "beat", "drum groove", "percussion"),
    "bass": ("bass", "bass line", "bassline", "bass groove"),
    "chords": ("chords", "chord progression", "harmony", "chord loop"),
    "lead": ("lead", "melody", "lead line", "hook"),
}
"""What each part is called."""

MOODS = {
    ("low", "low"): ("sad", "melancholic", "gloomy", "mournful", "lonely"),
    ("low", "mid"): ("moody", "brooding", "serious", "tense", "wistful"),
    ("low", "high"): ("aggressive", "angry", "menacing", "dramatic", "frantic"),
    ("mid", "low"): ("calm", "quiet", "thoughtful", "dreamy", "relaxed"),
    ("mid", "mid"): ("steady", "cool", "easy", "balanced", "laid back"),
    ("mid", "high"): ("driving", "intense", "energetic", "restless", "powerful"),
    ("high", "low"): ("peaceful", "tender", "gentle", "serene", "soothing"),
    ("high", "mid"): ("cheerful", "warm", "friendly", "pleasant", "sunny"),
    ("high", "high"): ("joyful", "euphoric", "exciting", "playful", "ecstatic"),
}
"""What a mood is called, by the thirds that its valence and its energy lie in."""
_TIMBRES = {
    "low": ("dark", "muffled", "deep", "shadowy"),
    "mid": ("rounded", "natural", "clear"),
    "high": ("bright", "crisp", "sparkling", "airy"),
}
_DENSITIES = {
    "low": ("sparse", "minimal", "slow-moving", "spacious"),
    "mid": ("flowing", "steady", "rolling"),
    "high": ("busy", "dense", "hard-hitting", "lively"),
}
_STEM_FORMS = (
    "{style} {part}",
    "{mood} {style} {part}",
    "{adjective} {style} {part}",
    "{timbre} {style} {part}, {mood}",
    "{instrument}, {style}",
    "{style} {part} on {instrument}",
    "{density}, {timbre} {part} played on {instrument}",
    "{a_adjective} {style} {part} with {instrument}, for {phrase}",
    "{part} for {phrase}, {mood} and {adjective}",
    "{concept}: {mood} {style} {part}",
    "{mood} {part} like {phrase}, {style} with {instrument}",
    "{era} {style} {part}, {density} and {timbre}",
    "{instrument}",
    "{timbre} {instrument}",
    "{mood} {instrument}",
    "{instrument}, {phrase}",
    "{instrument} {part} like {phrase}",
    "{part}, {phrase}",
    "{mood} {part}",
    "{mood}, {timbre} {part}",
    "{concept} {part}",
    "{adjective} {part}, {style}",
    "{pace} {style} {part}",
    "{a_mood} {part} for {phrase}, in the style of {style}, on {instrument}",
    "{style} {part} that sounds like {phrase}: {timbre}, {density}, {mood}",
    "i need {a_mood} {style} {part} with {instrument}",
)
_SCENE_FORMS = (
    "{style}",
    "{mood} {style}",
    "{adjective} {style}, {timbre} and {density}",
    "{style} with {instruments}",
    "{mood} music for {phrase}",
    "{phrase}, {style}",
    "{a_adjective} {style} loop with {instruments}, for {phrase}",
    "{a_mood}, {adjective} {style} track for {phrase}",
    "{concept}, {mood}, {timbre}",
    "{phrase}: {density} {style}, {mood}, with {instruments}",
    "{era} {style}, {mood} and {adjective}",
    "{style} in {key}, {pace}",
    "{concept}",
    "{concept} {style}",
    "{phrase}",
    "music for {phrase}",
    "the sound of {phrase}",
    "{phrase}, {mood} and {timbre}",
    "{phrase} with {instruments}",
    "something {mood} for {phrase}",
    "{mood}",
    "{mood} and {timbre}",
    "{mood}, {density} music",
    "{instruments}",
    "{timbre} {style}",
    "{adjective} {style}",
    "{adjective}, {mood} {style}",
    "{style}, {era}",
    "{style} like {phrase}",
    "{pace} {style} for {phrase}, {mood}, with {instruments}",
    "{a_mood} {style} loop about {concept}: {instruments}, {timbre} and {density}",
)
_MIX_FORMS = (
    "{a_mood} {style} track with {band}",
    "{a_adjective} {style} instrumental, {pace} and {mood}, played on {band}",
    "{a_mood}, {density} {style} groove of {band}",
    "{a_mood} {style} piece in {key}, {timbre} and {adjective}, with {band}",
    "this is {a_adjective} {style} instrumental; it is {mood} and {density}, with {band}",
    "the {pace} {style} features {band} and sounds {timbre}, {mood} and {adjective}",
    "{mood} {era} {style} like {phrase}, played on {band}",
    "{density} {style} for {phrase}, {mood} and {timbre}, with {band}",
    "{a_adjective} {style} loop for {phrase}: {band}",
    "it is {a_mood} piece of {style}, {timbre} and {adjective}, as if made for {phrase}",
    "{phrase}, told by {band}: {a_mood} {style}",
    "{style} with {band}, {mood}, {pace}",
    "{band} play {timbre} {style} about {concept}",
)


def captions(scene: Scene, part: str) -> list[str]:
    """Words for one stem.

    Args:
        scene: the scene it belongs to.
        part: drums, bass, chords or lead.

    Returns:
        Six captions; the even ones name the part or its instrument, the odd ones are
        about the whole scene.
    """
    rng = scene.rng(part + " captions")
    forms = zip(rng.sample(_STEM_FORMS, 3), rng.sample(_SCENE_FORMS, 3), strict=True)
    told = []
    for stem, whole in forms:
        told += [stem.format(**_words(scene, part, rng)), whole.format(**_words(scene, part, rng))]
    return [_tidy(text) for text in told]


def mix_captions(scene: Scene) -> list[str]:
    """Six captions for the full mix; most of them name the instruments of all parts."""
    rng = scene.rng("mix captions")
    told = []
    for form in rng.sample(_MIX_FORMS, 6):
        words = _words(scene, rng.choice(list(scene.instruments)), rng)
        told.append(_tidy(form.format(**words, band=_band(scene, rng))))
    return told


def instrument_words(scene: Scene, part: str) -> tuple[str, ...]:
    """What the instrument of a part is called."""
    name = scene.instruments[part]
    return KITS[name].words if part == "drums" else INSTRUMENTS[name].words


def _tidy(text: str) -> str:
    """One space between words, and no comma left over where a word was wanting."""
    return " ".join(text.split()).strip(", ")


def _band(scene: Scene, rng: random.Random) -> str:
    """The instruments of all parts; one that plays two parts is named once."""
    part_of = {name: part for part, name in reversed(scene.instruments.items())}
    named = [rng.choice(instrument_words(scene, part)) for part in reversed(part_of.values())]
    return f"{', '.join(named[:-1])} and {named[-1]}"


def _third(value: float) -> str:
    return "low" if value < 0.38 else "mid" if value < 0.64 else "high"


def _words(scene: Scene, part: str, rng: random.Random) -> dict[str, str]:
    """One choice of words for every blank of the forms."""
    style, energy = scene.style, _third(scene.energy)
    others = rng.sample([p for p in scene.instruments if p != part], 2)
    slow, fast = 95, 128
    pace = "slow" if scene.plan.bpm < slow else "fast" if scene.plan.bpm > fast else "mid-tempo"
    mood = rng.choice(MOODS[_third(scene.valence), energy])
    adjective = rng.choice(style.adjectives)
    return {
        "style": rng.choice((style.name, *style.names)),
        "adjective": adjective,
        "a_adjective": _with_article(adjective),
        "era": rng.choice(style.eras or ("",)),
        "mood": mood,
        "a_mood": _with_article(mood),
        "timbre": rng.choice(_TIMBRES[_third(scene.brightness)]),
        "density": rng.choice(_DENSITIES[energy]),
        "part": rng.choice(PART_WORDS[part]),
        "instrument": rng.choice(instrument_words(scene, part)),
        "instruments": " and ".join(rng.choice(instrument_words(scene, p)) for p in others),
        "phrase": rng.choice(scene.concept.phrases),
        "concept": scene.concept.name,
        "key": str(scene.plan.key),
        "pace": pace,
    }


def _with_article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
