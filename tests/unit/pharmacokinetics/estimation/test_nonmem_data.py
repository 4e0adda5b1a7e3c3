import numpy as np
import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.estimation.nonmem_data import read_nonmem, with_compartments
from pk_cases import oral_model

TEXT = "\ufeffID,TIME,AMT,DV,CMT,WT\n7,0,100,.,1,60\n7,2,0,4.5,1,.\n9,0,50,,1,70\n"


def test_columns_labels_and_gaps_are_read():
    table = read_nonmem(TEXT.splitlines(), covariates=["wt"])
    assert table.labels == ("7", "9")
    assert table.evid.tolist() == [1, 0, 1]
    assert table.covariates["wt"].tolist() == [60.0, 60.0, 70.0]
    assert table.mdv.tolist() == [True, False, True]
    assert np.isnan(table.dv[0])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ID,TIME\n", "no records"),
        ("TIME,AMT\n0,1\n", "no column ID"),
        ("ID,TIME,AMT\n1,0,ten\n", "line 2 of the data set: column AMT"),
        ("ID,TIME\n1,0\n2,0\n1,1\n", "stand together"),
        ("ID,TIME,AMT,CMT\n1,0,100,1.5\n", "line 2 of the data set: CMT must be a whole number"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_without_its_content(text, says):
    with pytest.raises(InputError, match=says) as caught:
        read_nonmem(text.splitlines())
    assert "ten" not in str(caught.value)


def test_a_covariate_or_an_occasion_without_a_column_is_refused_by_name():
    with pytest.raises(InputError, match="no column BW"):
        read_nonmem(TEXT.splitlines(), covariates=["bw"])
    with pytest.raises(InputError, match="no column CYCLE"):
        read_nonmem(TEXT.splitlines(), occasion="CYCLE")


def test_any_column_may_hold_the_occasion():
    table = read_nonmem(["ID,TIME,AMT,CYCLE", "1,0,100,1", "1,24,100,3"], occasion="cycle")
    assert table.occasion.tolist() == [1, 3]


def test_a_level_below_quantification_takes_its_limit_from_its_own_column_or_from_dv():
    by_column = read_nonmem(["ID,TIME,AMT,DV,BLQ,LLOQ", "1,0,100,.,0,0.5", "1,9,0,.,1,0.5"])
    by_level = read_nonmem(["ID,TIME,AMT,DV,CENS", "1,0,100,.,0", "1,9,0,0.5,1"])
    assert by_column.lloq[1] == by_level.lloq[1] == 0.5
    assert by_column.blq.tolist() == by_level.blq.tolist() == [False, True]


def test_fields_may_be_separated_by_white_space():
    assert read_nonmem(["ID TIME AMT", "1 0 100", "1 2 0"]).amt.tolist() == [100.0, 0.0]


def test_numbers_of_compartments_mean_nothing_where_there_is_one_way_in_and_one_thing_measured():
    table = read_nonmem(["ID,TIME,AMT,DV,CMT", "1,0,100,.,4", "1,2,0,4.5,7"])
    assert with_compartments(table, oral_model(), numbered=False).cmt.tolist() == [1, 1]
    assert with_compartments(table, oral_model(), numbered=True).cmt.tolist() == [4, 7]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["1,0,100,.,1", "1,0,100,.,2"], "doses go into compartments .1, 2."),
        (["1,0,100,.,1", "1,2,0,4,2", "1,2,0,4,3"], "levels are of compartments .2, 3."),
    ],
)
def test_several_numbers_that_a_model_has_no_word_for_are_refused(rows, says):
    table = read_nonmem(["ID,TIME,AMT,DV,CMT", *rows])
    with pytest.raises(InputError, match=says):
        with_compartments(table, oral_model(), numbered=False)


def test_a_data_set_reads_the_parameters_of_late_doses_ahead_as_nonmem_does():
    assert read_nonmem(["ID,TIME,AMT", "1,0,100"]).reads_ahead
