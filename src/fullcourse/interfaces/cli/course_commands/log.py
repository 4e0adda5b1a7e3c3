"""``fullcourse course log``: what happened, or what somebody says of it."""

import json

import click

from fullcourse.adapters.published.course_kept import Kept, kept_json
from fullcourse.adapters.zones import EDITION
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Claim
from fullcourse.clinical.event_bodies import BODIES
from fullcourse.interfaces.cli.course_commands.log_file import moment_asked, new_event, open_course, store_option
from fullcourse.interfaces.cli.course_commands.told import tell
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.journey.course import stop_warning_of

__all__ = ["log"]

_CLAIMS = [claim.value for claim in Claim]
_A_CLINICIANS = {"held", "resumed", "plan_stopped"}
"""Kinds that hold only where a clinician wrote them."""


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.argument("kind", metavar="KIND", type=click.Choice(sorted(BODIES)))
@click.argument("fields", metavar="[FIELD=VALUE]...", nargs=-1)
@click.option("--when", metavar="TIME", help="When it happened, with its offset; now without it.")
@click.option("--claim", type=click.Choice(_CLAIMS), default="self", show_default=True, help="How it is known.")
@click.option(
    "--actor",
    type=click.Choice(["patient", "supporter", "clinician", "device"]),
    default="patient",
    show_default=True,
    help="Who says so.",
)
@click.option("--device", default="", metavar="ID", help="Random id of the device.")
@click.option("--corrects", default="", metavar="ID", help="Id of the event that it takes the place of, or takes back.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def log(
    course: str,
    store: str | None,
    kind: str,
    fields: tuple[str, ...],
    when: str | None,
    claim: str,
    actor: str,
    device: str,
    corrects: str,
    at: str | None,
    form: str,
) -> None:
    """Add one event to the log: KIND says what, and each FIELD=VALUE is a field of its body.

    For example: course log 5f0c... dose_taken drug=cycloserine mg=250
    """
    opened = open_course(course, store, at, None)
    body = dict(_field(text) for text in fields)
    if "drug" in body and isinstance(body["drug"], str):
        body["drug"] = opened.knowledge.drug(body["drug"]).inn
    occurred_at = opened.now if when is None else moment_asked(when)
    zone = opened.course.timeline[-1].plan.zone if opened.course.timeline else "UTC"
    made = new_event(
        opened.patient,
        kind,
        body,
        (occurred_at, opened.now),
        zone,
        claim=claim,
        actor=actor,
        device=device,
        **({"supersedes": corrects} if corrects else {}),
    )
    _known(body, kind, opened.knowledge.facts)
    opened.file.append([made], opened.now)
    warning = stop_warning_of(made, opened.knowledge)
    is_only_said = kind in _A_CLINICIANS and actor != "clinician"
    if form == "json":
        cited = None if warning is None else (warning, opened.knowledge.citation(warning))
        kept = Kept(opened.patient, [made], stop_warning=cited, is_only_said=is_only_said)
        print_json(kept_json(kept, opened.knowledge.digest, opened.profile, opened.now, EDITION))
        return
    echo(f"Kept: {kind} {made.id}")
    if warning is not None:
        tell(f"! {warning.patient}")
        tell(f"Talk with the patient today. Why not to stop: {warning.says}", 2)
    if is_only_said:
        tell("It is kept as what was said. Only what a clinician wrote (--actor clinician) holds, resumes or stops.")


def _field(text: str) -> tuple[str, object]:
    """Return a field and its value: a number, yes or no, a list, or words."""
    name, sign, value = text.partition("=")
    if not sign:
        raise InputError(f"'{text[:40]}' is no field. Write it as FIELD=VALUE, for example mg=250.")
    try:
        read: object = json.loads(value)
    except ValueError:
        return name, value
    return name, value if name in {"lot", "slot", "text", "because", "unit"} else read


def _known(body: dict[str, object], kind: str, facts: object) -> None:
    """Refuse a symptom or a result that no rule knows: it would be kept and never looked at."""
    name = body.get("symptom" if kind == "symptom" else "fact", "")
    if kind in {"symptom", "result", "test_result"} and name not in facts:  # type: ignore[operator]  # the vocabulary is a mapping
        raise InputError(
            f"'{str(name)[:40]}' is in no vocabulary, so nothing would follow from it. See 'knowledge list'."
        )
