"""Which drugs have a model is told by the names of the files, as the files themselves say."""

from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.modelled_drugs import modelled_drugs


def test_the_names_of_the_files_say_what_the_models_say():
    assert modelled_drugs() == tuple(sorted({model.drug for model in read_pk_models().values()}))


def test_a_folder_without_models_has_no_drug(tmp_path):
    (tmp_path / "targets.toml").write_text("")
    assert modelled_drugs(tmp_path) == ()
