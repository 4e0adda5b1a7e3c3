"""``fullcourse schedule --sheet`` and ``fullcourse course ticks``: a sheet to print, and its ticked boxes back."""

from pathlib import Path

import click

from fullcourse.adapters.documents.organizer_pdf import organizer_pdf
from fullcourse.adapters.published.course_kept import Kept, kept_json
from fullcourse.adapters.zones import EDITION, load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.course_commands.log_file import Opened, new_event, open_course, store_option
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.out_file import write_out
from fullcourse.journey.organizer import organizer_of, ticked_of

__all__ = ["ticks", "write_sheet"]

SHEETS = {"weekly": 7, "four-weekly": 28}


def write_sheet(opened: Opened, length: str, paper: str, out: str | None, *, discreet: bool) -> None:
    """Write a pill-organizer sheet; raises InputError where no file is named."""
    if out is None:
        raise InputError("--sheet: a sheet is a PDF and needs a file. Add --out FILE.")
    organizer = organizer_of(opened.course, opened.knowledge, opened.now, SHEETS[length])
    write_out(out, organizer_pdf(organizer, discreet=discreet, paper=paper))
    sheet = organizer.sheet
    asks = f", {len(sheet.asks)} that say 'ask'" if sheet.asks else ""
    echo(f"Sheet {sheet.id}: {len(sheet.boxes)} boxes{asks}, in {Path(out).name}.")
    echo(f"Type ticked boxes back in with: fullcourse course ticks COURSE {sheet.id} BOX...")


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.argument("sheet", metavar="SHEET-ID")
@click.argument("boxes", metavar="BOX...", nargs=-1, required=True)
@click.option(
    "--by",
    type=click.Choice(["patient", "supporter"]),
    default="patient",
    show_default=True,
    help="Who ticked the boxes.",
)
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def ticks(
    course: str, store: str | None, sheet: str, boxes: tuple[str, ...], by: str, at: str | None, form: str
) -> None:
    """Keep the ticked boxes of a printed sheet as doses taken: all of them, or nothing.

    SHEET-ID stands in the sheet's corner; what its QR code holds will do. A tick has no time: the planned one is kept.
    """
    opened = open_course(course, store, at, None)
    ticked = ticked_of(opened.course, load_zone, sheet, boxes, opened.now)
    claim = "self" if by == "patient" else "supporter"
    made = [
        new_event(
            opened.patient,
            "dose_taken",
            {"drug": slot.drug, "mg": slot.mg, "slot": slot.id},
            (slot.due, opened.now),
            ticked.zone.name,
            claim=claim,
            actor=by,
            device=f"paper {ticked.sheet}",
        )
        for slot in ticked.new
    ]
    if made:
        opened.file.append(made, opened.now)
    if form == "json":
        kept = Kept(opened.patient, made, on_record=ticked.on_record, denied=ticked.denied)
        print_json(kept_json(kept, opened.knowledge.digest, opened.profile, opened.now, EDITION))
        return
    echo(f"Kept: {len(made)} doses taken, as ticked on paper by the {by}, at their planned times.")
    if ticked.on_record:
        echo(f"On record before, nothing added: {len(ticked.on_record)}.")
    for slot in ticked.denied:
        when = ticked.zone.local(slot.due)
        echo(f"! {slot.drug} of {when:%a %d %B %H:%M}: somebody said it was not taken. Both are kept: ask.")
