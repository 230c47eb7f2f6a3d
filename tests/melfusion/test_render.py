import errno
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from melfusion import level, loop, wav
from melfusion.render import Cancelled, RenderError, load, render
from melfusion.request import PARTS, RenderRequest, RequestError
from tests.melfusion.known import KnownPipeline

STAGES = ["picture", "text", "denoising", "decoding", "verification", "writing"]


def rendered(
    folder, pipeline=None, *, on_progress=lambda *_: None, cancelled=lambda: False, **options
):
    request = RenderRequest.check({"prompt": "Rain, again", "key": "Am", "bars": 2, **options})
    return render(
        request, folder, pipeline or KnownPipeline(), on_progress=on_progress, cancelled=cancelled
    )


def picture_of(folder, colour):
    path = folder / f"{colour}.png"
    Image.new("RGB", (8, 8), colour).save(path)
    return str(path)


@pytest.mark.parametrize("part", [*PARTS, "full"])
def test_a_request_becomes_a_verified_file(tmp_path, part):
    made = rendered(tmp_path, part=part, bpm=123.4, seed=3)
    assert made.path.parent == tmp_path
    assert made.path.name == f"rain-again_{part}_123.4bpm_Amin_{made.id}.wav"
    audio, rate = soundfile.read(made.path, always_2d=True, dtype="float32")
    assert rate == made.rate == 44100
    assert len(audio) == made.samples
    assert [check for check in made.checks if check["verdict"] == "fail"] == []
    assert level.loudness(audio.T, rate) <= level.LOUDNESS_LUFS[part] + 0.1
    assert level.true_peak(audio.T) <= level.PEAK_CEILING_DBTP + 0.01
    assert (made.attempts, made.take_seed) == (1, 3)
    assert made.timings["text"] == 0.1
    assert list(made.timings) == [
        "text", "picture", "denoising", "decoding", "verification", "writing",
    ]  # fmt: skip
    assert made.timings["verification"] > 0


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    bpm=st.floats(20, 300),
    metre=st.sampled_from(["4/4", "3/4", "7/8", "6/8", "5/4", "1/16"]),
    bars=st.integers(1, 2),
    rate=st.sampled_from([44100, 48000, 88200, 96000]),
    format=st.sampled_from(list(wav.SUBTYPES)),
)
def test_every_file_has_exactly_its_samples(tmp_path, bpm, metre, bars, rate, format):
    made = rendered(
        tmp_path, part="drums", bpm=bpm, metre=metre, bars=bars, rate=rate, format=format
    )
    exact = loop.samples(bars, loop.Metre.parse(metre), bpm, rate)
    info = soundfile.info(made.path)
    assert (info.frames, info.samplerate, info.subtype) == (exact, rate, wav.SUBTYPES[format])
    assert made.samples == exact


def test_87_31_bpm_in_seven_eighths(tmp_path):
    made = rendered(tmp_path, bpm=87.31, metre="7/8", bars=3)
    assert soundfile.info(made.path).frames == round(3 * 3.5 * 60 / 87.31 * 44100) == 318211


def test_the_full_mix_is_its_parts(tmp_path):
    mix = rendered(tmp_path, part="full", format="float")
    stems = {part: rendered(tmp_path, part=part, format="float") for part in PARTS}
    heard = {part: soundfile.read(made.path)[0] for part, made in stems.items()}
    loud = {part: level.loudness(sound[None], 44100) for part, sound in heard.items()}
    total = sum(
        sound * 10 ** ((level.LOUDNESS_LUFS[part] - loud[part]) / 20)
        for part, sound in heard.items()
    )
    played, _ = soundfile.read(mix.path)
    assert np.corrcoef(total, played)[0, 1] > 0.9999


@pytest.mark.parametrize("rate", [48000, 96000])
def test_another_rate_keeps_sound_and_seam(tmp_path, rate):
    made = rendered(tmp_path, part="bass", rate=rate, format="float")
    usual, _ = soundfile.read(rendered(tmp_path, part="bass", format="float").path)
    sound, _ = soundfile.read(made.path)
    back = np.interp(np.arange(len(usual)) * len(sound) / len(usual), np.arange(len(sound)), sound)
    assert np.corrcoef(back, usual)[0, 1] > 0.999
    assert {c["name"]: c["verdict"] for c in made.checks}["seam kink"] == "pass"


def test_the_recipe_renders_the_same_again(tmp_path):
    made = rendered(
        tmp_path / "a", part="drums", bpm=99.5, seed=8, image=picture_of(tmp_path, "red")
    )
    recipe = wav.read_recipe(made.path)
    assert recipe.keys() == made.as_dict().keys() - {"path", "timings"}
    assert recipe["request"] == {
        **asdict(RenderRequest.check(recipe["request"])),
        "image": "red.png",
    }
    assert str(tmp_path) not in str(recipe)
    again = rendered(tmp_path / "b", **{**recipe["request"], "image": str(tmp_path / "red.png")})
    assert again.path.read_bytes() == made.path.read_bytes()
    assert again.path.name == made.path.name


def test_what_was_rendered_is_not_rendered_again(tmp_path):
    pipeline = KnownPipeline()
    first = rendered(tmp_path, pipeline, part="drums")
    second = rendered(tmp_path, pipeline, part="drums")
    assert len(pipeline.calls) == 1
    assert second.timings == {}
    assert {**second.as_dict(), "timings": first.timings} == first.as_dict()
    rendered(tmp_path, pipeline, part="drums", seed=1)
    assert len(pipeline.calls) == 2


def test_a_damaged_file_is_rendered_anew_and_not_touched(tmp_path):
    first = rendered(tmp_path, part="drums")
    damaged = first.path.read_bytes()[:-20]
    first.path.write_bytes(damaged)
    second = rendered(tmp_path, part="drums")
    assert second.path != first.path
    assert first.path.read_bytes() == damaged
    assert wav.read_recipe(second.path)["id"] == second.id
    assert rendered(tmp_path, part="drums").path == second.path


def test_a_picture_makes_another_loop_by_its_content(tmp_path):
    pipeline = KnownPipeline()
    red, blue = picture_of(tmp_path, "red"), picture_of(tmp_path, "blue")
    made = [
        rendered(tmp_path, pipeline, part="drums", image=image) for image in ("", red, blue, red)
    ]
    assert len({one.id for one in made}) == 3
    assert made[1].path == made[3].path
    assert [call["image"] is None for call in pipeline.calls] == [True, False, False]
    assert pipeline.calls[1]["image"].getpixel((0, 0)) == (255, 0, 0)


def test_the_picture_has_a_guidance_of_its_own_or_the_words(tmp_path):
    pipeline, image = KnownPipeline(), picture_of(tmp_path, "red")
    for scale in (0, 4.5):
        rendered(tmp_path, pipeline, part="drums", image=image, image_guidance=scale)
    assert [call["image_guidance"] for call in pipeline.calls] == [None, 4.5]


@pytest.mark.parametrize("format", wav.SUBTYPES)
def test_a_picture_that_does_not_count_changes_no_sample(tmp_path, format):
    without = rendered(tmp_path, part="drums", format=format)
    image = picture_of(tmp_path, "red")
    given = rendered(tmp_path, part="drums", format=format, image=image, image_strength=0)
    first, second = (soundfile.read(made.path)[0] for made in (without, given))
    assert given.id != without.id
    assert np.array_equal(first, second)


def test_a_bad_picture_names_the_argument(tmp_path):
    with pytest.raises(RequestError, match=r"image: .*does not exist"):
        rendered(tmp_path, image=str(tmp_path / "none.png"))


def test_another_scene_is_gone_towards(tmp_path):
    pipeline, image = KnownPipeline(), picture_of(tmp_path, "red")
    there = {"to_prompt": "dark", "to_image": image}
    here = rendered(tmp_path, pipeline, part="drums", **there)
    made = [rendered(tmp_path, pipeline, part="drums", blend=share, **there) for share in (0.5, 1)]
    assert len({here.id, *(one.id for one in made)}) == 3
    told = [call["towards"] for call in pipeline.calls]
    assert told[0] is None
    assert [(to.prompt, to.share) for to in told[1:]] == [("dark", 0.5), ("dark", 1.0)]
    assert told[1].image.getpixel((0, 0)) == (255, 0, 0)
    # Of the picture, the file tells the name alone.
    assert wav.read_recipe(made[0].path)["request"]["to_image"] == "red.png"
    Image.new("RGB", (8, 8), "blue").save(image)
    again = rendered(tmp_path, pipeline, part="drums", blend=0.5, **there)
    assert again.id not in {one.id for one in made}


def test_a_bad_picture_of_the_other_scene_names_its_argument(tmp_path):
    none = str(tmp_path / "none.png")
    with pytest.raises(RequestError, match=r"to_image: .*does not exist"):
        rendered(tmp_path, to_image=none, blend=0.1)
    with pytest.raises(RequestError, match="blend: has nowhere to go: give to_prompt or to_image"):
        rendered(tmp_path, blend=0.1)
    assert rendered(tmp_path, part="drums", to_image=none).path.is_file()


def late(stem, _seed):
    return np.roll(stem, 3000, axis=1)


def test_a_failed_check_is_tried_again_with_another_seed(tmp_path):
    def late_at_first(stem, seed):
        return late(stem, seed) if seed == 5 else stem

    pipeline = KnownPipeline(late_at_first)
    made = rendered(tmp_path, pipeline, part="drums", seed=5)
    assert made.attempts == 2
    assert made.take_seed == pipeline.calls[1]["seed"] != 5
    assert made.request["seed"] == 5
    assert [check for check in made.checks if check["verdict"] == "fail"] == []
    assert rendered(tmp_path, pipeline, part="drums", seed=5).path == made.path


def test_the_best_of_all_attempts_is_kept_and_says_what_it_lacks(tmp_path):
    seeds = []

    def worse_and_worse(stem, seed):
        seeds.append(seed)
        return late(stem, seed) + np.float32(0.2 * (len(seeds) - 1))

    made = rendered(tmp_path, KnownPipeline(worse_and_worse), part="drums", attempts=3)
    assert made.attempts == 3
    assert made.take_seed == seeds[0]
    assert len(set(seeds)) == 3
    failed = [check["name"] for check in made.checks if check["verdict"] == "fail"]
    assert "first onset" in failed
    assert set(failed) <= {"first onset", "off the grid"}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda stem, _: stem[:, :-1], "samples of drums where the loop has"),
        (lambda stem, _: stem * np.float32(np.nan), "2 attempts: invalid samples was"),
        (lambda stem, _: stem * 0, "2 attempts: highest sample was"),
    ],
)
def test_what_is_not_usable_is_never_handed_out(tmp_path, spoil, sentence):
    with pytest.raises(RenderError, match=sentence):
        rendered(tmp_path, KnownPipeline(spoil), part="drums", attempts=2)
    assert list(tmp_path.iterdir()) == []


def test_one_usable_attempt_is_enough(tmp_path):
    pipeline = KnownPipeline(lambda stem, seed: stem * 0 if seed == 0 else stem)
    assert rendered(tmp_path, pipeline, part="drums", seed=0).attempts == 2


@pytest.mark.parametrize("looks", range(1, 13))
def test_a_cancelled_render_leaves_nothing(tmp_path, looks):
    looked = []

    def cancelled():
        looked.append(None)
        return len(looked) == looks

    with pytest.raises(Cancelled):
        rendered(tmp_path / "out", part="drums", cancelled=cancelled, steps=8)
    assert list(tmp_path.glob("out/*")) == []


def test_cancelling_takes_effect_before_the_next_step(tmp_path):
    stages = []
    with pytest.raises(Cancelled):
        rendered(
            tmp_path,
            on_progress=lambda stage, _: stages.append(stage),
            cancelled=lambda: stages.count("denoising") == 3,
        )
    assert stages == ["picture", "text", *["denoising"] * 3]


def test_progress_goes_through_the_stages_and_never_back(tmp_path):
    told = []
    rendered(
        tmp_path,
        KnownPipeline(late),
        part="drums",
        attempts=2,
        on_progress=lambda stage, fraction: told.append((stage, fraction)),
    )
    stages = list(dict.fromkeys(stage for stage, _ in told))
    fractions = [fraction for _, fraction in told]
    assert stages == STAGES
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] < 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(
        RenderError, match=r"could not be written to .*Not a directory; choose another"
    ):
        rendered(tmp_path / "file" / "out", part="drums")


def test_a_folder_that_nothing_can_be_written_to_is_told():
    """/proc takes no new file, not even from root."""
    with pytest.raises(RenderError, match="could not be written to /proc/self"):
        rendered(Path("/proc/self"), part="drums")


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RenderError, match="No space left on device; make room"):
        rendered(tmp_path, part="drums")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_is_not_there_is_told(tmp_path):
    with pytest.raises(RenderError, match="there is no model"):
        load(str(tmp_path))


@pytest.mark.parametrize("index", ["{", "[]", '{"_class_name": "Nothing"}'])
def test_a_damaged_model_is_told(tmp_path, index):
    (tmp_path / "model_index.json").write_text(index)
    with pytest.raises(RenderError, match="cannot be loaded: ") as refused:
        load(str(tmp_path))
    assert "\n" not in str(refused.value)


def test_a_render_in_another_process_is_the_same_file(tmp_path):
    """Nothing of the process (its hash seed, its clock, its folder) reaches the bytes."""
    program = (
        "import sys; from pathlib import Path; from tests.melfusion.test_render import rendered\n"
        "print(rendered(Path(sys.argv[1]), part='full', format='pcm16', seed=4).path)"
    )
    files = []
    for seed in ("1", "2"):
        ended = subprocess.run(
            [sys.executable, "-c", program, tmp_path / seed],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        files.append(Path(ended.stdout.strip()).read_bytes())
    assert files[0] == files[1]


def test_a_key_left_open_leans_on_the_mood(tmp_path):
    def keys(mood, **asked):
        pipeline = KnownPipeline()
        pipeline.mood = mood
        folder = tmp_path / f"{mood}"
        made = [rendered(folder, pipeline, part="drums", seed=s, **asked) for s in range(12)]
        return [one.plan["key"] for one in made]

    sad, happy = keys(0.0, key=""), keys(1.0, key="")
    assert all("min" in key for key in sad)
    assert sum("min" in key for key in happy) <= 4
    assert keys(0.0, key="C major") == keys(1.0, key="C major") == ["C major"] * 12
