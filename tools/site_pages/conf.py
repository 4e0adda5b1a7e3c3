"""How Sphinx builds the manual; ``tools/make_site.py`` lays out the sources and calls it."""

import os

from docutils import nodes
from docutils.parsers.rst import Directive

project = "Fullcourse"
copyright = "the authors of Fullcourse; Apache License 2.0"
release = version = os.environ["FULLCOURSE_VERSION"]
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"Fullcourse {version}"
html_extra_path = [os.environ["FULLCOURSE_CASES"]]
html_copy_source = False
smartquotes = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5d4b", "color-brand-content": "#0b5d4b"},
    "dark_css_variables": {"color-brand-primary": "#7fd6c0", "color-brand-content": "#7fd6c0"},
}
suppress_warnings = ["misc.highlighting_failure"]


class _DropdownText(Directive):
    """Text that opens on demand: what a picture shows, for whoever cannot see it."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the text in an element that opens."""
        text = "\n".join(self.content)
        return [
            nodes.raw("", "<details><summary>The same as text</summary>", format="html"),
            nodes.literal_block(text, text, language="text"),
            nodes.raw("", "</details>", format="html"),
        ]


def setup(app: object) -> None:
    """Make the directive known."""
    app.add_directive("dropdown-text", _DropdownText)  # type: ignore[attr-defined]
