import pytest

from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.pk import validated
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.validated import read_validations

MODELS = tuple(read_pk_models())
FIGURE = """
[[figure]]
model = "a"
what = "AUC"
at = "Table 1"
published = 100
unit = "mg.h/L"
plan = "250 mg q12h"
measure = "auc24"
statistic = "median"
because = "so"
"""


def read(text, tmp_path, monkeypatch, models=("a",)):
    (tmp_path / "validated.toml").write_text(f'read_from = "x"\n{text}', "utf-8")
    monkeypatch.setattr(validated, "FOLDER", tmp_path)
    return read_validations(models)


def test_a_model_that_is_not_in_the_table_does_not_load():
    with pytest.raises(KnowledgeError, match=r"another\.model"):
        read_validations([*MODELS, "another.model"])


def test_a_figure_of_a_model_that_does_not_ship_does_not_load():
    with pytest.raises(KnowledgeError, match="no such model ships"):
        read_validations(MODELS[1:])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (FIGURE, "within_percent"),
        (FIGURE + "within_percent = 5\nwithin_points = 5\n", "within_percent"),
        (FIGURE.replace("auc24", "auc") + "within_percent = 5\n", "'auc' is not known"),
        (FIGURE.replace("published = 100", "") + "within_percent = 5\n", "'published' is missing"),
        (FIGURE + 'within_percent = 5\npeople = { weight = "heavy" }\n', r"people\.weight"),
        (FIGURE + 'within_percent = 5\n[[not_reproduced]]\nmodel = "a"\nbecause = "so"\n', "or both"),
        (FIGURE + "within_percent = 5\nwithin_reason = 5\n", "within_reason"),
    ],
)
def test_a_row_that_cannot_be_simulated_does_not_load(text, fault, tmp_path, monkeypatch):
    with pytest.raises(KnowledgeError, match=fault):
        read(text, tmp_path, monkeypatch)


def test_near_enough_is_a_share_of_the_printed_number_or_points_of_a_per_cent(tmp_path, monkeypatch):
    (share,) = read(FIGURE + "within_percent = 5\n", tmp_path, monkeypatch)["a"].figures
    assert share.holds(105.0) and share.holds(95.0) and not share.holds(105.1) and not share.holds(94.9)
    (points,) = read(FIGURE + "within_points = 3\n", tmp_path, monkeypatch)["a"].figures
    assert points.holds(103.0) and not points.holds(103.1)


def test_the_line_of_a_list_says_the_figure_or_why_there_is_none(tmp_path, monkeypatch):
    found = read(FIGURE + "within_percent = 5\n", tmp_path, monkeypatch)["a"].line
    assert found == "reproduces Table 1: AUC, 100 mg.h/L within 5 per cent"
    none = read('[[not_reproduced]]\nmodel = "a"\nbecause = "no number"\n', tmp_path, monkeypatch)["a"].line
    assert none == "no figure of its paper is reproduced: no number"
