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
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.settings import Settings, read_settings, unknown_settings

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
def serve(host: str | None, port: int | None, store: str | None, demo: bool) -> None:
    """Serve REST, FHIR and CDS Hooks on this computer until Ctrl-C.

    Nothing has to be set; 'fullcourse settings' lists what can be. With --demo there are people to look at, none real.
    """
    with _place(store, demo=demo) as place:
        settings = _settings(host, port, place, demo=demo)
        with needs("service", "the service"):
            from fullcourse.interfaces.api.app import make_app
            from fullcourse.interfaces.api.every_route import EVERY_ROUTE
            from fullcourse.interfaces.api.serving.log import start_log
            from fullcourse.interfaces.api.serving.opened import opened_service, store_place
            from fullcourse.interfaces.api.serving.server import listen_on, run, worded_address
        start_log()
        with listen_on(settings) as listening, opened_service(settings) as service:
            people = _demo(service) if demo else ()
            at = worded_address(listening)

            def begun() -> None:
                _tell(at, settings.text("FULLCOURSE_PUBLIC_URL"), store_place(settings), people)

            run(make_app(service, EVERY_ROUTE), settings, listening, begun)
    click.echo("Stopped. Every call that was taken was answered, and what was acknowledged is kept.")


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
    for name in unknown_settings(given):
        click.echo(f"fullcourse: {name} is no setting; nothing follows from it. See 'fullcourse settings'.", err=True)
    return read_settings(given)


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


def _tell(at: str, public_url: str, store: str, people: "Sequence[DemoPatient]") -> None:
    """Print where to look, and how to stop."""
    place = "a PostgreSQL database" if "://" in store.removeprefix("sqlite:///") else Path(store).name
    for line in (
        f"Fullcourse {__version__} serves on {public_url or at}",
        f"  is it well    {at}/healthz",
        f"  figures       {at}/metrics",
        f"  courses       {place}",
    ):
        click.echo(line)
    if people:
        click.echo(f"  {len(people)} synthetic patients; nobody is real:")
        for person in people:
            click.echo(f"    {person.name}  {person.patient}  {person.shows}")
    click.echo("Stop it with Ctrl-C.")
