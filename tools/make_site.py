"""Builds the manual: the pages of ``docs/``, what is printed from the code, and the case book, as one folder of HTML.

    make docs            # or: PYTHONPATH=tests python tools/make_site.py [--out FOLDER]

The site is read without any network, from a folder or a server. A command on a page that fails stops the build, and so
does a link that leads nowhere.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]

from make_manual import make_manual  # noqa: E402
from site_pages.commands import command_pages  # noqa: E402 - the folder of tools is no package that is installed
from site_pages.pictures import picture, printed  # noqa: E402
from site_pages.schemas import schema_pages  # noqa: E402
from site_pages.statements import statement_pages  # noqa: E402
from site_pages.surface import errors_page, python_page, settings_page  # noqa: E402
from site_pages.vocabulary import facts_page  # noqa: E402

from fullcourse import __version__  # noqa: E402
from fullcourse.adapters.knowledge_cache import load_knowledge  # noqa: E402
from spec_cases import read_cases  # noqa: E402

DOCS = ROOT / "docs"
ABOUT = ("GLOSSARY.md", "ARCHITECTURE.md", "CHANGELOG.md")
"""Documents of the root that are pages of the manual, in its folder ``about``."""

_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"^```\{picture\} (fullcourse .+)\n```$", re.MULTILINE)


def make_site(out: Path, *, pictures: bool = True) -> None:
    """Build the manual into a folder.

    Args:
        out: Emptied first.
        pictures: Whether the commands are run whose output is shown.

    Raises:
        SystemExit: A link leads nowhere, a command failed, or a case came out otherwise.
    """
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        source, extra, examples = (Path(temporary) / name for name in ("source", "extra", "examples"))
        make_manual(extra / "casebook", read_cases())
        shutil.copytree(ROOT / "src" / "fullcourse" / "examples", examples)
        for page, text in _pages():
            place = source / page
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(_with_pictures(text, place, examples) if pictures else text, "utf-8")
        shutil.copy(ROOT / "tools" / "site_pages" / "conf.py", source)
        settings = {**os.environ, "FULLCOURSE_VERSION": __version__, "FULLCOURSE_CASES": str(extra)}
        command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(source), str(out)]
        if subprocess.run(command, env=settings, check=False).returncode:  # noqa: S603 - our own pages
            raise SystemExit("The manual was not built: see above.")
    for left_over in (".doctrees", "_sources"):
        shutil.rmtree(out / left_over, ignore_errors=True)
    _make_accessible(out)


def _make_accessible(out: Path) -> None:
    """Mend what the theme leaves: headings of the menu without a level, what scrolls and takes no keyboard."""
    tables = re.compile(r'<div class="(table-wrapper[^"]*)">')
    for path in out.rglob("*.html"):
        if "casebook" not in path.parts:
            text = path.read_text("utf-8").replace('role="heading">', 'role="heading" aria-level="2">')
            text = text.replace("<pre>", '<pre tabindex="0">')
            text = tables.sub(r'<div class="\1" tabindex="0" role="region" aria-label="Table">', text)
            path.write_text(text, "utf-8")


def _pages() -> Iterator[tuple[str, str]]:
    """Yield every page of the manual with its place, links rewritten to where pages stand there."""
    knowledge = load_knowledge()
    for path in sorted(DOCS.rglob("*.md")):
        yield path.relative_to(DOCS).as_posix(), _relinked(path.read_text("utf-8"), path)
    for name in ABOUT:
        yield f"about/{name}", _relinked((ROOT / name).read_text("utf-8"), ROOT / name, "about")
    folders = {
        "reference/commands": command_pages(),
        "reference/drugs": statement_pages(knowledge),
        "reference/json": schema_pages(),
        "reference": {
            "facts": facts_page(knowledge),
            "errors": errors_page(),
            "settings": settings_page(),
            "python": python_page(),
        },
    }
    for folder, pages in folders.items():
        depth = len(folder.split("/"))
        for name, text in pages.items():
            yield f"{folder}/{name}.md", _to_casebook(text, "../" * depth)


def _relinked(text: str, path: Path, folder: str | None = None) -> str:
    """Return a document of the repository with its links to other documents as they stand in the manual."""
    here = path.parent.relative_to(DOCS).as_posix() if folder is None else folder

    def link(found: re.Match[str]) -> str:
        says, to = found.groups()
        target, _, place = to.partition("#")
        if not target or ":" in target:
            return found.group()
        resolved = (path.parent / target).resolve()
        there = _place(resolved)
        if there is None:
            return f"`{resolved.relative_to(ROOT).as_posix()}`" if says.startswith("`") else says
        return f"[{says}]({os.path.relpath(there, here)}{'#' + place if place else ''})"

    return _LINK.sub(link, text)


def _place(path: Path) -> str | None:
    """Return where a file of the repository stands in the manual; None where it is no page of it."""
    if path.is_relative_to(DOCS) and path.suffix == ".md":
        return path.relative_to(DOCS).as_posix()
    if path.name in ABOUT and path.parent == ROOT:
        return f"about/{path.name}"
    return f"reference/json/{path.stem}.md" if path.parent.name == "schemas" else None


def _to_casebook(text: str, up: str) -> str:
    return re.sub(r"\[([^\]]*)\]\(casebook:([^)]+)\)", rf'<a href="{up}casebook/\2">\1</a>', text)


def _with_pictures(text: str, place: Path, examples: Path) -> str:
    """Return a page with the output of each command of a picture, drawn and as text."""

    def drawn(found: re.Match[str]) -> str:
        command = found.group(1)
        said = printed(command, examples)
        name = f"{place.stem}-{found.start()}.svg"
        (place.parent / name).write_text(picture(command, said), "utf-8")
        plain = re.sub(r"\x1b\[[0-9;]*m", "", said).rstrip()
        image = f"```{{image}} {name}\n:alt: What the command prints; the same as text below.\n```"
        return f"```sh\n{command}\n```\n\n{image}\n\n````{{dropdown-text}}\n{plain}\n````"

    return _PICTURE.sub(drawn, text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the manual."""
    parser = argparse.ArgumentParser(description="Build the manual.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "manual", help="Folder to write into.")
    out = parser.parse_args(arguments).out.resolve()
    make_site(out)
    print(f"The manual is built: open {out / 'index.html'}")


if __name__ == "__main__":
    main()
