"""``fullcourse recordings``: which texts of a phone may be recorded in a language, and which are."""

import os
from pathlib import Path

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.languages import LANGUAGES, PREPARED, language_of
from fullcourse.adapters.recordings.folder import TYPES, Recording, recordings_in
from fullcourse.adapters.recordings.slots import Slot, slots_of
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.course_commands.told import tell
from fullcourse.interfaces.cli.echo import echo
from fullcourse.interfaces.phone.screen_words import screen_words

__all__ = ["recordings"]

_SETTING = "FULLCOURSE_RECORDINGS"


@click.command()
@click.option("--language", type=click.Choice((*LANGUAGES, *PREPARED)), required=True, help="Of the recordings.")
@click.option("--folder", metavar="FOLDER", help=f"The clinic's; that of {_SETTING} without it.")
@click.option("--empty", "is_empty_only", is_flag=True, help="Only what is not recorded yet.")
def recordings(language: str, folder: str | None, is_empty_only: bool) -> None:
    """List what may be read aloud on a phone: the name of each file, whether it is there, and the text to read.

    Put a file under its name into the folder of its language, FOLDER/hi/0123456789abcdef.mp3. A text that changes gets
    another name, so that an old recording is heard by nobody. A speaker is shown where all texts beside it are there.
    """
    place = folder or os.environ.get(_SETTING, "")
    if place and not Path(place).is_dir():
        raise InputError("--folder: there is no folder of that name. Make it first, with one in it for each language.")
    found = recordings_in(Path(place), language) if place else ()
    slots = slots_of(language_of(language), screen_words(language), read_questions(), load_knowledge())
    good = {it.name: it for it in found if not it.fault}
    for slot in slots:
        if not (is_empty_only and slot.name in good):
            _tell(slot, good.get(slot.name))
    for recording in _left(slots, found):
        tell(f"! {recording.file} is not used: {recording.fault}.")
    filled = sum(it.name in good for it in slots)
    tell(f"{filled} of {len(slots)} texts are recorded in '{language}'. Files may end in {', '.join(TYPES)}.")


def _left(slots: tuple[Slot, ...], found: tuple[Recording, ...]) -> tuple[Recording, ...]:
    """Return the files that nobody hears, each with the reason."""
    names = {it.name for it in slots}
    old = "no text has its name now: what it says was changed, or is said in another language"
    return tuple(it if it.fault else Recording(it.file, old) for it in found if it.fault or it.name not in names)


def _tell(slot: Slot, recording: Recording | None) -> None:
    echo(f"{slot.name}  {'recorded' if recording else 'empty':<8}  {slot.id}")
    tell(slot.text, 4)
