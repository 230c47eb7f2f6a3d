"""How often the detectors of melfusion.verify are right, beside librosa's, on loops of known truth.

    python scripts/check_detectors.py [--scenes 24] [--seed 0]

The loops are composed and rendered by melfusion.material, so tempo, metre and key are known. For
every part: how often the tempo is the one asked for or its half or double (within 2 %), how often
the key has the right notes, and how often `verify` passes, fails, or does not judge what is right;
then how often it fails what is wrong (a tempo 7 % off, a key a tone or a fifth away, a loop cut
short, a loop that fades out).
"""

import argparse
import random
from collections import Counter, defaultdict

import librosa
import numpy as np
import numpy.typing as npt

from melfusion import rhythm, tonality, verify
from melfusion.level import levelled
from melfusion.material.compose import compose
from melfusion.material.scene import draw_scene
from melfusion.material.synth import render
from melfusion.music import Key, Plan
from melfusion.request import PARTS

RATE = 44100
Sound = npt.NDArray[np.float32]
Counts = dict[str, Counter[str]]

# Krumhansl and Kessler's probe-tone ratings (Psychological Review 89, 1982), the usual companion of
# librosa's chroma, which has no key detector of its own.
RATINGS = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}


def loops(scenes: int, seed: int) -> list[tuple[Plan, str, Sound]]:
    """Every part of every scene, and the sum of each scene: plan, part, [N] float32."""
    made = []
    for number in range(scenes):
        scene = draw_scene(seed, number)
        notes = compose(scene)
        stems = {part: np.asarray(render(scene, part, notes), np.float32) for part in PARTS}
        stems["full"] = np.asarray(np.sum(list(stems.values()), axis=0), np.float32)
        made += [(scene.plan, part, stem) for part, stem in stems.items()]
    return made


def is_octave(found: float, asked: float) -> bool:
    """Whether `found` is `asked`, its half or its double, within 2 %."""
    return any(abs(found / asked * octave - 1) <= 0.02 for octave in (0.5, 1, 2))


def librosa_tempo(audio: Sound) -> float:
    """The tempo that librosa finds in the loop played twice."""
    return float(np.ravel(librosa.feature.tempo(y=np.tile(audio, 2), sr=RATE))[0])


def librosa_key(audio: Sound) -> Key:
    """The key whose ratings correlate best with librosa's constant-Q chroma."""
    heard = librosa.feature.chroma_cqt(y=audio, sr=RATE).mean(axis=1)
    keys = [Key(tonic, mode) for mode in RATINGS for tonic in range(12)]
    return max(
        keys, key=lambda key: np.corrcoef(np.roll(RATINGS[key.mode], key.tonic), heard)[0, 1]
    )


def compare(plan: Plan, part: str, audio: Sound, counts: Counts) -> None:
    """Adds a loop to the counts of both detectors' hits."""
    heard, _ = rhythm.tempo(rhythm.onsets(audio, RATE))
    counts["tempo, ours"][part] += is_octave(heard, plan.bpm)
    counts["tempo, librosa"][part] += is_octave(librosa_tempo(audio), plan.bpm)
    if part != "drums":
        ours = tonality.likeliest(tonality.chroma(audio, RATE))
        counts["key, ours"][part] += ours.related(plan.key)
        counts["key, librosa"][part] += librosa_key(audio).related(plan.key)


def judge(plan: Plan, part: str, audio: Sound, counts: Counts, rng: random.Random) -> None:
    """Adds the verdicts on a loop, and on the same loop asked or made wrongly."""

    def verdicts(sound: Sound, asked: Plan) -> dict[str, str]:
        report = verify.measure(levelled(sound[None], RATE, part), RATE, asked, part)
        return {check.name: check.verdict for check in report.checks}

    for name, verdict in verdicts(audio, plan).items():
        counts[f"right: {name} {verdict}"][part] += 1
    length = len(audio)
    wrong_speed = rng.choice((0.93, 1.07))
    places = np.arange(length) * wrong_speed
    fast = np.interp(places % length, np.arange(length), audio).astype(np.float32)
    cut = audio[: round(length * rng.uniform(0.5, 0.95))]
    shorter = Plan(plan.bpm * length / len(cut), plan.metre, plan.key, plan.chords)
    fade = audio * np.minimum(1, np.arange(length, 0, -1) / (0.4 * RATE)).astype(np.float32) ** 2
    tone = Key((plan.key.tonic + rng.choice((2, 5, 7, 10))) % 12, plan.key.mode)
    for what, names, sound, asked in (
        ("7 % off", ("tempo", "off the grid"), fast, plan),
        ("cut", ("seam step", "seam kink", "seam flux"), cut, shorter),
        ("fade-out", ("seam gap",), fade, plan),
        ("other key", ("key",), audio, Plan(plan.bpm, plan.metre, tone, plan.chords)),
    ):
        found = verdicts(sound, asked)
        counts[f"wrong: {what}, failed"][part] += any(found[name] == "fail" for name in names)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scenes", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    counts: Counts = defaultdict(Counter)
    rng = random.Random(given.seed)
    for plan, part, audio in loops(given.scenes, given.seed):
        compare(plan, part, audio, counts)
        judge(plan, part, audio, counts, rng)
    columns = (*PARTS, "full")
    print(f"of {given.scenes} loops".ljust(34), *(part.rjust(7) for part in columns))
    for name, row in counts.items():
        if not name.endswith(" pass"):
            print(name.ljust(34), *(str(row[part]).rjust(7) for part in columns))


if __name__ == "__main__":
    main()
