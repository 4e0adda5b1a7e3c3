"""FDA's sample files, and batches made up for the tests of E2B(R3)."""

from pathlib import Path

from hypothesis import strategies as st

from fullcourse.adapters.e2b.layout import KEYS, Spot, layout
from fullcourse.adapters.e2b.sections import Null, Section
from fullcourse.adapters.e2b.table import element_of
from fullcourse.adapters.e2b.write import identified

SAMPLES = Path(__file__).parent / "data" / "e2b-r3"
SCENARIO_1, SCENARIO_2 = SAMPLES / "FAERS2022Scenario1.xml", SAMPLES / "FAERS2022Scenario2.xml"

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="￾￿"), min_size=1, max_size=30
).filter(str.strip)
"""Any script, the signs that XML escapes among them; never blank alone, which no element can carry."""


def spots() -> list[Spot]:
    """Return every element of the layout that is written."""

    def below(spot: Spot) -> list[Spot]:
        return [spot, *(one for child in spot.children if not child.read_only for one in below(child))]

    return below(layout().root)


def written_numbers() -> dict[str, list[str]]:
    """Return the data elements of each group that have a place, without details and pointers."""
    numbers: dict[str, list[str]] = {}
    for spot in spots():
        for capture in spot.captures:
            if "@" not in capture.number and capture.number not in KEYS.values():
                numbers.setdefault(capture.group, [])
                if capture.number not in numbers[capture.group]:
                    numbers[capture.group].append(capture.number)
    return numbers


def _value(number: str) -> st.SearchStrategy[str | Null]:
    element = element_of(number)
    if number == "F.r.3.2":
        return st.sampled_from(["5", "<5", "<=5", ">5", ">=5.5", "-1"])
    first = number in _FIRST
    if element is not None and element.nulls and first and not element.number.startswith("F.r.3"):
        return st.one_of(TEXT, st.sampled_from(element.nulls).map(Null))
    return TEXT


_FIRST = {spot.captures[0].number for spot in spots() if spot.captures}


def batches() -> st.SearchStrategy[Section]:
    """Return batches with any of the elements, in any of the groups, repeated up to twice."""
    numbers = written_numbers()
    around = layout().around

    def section(group: str, depth: int = 0) -> st.SearchStrategy[Section]:
        own = [number for number in numbers.get(group, []) if number not in _OPPOSED]
        inner = [name for name, outside in around.items() if outside == group and name != "G.k.9.i"]
        values = st.lists(st.sampled_from(own), unique=True, min_size=1 if depth else 0, max_size=12).flatmap(
            lambda chosen: st.fixed_dictionaries({number: _value(number) for number in chosen})
        )
        groups = st.fixed_dictionaries(
            {}, optional={name: st.lists(section(name, depth + 1), min_size=1, max_size=2) for name in inner}
        )
        return st.builds(Section, values, groups)

    return section("").map(identified)


# One product has one identifier of its kind, so that either may stand and not both.
_OPPOSED = {"G.k.2.1.2a", "G.k.2.1.2b", "D.8.r.3a", "D.8.r.3b", "D.10.8.r.3a", "D.10.8.r.3b"}


def one_of_each(numbers: set[str] | None = None) -> Section:
    """Return a batch that has each element once, its own number as its value; of a product, the usual identifier."""
    batch = Section()
    opened: dict[str, Section] = {"": batch}
    for group in sorted(layout().around, key=lambda name: (name != layout().message, len(name))):
        opened[group] = opened[layout().around[group]].add(group)
    opened["E.i"].values["E.i@id"] = "reaction-1"
    opened["G.k.9.i"].values["G.k.9.i.1"] = "reaction-1"
    for group, own in written_numbers().items():
        for number in own:
            if number not in _OPPOSED and (numbers is None or number in numbers):
                opened[group].values[number] = number
    return identified(batch)
