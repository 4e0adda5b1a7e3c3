import io

from rich.console import Console

from fullcourse.clinical.listed_medicine import ListedMedicine, State
from fullcourse.clinical.medicine import Route
from fullcourse.interfaces.cli.medicines_text import print_medicines


def entry(name: str, state: State = State.NOW, **more) -> ListedMedicine:
    known = {
        "ingredients": (name.split()[0],),
        "recognised_by": "name",
        "why": "ordered 2026-06-01",
        "route": Route.SYSTEMIC,
        "applied": "by mouth",
        "origin": "MedicationRequest/m",
    }
    return ListedMedicine(name=name, state=state, **{**known, **more})


def page(*entries: ListedMedicine) -> list[str]:
    console = Console(width=80, record=True, file=io.StringIO())
    print_medicines(entries, (), console)
    return [line.rstrip() for line in console.export_text().splitlines()]


def test_no_medicine_is_no_block():
    assert page() == []


def test_each_medicine_is_one_line_and_what_may_be_taken_is_a_question():
    asked = entry("phenytoin 100 mg", State.PERHAPS, ask="phenytoin 100 mg, on-hold: is it taken?")
    assert page(asked, entry("rifampin 300 mg"), entry("Mirena", ingredients=("levonorgestrel",))) == [
        "MEDICINES READ (3)",
        "  ? phenytoin 100 mg, on-hold: is it taken?",
        "  · rifampin 300 mg; ordered 2026-06-01",
        "  · Mirena = levonorgestrel; ordered 2026-06-01",
    ]


def test_what_is_local_is_said_and_what_has_no_known_route_is_named_on_one_line():
    drops = entry("ciprofloxacin eye drops", route=Route.LOCAL, applied="into the eye")
    plain = [entry("omeprazole", route=Route.UNKNOWN), entry("metformin", route=Route.UNKNOWN)]
    lines = page(drops, *plain)
    assert lines[1] == "  · ciprofloxacin eye drops, into the eye: not counted; ordered 2026-06-01"
    assert lines[-1] == "  · route not known, taken as systemic: omeprazole, metformin"


def test_what_is_over_and_what_was_not_understood_share_a_line_each():
    old = [entry(f"drug{number}", State.PAST) for number in range(10)]
    unknown = [entry(name, ingredients=(), recognised_by="") for name in ("Zyzzyva", "Xyzzy")]
    lines = page(*unknown, *old)
    assert lines[1:] == [
        "  ! not understood, so that no drug can be cleared until it is known: Zyzzyva,",
        "    Xyzzy",
        "  · in the past (10): drug0, drug1, drug2, drug3, drug4, drug5, drug6, drug7 and",
        "    2 more",
    ]


def test_a_name_that_is_not_read_as_a_whole_is_a_question_and_no_list_of_what_is_taken():
    part = entry("CTX 960 mg", ingredients=("cyclophosphamide", "trimethoprim"), recognised_by="in part")
    assert page(part, entry("rifampin"))[1:4] == [
        "  ? CTX 960 mg: not read as a whole; it may be or hold cyclophosphamide,",
        "    trimethoprim. What is it?",
        "  · rifampin; ordered 2026-06-01",
    ]


def test_one_product_recorded_twice_is_one_line():
    assert len(page(entry("rifampin"), entry("rifampin", why="ordered 2026-07-01"))) == 2
