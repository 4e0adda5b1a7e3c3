"""A name that a command is given means one drug, several, or none."""

import pytest

from fullcourse.adapters.medicines.asked_drug import meanings_of


@pytest.mark.parametrize(
    ("name", "meanings"),
    [
        ("R", ("rifampin",)),
        (" Cs ", ("cycloserine",)),
        ("lfx", ("levofloxacin",)),
        ("Рифампицин", ("rifampin",)),
        ("Warfarin 5mg OD", ("warfarin",)),
        ("CTX", ("cyclophosphamide", "sulfamethoxazole", "trimethoprim")),
        ("HRZE", ("ethambutol", "isoniazid", "pyrazinamide", "rifampin")),
        ("Lfx/Mfx", ("levofloxacin", "moxifloxacin")),
        ("P", ()),
        ("am", ()),
        ("rifampicin stopped", ()),
        ("somethingol", ()),
        ("", ()),
    ],
)
def test_a_name_means_what_it_says(name, meanings):
    assert meanings_of(name) == meanings
