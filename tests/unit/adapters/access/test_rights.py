"""The table of rights: every row can be read, and reaches as far as it says."""

import pytest

from fullcourse.adapters.access import rights as module
from fullcourse.adapters.access.caller import ANONYMOUS, Caller, Role, Subject
from fullcourse.adapters.access.rights import Reach, permits, rights

HERE = Subject("patient-one", "north", frozenset(("supporter-one",)))


def somebody(role: Role, **more: frozenset[str]) -> Caller:
    return Caller("somebody", frozenset((role,)), **more)  # type: ignore[arg-type]  # frozensets alone


def test_nobody_but_who_reads_about_no_patient_needs_no_sign_in() -> None:
    is_open = {name for name, row in rights().items() if row.is_open}
    assert is_open == {"health.read", "knowledge.read", "help.read", "sign-in.ask", "phone.open"}
    assert all(row.reach[Role.ANONYMOUS] is Reach.ANY for name, row in rights().items() if name in is_open)


def test_an_administrator_and_an_auditor_see_no_course() -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        who = somebody(role, clinics=frozenset(("north",)), patients=frozenset(("patient-one",)))
        seen = {name for name in rights() if permits(who, name, HERE)} - {"course.audit"}
        assert not {name for name in seen if not rights()[name].is_open}


def test_a_right_over_a_clinic_is_none_over_a_course_that_no_clinic_has() -> None:
    nurse = somebody(Role.NURSE, clinics=frozenset(("", "north")))
    assert permits(nurse, "course.read", HERE)
    assert not permits(nurse, "course.read", Subject("patient-one", ""))
    assert not permits(nurse, "course.read")


def test_a_supporter_needs_the_phone_and_the_consent() -> None:
    own = frozenset(("patient-one",))
    with_both = Caller("supporter-one", frozenset((Role.SUPPORTER,)), patients=own)
    assert permits(with_both, "course.read", HERE)
    assert not permits(Caller("supporter-one", frozenset((Role.SUPPORTER,))), "course.read", HERE)
    assert not permits(Caller("supporter-two", frozenset((Role.SUPPORTER,)), patients=own), "course.read", HERE)


def test_a_program_has_a_right_where_its_scope_its_clinic_and_the_table_say_so() -> None:
    def program(scopes: tuple[str, ...], clinic: str = "north") -> Caller:
        return somebody(Role.INTEGRATION, clinics=frozenset((clinic,)), scopes=frozenset(scopes))

    assert permits(program(("course.read",)), "course.read", HERE)
    assert not permits(program(()), "course.read", HERE)
    assert not permits(program(("course.read",), "south"), "course.read", HERE)
    assert not permits(program(("consent.say",)), "consent.say", HERE), "a scope that the table gives no program"


def test_an_emergency_opens_what_the_table_says_for_whom_it_says() -> None:
    opened = frozenset(("patient-one",))
    clinician, nurse = (somebody(role, opened=opened) for role in (Role.CLINICIAN, Role.NURSE))
    for right in rights():
        over = permits(clinician, right, HERE) and not permits(somebody(Role.CLINICIAN), right, HERE)
        assert over == (Role.CLINICIAN in rights()[right].in_emergency)
        assert permits(nurse, right, HERE) == permits(somebody(Role.NURSE), right, HERE)
    assert not permits(clinician, "course.read", Subject("patient-two", "north"))


def test_a_right_that_is_in_no_row_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        permits(ANONYMOUS, "course.destroy", HERE)


@pytest.mark.parametrize(
    "row",
    [
        {"says": "x", "nurse": "everything"},
        {"says": "x", "nurses": "clinic"},
        {"says": "x", "nurse": "clinic", "recorded": "perhaps"},
        {"says": "x", "nurse": "clinic", "in_emergency": "clinician"},
    ],
)
def test_a_row_that_cannot_be_read_stops_the_start(row: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        module._right("x", row)
