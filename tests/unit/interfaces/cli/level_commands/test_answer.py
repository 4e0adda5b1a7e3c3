"""Sentences broken on a terminal, and nowhere else; the curves that are drawn."""

import pytest

from fullcourse.interfaces.cli.level_commands import answer
from fullcourse.interfaces.cli.level_commands.answer import echo_lines, wrapped

SENTENCE = "Note: doses are taken as ordered and on time (MedicationRequest/order: 750 mg at 08:00 over 30 min)."
ROW = f"875 mg once a day{'':<26} 875  53.2 (43 to 66)       1.3       11%  100%  and so on until it is long"


def test_sentences_are_broken_and_rows_stay():
    lines = wrapped([SENTENCE, ROW, f"  {SENTENCE}", "short"], 80)
    assert max(map(len, lines[:2])) <= 80
    assert " ".join(lines[:2]).split() == SENTENCE.split()
    assert lines[2:] == [ROW, f"  {SENTENCE}", "short"]


def test_a_sentence_of_just_the_width_stays_whole():
    assert wrapped(["a" * 40 + " " + "b" * 39], 80) == ["a" * 40 + " " + "b" * 39]
    assert len(wrapped(["a" * 40 + " " + "b" * 40], 80)) == 2


@pytest.mark.parametrize(("terminal", "broken"), [(True, True), (False, False)])
def test_only_a_terminal_breaks_lines(monkeypatch, capsys, terminal: bool, broken: bool):
    monkeypatch.setattr(answer.sys.stdout, "isatty", lambda: terminal)
    echo_lines([SENTENCE])
    assert (SENTENCE not in capsys.readouterr().out.splitlines()) is broken
