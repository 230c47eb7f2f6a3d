"""The way from a request to a verified loop over a model that composes pieces."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.signal
import soundfile
from PIL import Image

from melfusion import loop
from melfusion.backends.composing import ComposingPipeline
from melfusion.backends.contract import Ability, Brief, OnShare
from melfusion.backends.seeing import Seen
from melfusion.music import Plan
from melfusion.render import Cancelled, RenderError, render
from melfusion.request import RenderRequest, RequestError
from melfusion.rhythm import Floats

from ..known import drums, full, tones

RATE = 48000
LATE_S = 0.3


class KnownSeer:
    """Sees what it is told to."""

    def see(self, image: Image.Image) -> Seen:
        return Seen(f"a picture of {image.getpixel((0, 0))}", 0.9)

    def valence(self, prompt: str, image: Image.Image | None, image_strength: float) -> float:
        assert isinstance(prompt, str)
        return 0.9 if image and image_strength else 0.5


@dataclass
class KnownComposer:
    """Obeys the contract, and composes the plan's own music, late and with a faded end.

    Attributes:
        speed: its tempo in tempi that it is told.
        briefs: what it was asked, with the name of the call.
    """

    name: str = "known-composer-1"
    device: str = "cpu"
    rate: int = RATE
    steps: int = 3
    guidance: float = 1.0
    longest_s: float = 120.0
    abilities: frozenset[Ability] = frozenset(Ability)
    speed: float = 1.0
    briefs: list[tuple[str, Brief, Any]] = field(default_factory=list)

    def compose(self, brief: Brief, on_share: OnShare) -> Floats:
        self._told("compose", brief, on_share)
        plan = Plan(
            brief.plan.bpm * self.speed, brief.plan.metre, brief.plan.key, brief.plan.chords
        )
        late, count = round(LATE_S * RATE), round(brief.seconds * RATE)
        once = self._played(plan, brief)
        piece = np.concatenate([np.zeros((2, late), np.float32), np.tile(once, 20)], 1)[:, :count]
        piece[:, -RATE:] *= np.linspace(1, 0, RATE, dtype=np.float32)
        assert piece.shape == (2, count)
        return piece

    def repaint(
        self, sound: Floats, start_s: float, end_s: float, brief: Brief, on_share: OnShare
    ) -> Floats:
        assert brief.seconds == pytest.approx(sound.shape[1] / RATE)
        assert 0 <= start_s < end_s <= brief.seconds
        self._told("repaint", brief, on_share, (start_s, end_s))
        return sound.copy()

    def vary(self, sound: Floats, change: float, brief: Brief, on_share: OnShare) -> Floats:
        assert brief.seconds == pytest.approx(sound.shape[1] / RATE)
        self._told("vary", brief, on_share, change)
        return (1 - 0.1 * change) * sound

    def _told(self, call: str, brief: Brief, on_share: OnShare, more: Any = None) -> None:
        self.briefs.append((call, brief, more))
        for step in range(3):
            on_share(step / 3)

    def _played(self, plan: Plan, brief: Brief) -> Floats:
        if brief.part == "full":
            sound = full(plan, RATE, brief.seed)
        elif brief.part == "drums":
            sound = drums(plan, RATE, brief.seed)
        else:
            sound = tones(plan, RATE, brief.part)
        return np.repeat(sound, 2, axis=0)


def rendered(folder: Path, composer: KnownComposer, **options: Any) -> Any:
    request = RenderRequest.check({"prompt": "warm dub", "key": "Am", "bars": 2, **options})
    told: list[float] = []
    made = render(
        request, folder, ComposingPipeline(composer, KnownSeer()),
        on_progress=lambda _, done: told.append(done), cancelled=lambda: False,
    )  # fmt: skip
    assert told == sorted(told)
    return made


def failed(made: Any) -> list[str]:
    return [check["name"] for check in made.checks if check["verdict"] == "fail"]


@pytest.mark.parametrize("part", ["drums", "bass", "chords", "lead", "full"])
def test_a_piece_becomes_a_verified_loop(tmp_path: Path, part: str) -> None:
    composer = KnownComposer()
    made = rendered(tmp_path, composer, part=part, bpm=123.4, chords="Am F C G", bars=4)
    assert failed(made) == []
    assert made.samples == loop.samples(4, made_plan(made).metre, 123.4, 44100)
    assert made.model == "known-composer-1"
    (_, brief, _), *others = composer.briefs
    assert brief.part == part
    assert brief.seconds > made.seconds + LATE_S
    assert brief.words.startswith("warm dub, ")
    assert "123.4 BPM" in brief.words
    assert ("key of A minor" in brief.words) == (part != "drums")
    assert {call for call, *_ in others} <= {"repaint"}


def made_plan(made: Any) -> Plan:
    return RenderRequest.check({**made.request, "prompt": "x"}).plan()


def test_a_model_that_is_always_too_fast_is_asked_for_less(tmp_path: Path) -> None:
    composer = KnownComposer(speed=1.03)
    made = rendered(tmp_path, composer, part="drums", bpm=120.0, attempts=1)
    assert failed(made) == []
    told = [brief for call, brief, _ in composer.briefs if call == "compose"]
    assert [brief.plan.bpm for brief in told] == [120.0, pytest.approx(120 / 1.03, rel=2e-3)]
    assert f"{told[1].plan.bpm:.4g} BPM" in told[1].words


def test_one_that_keeps_to_no_tempo_fails_with_a_sentence(tmp_path: Path) -> None:
    class Wild(KnownComposer):
        def compose(self, brief: Brief, on_share: OnShare) -> Floats:
            self.speed = 0.93 if len(self.briefs) % 2 else 0.965
            return super().compose(brief, on_share)

    with pytest.raises(RenderError, match=r"the model played at .* try another seed or tempo"):
        rendered(tmp_path, Wild(abilities=frozenset()), part="drums", attempts=2)


def test_the_picture_is_told_in_words_that_may_be_the_users(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    composer, image = KnownComposer(), str(tmp_path / "red.png")
    made = rendered(tmp_path, composer, part="drums", image=image, image_strength=0.5)
    brief = composer.briefs[0][1]
    assert brief.picture_words == "a picture of (255, 0, 0)"
    assert brief.picture_strength == 0.5
    assert brief.picture is not None
    assert made.plan["picture_words"] == brief.picture_words
    rendered(tmp_path, composer, part="drums", image=image, image_words="a red square")
    assert composer.briefs[-1][1].picture_words == "a red square"
    none = rendered(tmp_path, composer, part="drums", image=image, image_strength=0.0)
    assert "picture_words" not in none.plan
    assert composer.briefs[-1][1].picture_words == ""


def test_a_variation_and_what_comes_after_keep_time(tmp_path: Path) -> None:
    composer = KnownComposer()
    first = rendered(tmp_path, composer, part="chords", chords="Am F", seed=1)
    for use, call in (("variation", "vary"), ("continuation", "repaint")):
        composer.briefs.clear()
        made = rendered(
            tmp_path, composer, part="chords", source=str(first.path), use=use, change=0.3
        )
        assert failed(made) == []
        named, brief, more = composer.briefs[0]
        assert (named, more if use == "variation" else None) == (
            call, 0.3 if use == "variation" else None,
        )  # fmt: skip
        assert brief.seconds >= 2 * first.seconds - 0.01
        # This composer changes nothing: what comes out is where and what the source was.
        assert likeness(first.path, made.path) > 0.95


def likeness(one: Path, other: Path) -> float:
    """The correlation of two loops, sample by sample."""
    first, second = (soundfile.read(path)[0].mean(axis=1) for path in (one, other))
    return float(np.corrcoef(first, second)[0, 1])


def test_what_a_model_cannot_do_is_refused(tmp_path: Path) -> None:
    first = rendered(tmp_path, KnownComposer(), part="drums")
    unable = KnownComposer(abilities=frozenset())
    with pytest.raises(RequestError, match="use: known-composer-1 makes no variation"):
        rendered(tmp_path, unable, part="drums", source=str(first.path))
    with pytest.raises(RequestError, match="bars: "):
        rendered(tmp_path, KnownComposer(longest_s=5.0), part="drums", bars=8)


def test_a_cancel_ends_it_within_a_step(tmp_path: Path) -> None:
    composer = KnownComposer()
    request = RenderRequest.check({"prompt": "x", "part": "drums"})
    with pytest.raises(Cancelled):
        render(
            request, tmp_path, ComposingPipeline(composer, KnownSeer()),
            on_progress=lambda *_: None, cancelled=lambda: bool(composer.briefs),
        )  # fmt: skip
    assert len(composer.briefs) == 1
    assert not list(tmp_path.glob("*"))


def test_its_sound_is_brought_to_44100_on_the_circle() -> None:
    composer = KnownComposer(abilities=frozenset())
    plan = RenderRequest.check({"prompt": "x", "bars": 2, "bpm": 99.9}).plan()
    output = ComposingPipeline(composer, KnownSeer())(plan, ["drums"], prompt="x")
    sound = output.stems["drums"]
    assert sound.shape == (2, loop.samples(2, plan.metre, 99.9, 44100))
    assert sound.dtype == np.float32
    assert np.abs(scipy.signal.resample(sound, 1000, axis=1)).max() > 0
