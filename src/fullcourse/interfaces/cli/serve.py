"""``fullcourse serve``: the service on this computer, with nothing to configure."""

import os
from pathlib import Path

import click

from fullcourse import __version__
from fullcourse.adapters.extras import needs
from fullcourse.interfaces.api.settings import Settings, read_settings, unknown_settings

__all__ = ["serve"]


@click.command()
@click.option("--host", metavar="ADDRESS", help="Where to listen; 127.0.0.1 without it: this computer alone.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 8080 without it, 0 for any that is free.")
@click.option("--store", metavar="FILE|URL", help="Where courses are kept; without it $FULLCOURSE_DATABASE_URL.")
def serve(host: str | None, port: int | None, store: str | None) -> None:
    """Serve REST, FHIR and CDS Hooks on this computer until Ctrl-C. See 'fullcourse settings' for what can be set."""
    settings = _settings(host, port, store)
    with needs("service", "the service"):
        from fullcourse.interfaces.api.app import make_app
        from fullcourse.interfaces.api.every_route import EVERY_ROUTE
        from fullcourse.interfaces.api.serving.log import start_log
        from fullcourse.interfaces.api.serving.opened import opened_service, store_place
        from fullcourse.interfaces.api.serving.server import listen_on, run, worded_address
    start_log()
    with listen_on(settings) as listening, opened_service(settings) as service:
        at = worded_address(listening)

        def begun() -> None:
            _tell(at, settings.text("FULLCOURSE_PUBLIC_URL"), store_place(settings))

        run(make_app(service, EVERY_ROUTE), settings, listening, begun)
    click.echo("Stopped. Every call that was taken was answered, and what was acknowledged is kept.")


def _settings(host: str | None, port: int | None, store: str | None) -> Settings:
    """Return the settings, those of the command line before those of the environment."""
    given = dict(os.environ)
    for name, value in (("HOST", host), ("PORT", port), ("DATABASE_URL", store)):
        if value is not None:
            given[f"FULLCOURSE_{name}"] = str(value)
            given.pop(f"FULLCOURSE_{name}_FILE", None)
    for name in unknown_settings(given):
        click.echo(
            f"fullcourse: {name} is no setting, and nothing follows from it. See 'fullcourse settings'.", err=True
        )
    return read_settings(given)


def _tell(at: str, public_url: str, store: str) -> None:
    """Print where to look, and how to stop."""
    place = "a PostgreSQL database" if "://" in store.removeprefix("sqlite:///") else Path(store).name
    for line in (
        f"Fullcourse {__version__} serves on {public_url or at}",
        f"  is it well    {at}/healthz",
        f"  figures       {at}/metrics",
        f"  courses       {place}",
        "Stop it with Ctrl-C.",
    ):
        click.echo(line)
