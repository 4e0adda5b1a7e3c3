"""What do the names of medicines cost: opening the vocabulary, and reading a list as a clinic writes it."""

from fullcourse.adapters.medicines import load_vocabulary, recognise
from fullcourse.adapters.medicines.short_forms import load_short_forms
from fullcourse.adapters.medicines.silent import read_rest
from timing import line, median_s, yardstick

WRITTEN = {
    "2HRZE/4HR": ("ethambutol", "isoniazid", "pyrazinamide", "rifampin"),
    "TDF/3TC/DTG": ("dolutegravir", "lamivudine", "tenofovir disoproxil"),
    "Lzd 600mg OD": ("linezolid",),
    "Warfarin 5mg OD": ("warfarin",),
    "metformin 500mg 1-0-1": ("metformin",),
    "amoxicillin/clavulanate 875/125": ("amoxicillin", "clavulanate"),
    "Рифампицин 300 мг": ("rifampin",),
    "Varfarina sódica 5 mg": ("warfarin",),
    "CTX 960 mg": (),
    "rifampacin 300 mg": (),
}
LIST_LIMIT_S = 0.01


def main() -> None:
    for name, ingredients in WRITTEN.items():
        assert recognise(name, []).ingredients == ingredients, name
    yardstick()
    line("the vocabulary opened", median_s(open_again, 9))
    line(f"a list of {len(WRITTEN)} medicines, each name anew", median_s(read_again, 30), LIST_LIMIT_S)


def open_again() -> None:
    """Open the vocabulary as the first name of a run does."""
    load_vocabulary.cache_clear()
    load_short_forms.cache_clear()
    load_vocabulary()
    load_short_forms()


def read_again() -> None:
    """Read every name without what was kept of the last time."""
    read_rest.cache_clear()
    for name in WRITTEN:
        recognise(name, [])


if __name__ == "__main__":
    main()
