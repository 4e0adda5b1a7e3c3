"""``fullcourse serve``: the service on this computer, with nothing to configure."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from fullcourse import __version__
from fullcourse.adapters.extras import needs
from fullcourse.adapters.store.opening import default_store
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.settings import Settings, read_settings, unknown_settings
from fullcourse.interfaces.cli.echo import echo

if TYPE_CHECKING:
    from fullcourse.adapters.demo.clinic import DemoPatient
    from fullcourse.interfaces.api.service import Service

__all__ = ["serve"]


@click.command()
@click.option("--host", metavar="ADDRESS", help="Where to listen; 127.0.0.1 without it: this computer alone.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 8080 without it, 0 for any that is free.")
@click.option("--store", metavar="FILE|URL", help="Where courses are kept; without it $FULLCOURSE_DATABASE_URL.")
@click.option(
    "--demo", is_flag=True, help="A clinic of synthetic patients, kept until the service ends, or in --store."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that take calls; more than one with a PostgreSQL store alone.",
)
def serve(host: str | None, port: int | None, store: str | None, demo: bool, workers: int) -> None:
    """Serve REST, FHIR and CDS Hooks on this computer until Ctrl-C.

    Nothing has to be set; 'fullcourse settings' lists what can be. With --demo there are people to look at, none real.
    """
    with _place(store, demo=demo) as place:
        settings = _settings(host, port, place, demo=demo)
        with needs("service", "the service"):
            from fullcourse.interfaces.api.serving.jobs import jobs_of
            from fullcourse.interfaces.api.serving.log import start_log
            from fullcourse.interfaces.api.serving.opened import opened_service
            from fullcourse.interfaces.api.serving.server import listen_on, worded_address
            from fullcourse.interfaces.api.serving.whole import serve_alone, serve_together
        if workers > 1 and not settings.text("FULLCOURSE_DATABASE_URL").startswith(("postgresql://", "postgres://")):
            raise InputError(
                "--workers: one program alone has a store in a file. Name a PostgreSQL store for several processes."
            )
        start_log()
        with listen_on(settings) as listening:
            settings = settings.changed(FULLCOURSE_PORT=listening.getsockname()[1])  # 0 has become one that is free
            with opened_service(settings) as service:
                jobs_of(service)  # what it cannot do by itself is told here, and not by a process of several
                told = _told(service, worded_address(listening), demo=demo)

                def begun() -> None:
                    for line in told:
                        echo(line)

                if workers == 1:
                    serve_alone(service, listening, begun)
            if workers > 1:
                serve_together(settings, workers, listening, begun)
    echo("Stopped. Every call that was taken was answered, and what was acknowledged is kept.")


@contextmanager
def _place(store: str | None, *, demo: bool) -> Iterator[str | None]:
    """Return where courses are kept, where the command line says so; a demonstration has a place of its own."""
    own = TemporaryDirectory(prefix="fullcourse-demo-") if demo and store is None else nullcontext()
    with own as folder:
        yield store if folder is None else str(Path(folder) / "demo.db")


def _settings(host: str | None, port: int | None, store: str | None, *, demo: bool) -> Settings:
    """Return the settings, those of the command line before those of the environment."""
    given = dict(os.environ)
    for name, value in (("HOST", host), ("PORT", port), ("DATABASE_URL", store)):
        if value is not None:
            given[f"FULLCOURSE_{name}"] = str(value)
            given.pop(f"FULLCOURSE_{name}_FILE", None)
    if demo:
        given.setdefault("FULLCOURSE_OPEN_ADVICE", "yes")
        if store is not None and "://" not in store:
            given["FULLCOURSE_KEY_FILE"] = f"{store}.key"  # never that of a clinic's own courses
    for name in unknown_settings(given):
        echo(f"fullcourse: {name} is no setting; nothing follows from it. See 'fullcourse settings'.", err=True)
    read = read_settings(given)
    return read.changed(FULLCOURSE_DATABASE_URL=read.text("FULLCOURSE_DATABASE_URL") or default_store())


def _demo(service: "Service") -> "Sequence[DemoPatient]":
    """Put the clinic of synthetic patients into the store; raises InputError where real courses may be in it."""
    from fullcourse.adapters.demo.clinic import demo_clinic, fill_with_demo

    assert service.store is not None  # noqa: S101 - a service of this command keeps courses
    there = set(service.store.patients())
    if not there:
        return fill_with_demo(service.store, service.knowledge, service.now())
    people = demo_clinic(service.knowledge, service.now())
    if not there <= {person.patient for person in people}:
        raise InputError(
            "the store holds courses that are none of the demonstration's, and synthetic patients are not put among "
            "them. Leave --store out, or name another file."
        )
    return people


def _told(service: "Service", at: str, *, demo: bool) -> list[str]:
    """Return what is printed once calls are taken: where to look, who has to be set up, how to stop."""
    from fullcourse.interfaces.api.access.door import setup_link

    public = service.settings.text("FULLCOURSE_PUBLIC_URL") or at
    store = service.settings.text("FULLCOURSE_DATABASE_URL")
    place = "a PostgreSQL database" if "://" in store.removeprefix("sqlite:///") else Path(store).name
    lines = [
        f"Fullcourse {__version__} serves on {public}",
        f"  the desk      {public}/desk",
        f"  is it well    {at}/healthz",
        f"  figures       {at}/metrics",
        f"  description   {at}/openapi.json",
        f"  courses       {place}",
    ]
    if demo:
        lines += _of_demo(service, at)
    elif service.access is not None and (link := setup_link(service.access, public, service.now())):
        word = link.partition("#")[2]
        lines += [
            "Nobody is set up yet. Within an hour, and once, this sets up the administrator:",
            f"  {link}",
            "or, with a password of your own and your name in place of mine:",
            f"  curl -s {at}/api/v1/password -H 'Content-Type: application/json' \\",
            f"""    -d '{{"link": "{word}", "login": "you@example.org", "name": "Your Name", "password": "..."}}'""",
        ]
    return [*lines, "Stop it with Ctrl-C."]


def _of_demo(service: "Service", at: str) -> list[str]:
    """Return who is in the clinic of synthetic patients, and calls that show them."""
    from fullcourse.adapters.access.audit.entry import AuditEntry
    from fullcourse.adapters.access.caller import Role
    from fullcourse.adapters.access.people.devices import invite
    from fullcourse.adapters.demo.staff import demo_staff

    assert service.access is not None  # noqa: S101 - a service of this command knows accounts
    people = _demo(service)
    staff = demo_staff(service.access, [person.patient for person in people], service.now())
    seen, given = people[6], f"-H 'Authorization: Bearer {staff.bearer}'"
    whose = people[1]
    word, _ = invite(
        service.access, whose.patient, Role.PATIENT, AuditEntry(service.now(), "phone.invited", staff.login)
    )
    lines = [f"  {len(people)} synthetic patients; nobody is real:"]
    lines += [f"    {person.name}  {person.patient}  {person.shows}" for person in people]
    return [
        *lines,
        f"  sign in as    {staff.login}   password  {staff.password}",
        f"  the page of a patient's phone, {whose.name}; open it in a browser, once within a day:",
        f"    {at}/p/#{word}",
        "  try, without a sign-in, what the sources say:",
        f"    curl -s {at}/api/v1/pairs -H 'Content-Type: application/json' \\",
        """      -d '{"drugs": ["rifampin"], "beside": ["apixaban", "metformin"]}'""",
        f"  and with one, {seen.name}, then who has looked:",
        f"    curl -s {given} {at}/api/v1/courses/{seen.patient}",
        f"    curl -s {given} {at}/api/v1/courses/{seen.patient}/missed",
        f"    curl -s {given} {at}/fhir/Patient/{seen.patient}",
        f"    curl -s {given} {at}/api/v1/audit",
    ]
