from pathlib import Path

import pytest

from melfusion.material.midi import MidiNote, read_notes


def midi(*tracks: bytes, division: int = 96) -> bytes:
    head = (6).to_bytes(4, "big") + bytes([0, 1, 0, len(tracks)]) + division.to_bytes(2, "big")
    chunks = [b"MTrk" + len(track).to_bytes(4, "big") + track for track in tracks]
    return b"MThd" + head + b"".join(chunks)


NAMED = b"\x00\xff\x03\x05Chord"
END = b"\x00\xff\x2f\x00"


def read(tmp_path: Path, data: bytes) -> list[MidiNote]:
    (tmp_path / "song.mid").write_bytes(data)
    return read_notes(tmp_path / "song.mid")


def test_a_note_has_its_track_its_program_and_its_time_in_quarters(tmp_path: Path) -> None:
    track = NAMED + b"\x00\xc2\x18" + b"\x30\x92\x3c\x64" + b"\x60\x82\x3c\x00" + END
    assert read(tmp_path, midi(track)) == [MidiNote("Chord", 2, 24, 0.5, 1.0, 60, 100)]


def test_a_status_runs_on_and_a_velocity_of_zero_ends_a_note(tmp_path: Path) -> None:
    track = b"\x00\x90\x3c\x64" + b"\x00\x40\x50" + b"\x60\x3c\x00" + b"\x60\x40\x00" + END
    notes = read(tmp_path, midi(track))
    assert [(note.key, note.length, note.velocity) for note in notes] == [(60, 1, 100), (64, 2, 80)]


def test_a_key_that_is_struck_again_ends_its_note_and_so_does_the_track(tmp_path: Path) -> None:
    track = b"\x00\x90\x3c\x64" + b"\x60\x3c\x50" + b"\x30\xff\x2f\x00"
    notes = read(tmp_path, midi(track))
    assert [(n.start, n.length, n.velocity) for n in notes] == [(0, 1, 100), (1, 0.5, 80)]


def test_long_times_and_other_events_are_passed_over(tmp_path: Path) -> None:
    other = b"\x00\xf0\x03\x01\x02\xf7" + b"\x00\xb0\x07\x64" + b"\x00\xe0\x00\x40"
    track = other + b"\x81\x40\x90\x3c\x64" + b"\x0c\x80\x3c\x00" + END
    (note,) = read(tmp_path, midi(track))
    assert (note.start, note.length) == (2.0, 0.125)


def test_the_notes_of_all_tracks_come_in_order_of_time(tmp_path: Path) -> None:
    late = b"\x60\x90\x3c\x64" + b"\x60\x80\x3c\x00" + END
    early = b"\x30\x91\x40\x64" + b"\x60\x81\x40\x00" + END
    assert [note.key for note in read(tmp_path, midi(late, early))] == [64, 60]


@pytest.mark.parametrize("data", [b"", b"RIFF and more", midi(END, division=0xE250)])
def test_what_is_no_midi_file_in_quarters_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ValueError, match="is not a MIDI file"):
        read(tmp_path, data)
