"""Answers as a TOML file of facts, medicines and entries, which ``answers.py`` reads again."""

import json
from collections.abc import Sequence

from fullcourse.clinical.given_answer import GivenAnswer, GivenEntry, GivenMedicine
from fullcourse.clinical.medicine import Taken

__all__ = ["write_answers"]


def write_answers(answers: Sequence[GivenAnswer | GivenEntry | GivenMedicine]) -> str:
    """Return answers as a TOML file of facts, medicines and entries, which `read_answers` reads."""
    return "\n\n".join(_row_of(answer) for answer in answers) + "\n"


def _row_of(answer: GivenAnswer | GivenEntry | GivenMedicine) -> str:
    if isinstance(answer, GivenMedicine):
        table: str = "medicine"
        taken = (Taken.NOW if answer.is_taken else Taken.PAST).value
        fields: dict[str, object] = {"name": answer.name, "taken": taken, "settles": answer.settles}
        fields |= {"until": answer.until} if answer.until else {}
    elif isinstance(answer, GivenEntry):
        table, fields = "entry", {"text": answer.text} if answer.text else {}
        fields |= {"origin": answer.origin, "concerns": list(answer.concerns)}
        fields |= {"on": answer.on.isoformat(), "by": answer.by}
    else:
        table, fields = "fact", {"id": answer.fact, "value": answer.value}
        fields |= {"unit": answer.unit} if answer.unit else {}
        fields |= {"on": answer.on.isoformat(), "by": answer.by}
    # JSON writes texts, numbers and yes or no just as TOML does.
    return "\n".join([f"[[{table}]]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())])
