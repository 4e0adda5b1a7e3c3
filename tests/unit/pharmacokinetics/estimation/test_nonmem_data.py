import numpy as np
import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.estimation.nonmem_data import read_nonmem

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
    ],
)
def test_a_file_that_cannot_be_read_is_refused_without_its_content(text, says):
    with pytest.raises(InputError, match=says) as caught:
        read_nonmem(text.splitlines())
    assert "ten" not in str(caught.value)
