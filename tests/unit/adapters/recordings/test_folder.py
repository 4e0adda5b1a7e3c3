"""The folder of recordings: what is served from it, and why the rest is not; both sides of the longest file."""

from pathlib import Path

import pytest

from fullcourse.adapters.recordings.folder import MOST_BYTES, recording_of, recordings_in

NAME = "0123456789abcdef"
BEGINS = {
    "mp3": (b"ID3\x04", b"\xff\xfb\x90"), "m4a": (b"\x00\x00\x00\x1cftypM4A ",), "ogg": (b"OggS\x00\x02",),
    "wav": (b"RIFF\x24\x00\x00\x00WAVEfmt ",),
}  # fmt: skip
GOOD = [(ending, begin) for ending, begins in BEGINS.items() for begin in begins]


def put(folder: Path, name: str, body: bytes, language: str = "hi") -> Path:
    place = folder / language / name
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(body)
    return place


@pytest.mark.parametrize(("ending", "begin"), GOOD)
def test_a_recording_of_each_type_is_served_as_it_is(tmp_path: Path, ending: str, begin: bytes) -> None:
    put(tmp_path, f"{NAME}.{ending}", begin + b"said")
    (found,) = recordings_in(tmp_path, "hi")
    assert (found.name, found.fault) == (NAME, "")
    body, media_type = recording_of(tmp_path, found.file)  # type: ignore[misc]  # it is there
    assert body == begin + b"said"
    assert media_type.startswith("audio/")


@pytest.mark.parametrize(
    ("name", "body", "fault"),
    [
        ("hello.mp3", b"ID3", "its name is none of a text"),
        (f"{NAME.upper()}.mp3", b"ID3", "its name is none of a text"),
        (f"{NAME}.aac", b"ID3", "its name is none of a text"),
        (f"{NAME}.mp3.exe", b"ID3", "its name is none of a text"),
        (f"{NAME}.mp3", b"<svg onload=alert(1)>", "it does not begin as a file of type .mp3 does"),
        (f"{NAME}.ogg", b"ID3\x04", "it does not begin as a file of type .ogg does"),
        (f"{NAME}.wav", b"", "it does not begin as a file of type .wav does"),
        (f"{NAME}.mp3", b"ID3".ljust(MOST_BYTES + 1), "it has 300,001 bytes, and 300,000 are the most"),
    ],
)
def test_what_is_no_recording_is_told_and_not_served(tmp_path: Path, name: str, body: bytes, fault: str) -> None:
    put(tmp_path, name, body)
    (found,) = recordings_in(tmp_path, "hi")
    assert found.fault.startswith(fault)
    assert recording_of(tmp_path, name) is None


def test_the_longest_recording_is_served(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.mp3", b"ID3".ljust(MOST_BYTES))
    assert recordings_in(tmp_path, "hi")[0].fault == ""


def test_a_link_and_a_folder_are_no_plain_files_and_nothing_outside_is_reached(tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_bytes(b"ID3 secret")
    folder = tmp_path / "spoken"
    (folder / "hi" / f"{'a' * 16}.mp3").mkdir(parents=True)
    (folder / "hi" / f"{NAME}.mp3").symlink_to(outside)
    assert [it.fault for it in recordings_in(folder, "hi")] == ["it is no plain file"] * 2
    for asked in (f"{NAME}.mp3", f"{'a' * 16}.mp3", "../secret", "hi/../../secret", f"*/{NAME}.mp3", ""):
        assert recording_of(folder, asked) is None


def test_a_language_of_which_nothing_was_recorded_has_nothing(tmp_path: Path) -> None:
    put(tmp_path, f"{NAME}.mp3", b"ID3", "es")
    assert recordings_in(tmp_path, "hi") == ()
    assert recording_of(tmp_path, f"{'b' * 16}.mp3") is None
