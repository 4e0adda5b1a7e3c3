"""Says which ingredients a name means that is given to a command, where every word stands in the place of a drug.

A short form of one letter needs no strength there (``--drug R``). Everything else is as strict as in a record: a name
of two medicines means both, and the caller refuses it with both named.
"""

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.medicines.short_forms import load_short_forms

__all__ = ["meanings_of"]

_IN_A_LIST_ALONE = "list"


def meanings_of(name: str) -> tuple[str, ...]:
    """Return the ingredients of a name, or the several that it may have; empty when it is not known.

    >>> meanings_of("BDQ"), meanings_of("R"), meanings_of("Рифампицин 300 мг")
    (('bedaquiline',), ('rifampin',), ('rifampin',))
    >>> meanings_of("CTX")
    ('cyclophosphamide', 'sulfamethoxazole', 'trimethoprim')
    """
    forms = load_short_forms()
    written = name.strip()
    form = forms.get(written) or forms.get(written.casefold())
    if form is not None and form.needs != _IN_A_LIST_ALONE:
        return form.ingredients
    read = recognise(name, [])
    # One medicine in a name that is not read whole is not what the name means (``rifampicin stopped``).
    return read.ingredients or (read.partial if len(read.partial) > 1 else ())
