"""A real shell completes drugs, medicines, regimens, facts and profiles: each that is installed here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = f"#!{sys.executable}\nfrom fullcourse.interfaces.cli.start import main\nmain()\n"

ASKED = [
    (("check", "--drug", "rif"), {"rifampin", "rifampicin", "rifapentine"}, {"isoniazid"}),
    (("check", "--drug", "bdq"), {"Bdq"}, set()),
    (("check", "--regimen", "BPa"), {"BPaLM", "BPaL"}, set()),
    (("check", "--regimen", "BDQ,li"), {"BDQ,linezolid"}, {"linezolid"}),
    (("plan", "--regimen", "who-2hrz"), {"who-2hrze-4hr"}, {"us-1-daily"}),
    (("check", "--drug", "rifampin", "--with", "apix"), {"apixaban"}, set()),
    (("check", "--with", "apixaban,metf"), {"apixaban,metformin"}, set()),
    (("dose", "--profile", ""), {"us", "who"}, set()),
    (("facts", "creatinine_c"), {"creatinine_clearance"}, set()),
    (("knowledge", "show", "cyclos"), {"cycloserine"}, set()),
    (("check", "--wi"), {"--with"}, set()),
]

BASH = """
source {script}
COMP_WORDS=({words})
COMP_CWORD={place}
_fullcourse_completion fullcourse
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

# The functions by which a completion is handed to the line editor, which only a terminal has, print it here.
ZSH = """
compdef() {{ : }}
compadd() {{ print -rl -- ${{(P)@[-1]}} }}
_describe() {{ local row; for row in ${{(P)3}}; do print -r -- ${{row%%:*}}; done }}
source {script}
words=({words})
CURRENT={place}
_fullcourse_completion
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the command in it, and with the completion script of each shell."""
    folder = tmp_path_factory.mktemp("home")
    program = folder / "fullcourse"
    program.write_text(PROGRAM, "utf-8")
    program.chmod(0o755)
    for shell in ("bash", "zsh", "fish"):
        made = subprocess.run([program, "completion", shell], capture_output=True, text=True, check=True)  # noqa: S603
        (folder / f"complete.{shell}").write_text(made.stdout, "utf-8")
    return folder


def offered(home: Path, shell: str, script: str) -> set[str]:
    environment = {**os.environ, "PATH": f"{home}:{os.environ['PATH']}"}
    found = shutil.which(shell)
    assert found is not None
    done = subprocess.run(  # noqa: S603 - a shell of this machine
        [found, *{"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell], "-c", script],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split("\n")) - {""}


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "wanted", "other"), ASKED, ids=lambda it: " ".join(sorted(it) if isinstance(it, set) else it)
)
def test_bash_completes(home: Path, words: tuple[str, ...], wanted: set[str], other: set[str]):
    line = " ".join(f"'{word}'" for word in ("fullcourse", *words))
    found = offered(home, "bash", BASH.format(script=home / "complete.bash", words=line, place=len(words)))
    assert wanted <= found
    assert not other & found
    assert all(name.casefold().startswith(words[-1].casefold()) for name in found)


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
@pytest.mark.parametrize(
    ("words", "wanted", "other"), ASKED, ids=lambda it: " ".join(sorted(it) if isinstance(it, set) else it)
)
def test_zsh_is_told_the_same(home: Path, words: tuple[str, ...], wanted: set[str], other: set[str]):
    line = " ".join(f"'{word}'" for word in ("fullcourse", *words))
    script = ZSH.format(script=home / "complete.zsh", words=line, place=len(words) + 1)
    found = offered(home, "zsh", script)
    assert wanted <= found
    assert not other & found


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.parametrize(
    ("words", "wanted", "other"), ASKED, ids=lambda it: " ".join(sorted(it) if isinstance(it, set) else it)
)
def test_fish_completes(home: Path, words: tuple[str, ...], wanted: set[str], other: set[str]):
    line = " ".join(("fullcourse", *words))
    found = {
        row.split("\t")[0] for row in offered(home, "fish", f"source {home / 'complete.fish'}; complete -C '{line}'")
    }
    assert not other & found
    assert wanted <= found or "," in words[-1]  # it cuts what it is offered at a comma, so that nothing is


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("words", "wanted", "other"), ASKED, ids=lambda it: " ".join(sorted(it) if isinstance(it, set) else it)
)
def test_the_program_answers_as_each_shell_asks(
    home: Path, shell: str, words: tuple[str, ...], wanted: set[str], other: set[str]
):
    place = {"bash": str(len(words)), "zsh": str(len(words)), "fish": words[-1]}[shell]
    environment = {
        **os.environ,
        "_FULLCOURSE_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": " ".join(("fullcourse", *words)),
        "COMP_CWORD": place,
    }
    done = subprocess.run([home / "fullcourse"], capture_output=True, text=True, env=environment, check=True)  # noqa: S603
    rows = [row for row in done.stdout.splitlines() if row]
    found = set(rows[1::3]) if shell == "zsh" else {row.split(",", 1)[1].split("\t")[0] for row in rows}
    assert not other & found
    assert wanted <= found or (shell == "fish" and "," in words[-1] and not found)
