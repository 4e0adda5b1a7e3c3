"""The file that a person begins a report with: every key, explained, and none of them answered."""

from importlib import resources

__all__ = ["template"]


def template() -> str:
    """Return the template."""
    package = resources.files("fullcourse").joinpath("adapters", "pharmacovigilance", "template.toml")
    return package.read_text("utf-8")
