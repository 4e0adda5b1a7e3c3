"""``fullcourse completion``: what a shell needs in order to complete commands and options."""

import click
from click.shell_completion import get_completion_class

from fullcourse.interfaces.cli.echo import echo
from fullcourse.interfaces.cli.lazy import COMPLETE

__all__ = ["completion"]


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of SHELL.

    \b
    bash: fullcourse completion bash > ~/.local/share/bash-completion/completions/fullcourse
    zsh:  fullcourse completion zsh > ~/.zfunc/_fullcourse   (with ~/.zfunc in fpath)
    fish: fullcourse completion fish > ~/.config/fish/completions/fullcourse.fish
    """
    made = get_completion_class(shell)
    if made is None:  # pragma: no cover - click has had these three since 8.0
        raise click.UsageError(f"no completion for {shell}.")
    echo(made(context.find_root().command, {}, "fullcourse", COMPLETE).source())
