"""One page for each command, from the command itself: what it takes, each option, an example, what it exits with."""

from collections.abc import Iterator

import click

from fullcourse.interfaces.cli.main import fullcourse
from site_pages.markdown import escaped, table

__all__ = ["command_pages", "walk"]

_HELP = ("-h", "--help")


def walk(
    group: click.Group = fullcourse, words: tuple[str, ...] = (), above: click.Context | None = None
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command that does something, with the words that call it."""
    context = click.Context(group, info_name=words[-1] if words else "fullcourse", parent=above)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from walk(command, (*words, name), context)
        elif command is not None and not command.hidden:
            yield (*words, name), command


def command_pages() -> dict[str, str]:
    """Return the pages by file name: one a command of the first row, and an index."""
    pages: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for words, command in walk():
        page = pages.setdefault(words[0], [f"# fullcourse {words[0]}", ""])
        first.setdefault(words[0], _short(fullcourse.get_command(click.Context(fullcourse), words[0])))
        page += _section(words, command)
    index = ["# Commands", "", "Every command explains itself: `fullcourse COMMAND --help`.", ""]
    index += table(("command", "what it does"), ((f"[{name}]({name}.md)", first[name]) for name in pages))
    index += ["", "```{toctree}", ":hidden:", "", *pages, "```"]
    return {"index": _page(index), **{name: _page(lines) for name, lines in pages.items()}}


def _page(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _short(command: click.Command | None) -> str:
    return escaped(command.get_short_help_str(200)) if command is not None else ""


def _section(words: tuple[str, ...], command: click.Command) -> list[str]:
    name = " ".join(words)
    context = click.Context(command, info_name=f"fullcourse {name}")
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [f"## {name}", ""] if len(words) > 1 else []
    told = (command.help or "").split("\b")[0]
    for paragraph in told.split("\n\n"):
        said, _, example = paragraph.partition("For example:")
        lines += [escaped(said), ""] if said.strip() else []
        lines += _example(f"fullcourse {' '.join(example.split()).removeprefix('fullcourse ')}") if example else []
    lines += ["```sh", f"fullcourse {name} {usage}", "```", ""]
    rows = [_row(it, context) for it in command.params if not _is_help(it)]
    lines += [*table(("option", "what", "without it"), rows), ""] if rows else []
    epilog = (command.epilog or "").replace("\b", "").strip().removeprefix("Example:").strip()
    return lines + (_example(epilog) if epilog.startswith("fullcourse ") else [])


def _example(line: str) -> list[str]:
    return ["For example:", "", "```sh", " ".join(line.split()), "```", ""]


def _is_help(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and set(parameter.opts) <= set(_HELP)


def _row(parameter: click.Parameter, context: click.Context) -> tuple[str, str, str]:
    metavar = parameter.make_metavar(context)
    if isinstance(parameter, click.Argument):
        return f"`{metavar}`", "", "needed" if parameter.required else ""
    if not isinstance(parameter, click.Option):
        raise TypeError(f"{parameter} is neither an argument nor an option")
    names = ", ".join((*parameter.opts, *parameter.secondary_opts))
    takes = "" if parameter.is_flag or parameter.count else f" {metavar}"
    default = parameter.default
    shown = default is not None and not callable(default) and parameter.show_default and not parameter.is_flag
    without = "needed" if parameter.required else f"`{default}`" if shown else ""
    many = " May be given more than once." if parameter.multiple else ""
    return f"`{names}{takes}`".replace("|", "\\|"), escaped(parameter.help or "") + many, without
