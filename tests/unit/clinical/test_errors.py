"""The errors keep their word: one base, and a faulty knowledge tells everything at once."""

import pytest

from fullcourse.clinical.errors import Fault, FullcourseError, InputError, KnowledgeError, OutsideLabel, SolverStopped


@pytest.mark.parametrize("kind", [InputError, OutsideLabel, SolverStopped])
def test_every_error_is_a_fullcourse_error_and_keeps_its_message(kind):
    error = kind("weight of 7000 kg cannot be")
    assert isinstance(error, FullcourseError)
    assert str(error) == "weight of 7000 kg cannot be"


def test_a_fault_names_file_statement_and_mend():
    fault = Fault("drugs/cycloserine.toml", "cycloserine.caution.alcohol", "no source", "Add one.")
    assert str(fault) == "drugs/cycloserine.toml 'cycloserine.caution.alcohol': no source. Add one."


def test_a_fault_of_a_whole_file_names_no_statement():
    assert str(Fault("facts/person.toml", "", "no TOML", "Mend line 3.")) == "facts/person.toml: no TOML. Mend line 3."


def test_faulty_knowledge_lists_every_fault():
    faults = [Fault("a.toml", "one", "wrong", "Mend."), Fault("b.toml", "two", "worse", "Mend too.")]
    error = KnowledgeError(faults)
    assert isinstance(error, FullcourseError)
    assert error.faults == tuple(faults)
    assert str(error).startswith("2 faults in the knowledge")
    assert all(str(fault) in str(error) for fault in faults)


def test_one_fault_is_not_called_faults():
    assert str(KnowledgeError([Fault("a.toml", "one", "wrong", "Mend.")])).startswith("1 fault in the knowledge")
