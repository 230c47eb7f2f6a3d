"""What models that compose need of a render: words for the picture, loops to make others of."""

import numpy as np
import pytest
import soundfile

from melfusion import wav
from melfusion.render import RenderError, UnusableError
from melfusion.request import RequestError

from .known import KnownPipeline
from .test_render import picture_of, rendered


def test_a_model_that_is_told_the_picture_in_words_is_told_the_users(tmp_path):
    image = picture_of(tmp_path, "red")
    pipeline = KnownPipeline()
    made = rendered(tmp_path, pipeline, image=image, image_words="a red square")
    assert pipeline.calls[0]["image_words"] == "a red square"
    assert wav.read_recipe(made.path)["plan"]["picture_words"] == "a red square"
    assert rendered(tmp_path, pipeline, image=image).id != made.id


def test_a_loop_is_made_of_another(tmp_path):
    pipeline = KnownPipeline()
    first = rendered(tmp_path, pipeline, bpm=123.4, rate=48000, chords="F Dm Bb C", key="")
    told = {"bpm": 110, "key": "", "seed": 9, "source": str(first.path), "use": "continuation"}
    made = rendered(tmp_path, pipeline, **told)
    source = pipeline.calls[-1]["source"]
    assert source.audio.shape == (2, made.samples)
    assert (source.use, source.change) == ("continuation", 0.5)
    assert (made.plan["key"], made.plan["chords"]) == (first.plan["key"], first.plan["chords"])
    recipe = wav.read_recipe(made.path)
    assert recipe["request"]["source"] == first.path.name
    calls = len(pipeline.calls)
    again = rendered(tmp_path, pipeline, **told)
    assert (again.path, len(pipeline.calls)) == (made.path, calls)
    first.path.write_bytes(rendered(tmp_path, bpm=99).path.read_bytes())
    assert rendered(tmp_path, **told).id != made.id


def test_an_attempt_that_gave_no_loop_is_followed_by_another(tmp_path):
    class Stubborn(KnownPipeline):
        def __call__(self, *arguments, **options):
            output = super().__call__(*arguments, **options)
            if len(self.calls) <= self.deaf:
                raise UnusableError(f"call {len(self.calls)} gave no loop")
            return output

    pipeline = Stubborn()
    pipeline.deaf = 2
    made = rendered(tmp_path, pipeline, part="drums", attempts=4)
    assert (made.attempts, made.take_seed) == (3, pipeline.calls[2]["seed"])
    pipeline.deaf = 99
    with pytest.raises(RenderError, match="call 5 gave no loop"):
        rendered(tmp_path, pipeline, part="drums", attempts=2, seed=5)


def test_a_loop_that_fits_no_plan_is_no_source(tmp_path):
    ours = rendered(tmp_path).path
    theirs = tmp_path / "theirs.wav"
    soundfile.write(theirs, np.zeros(44100) + 0.1, 44100)
    text = tmp_path / "text.wav"
    text.write_text("no sound")
    for path, reason in (
        (tmp_path / "none.wav", "cannot be read"),
        (text, "is no sound file"),
        (theirs, r"lasts 1.00 s, and 2 bars of 4/4 at 120 BPM last 4.00 s"),
    ):
        with pytest.raises(RequestError, match=f"source: .*{reason}"):
            rendered(tmp_path, source=str(path), seed=1)
    with pytest.raises(RequestError, match="source: has 2 bars of 4/4 where 4 bars"):
        rendered(tmp_path, source=str(ours), bars=4)
