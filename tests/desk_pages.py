"""Every page of the desk that tests open in a browser: a new page has a row here, or a test fails."""

__all__ = ["OPENED_BY_A_TEST_OF_THEIR_OWN", "PAGES", "PATIENT_PAGES", "PROGRAMME_PAGES"]

PAGES = (
    "/desk",
    "/desk/sign-in",
    "/desk/queue",
    "/desk/queue?tab=visits",
    "/desk/digest",
    "/desk/find",
    "/desk/courses/{patient}/enter",
    "/desk/courses/{patient}/follow-up?matter=silent",
    "/desk/knowledge?q=seizure",
    "/desk/knowledge/rifampin",
    "/desk/knowledge/rifampin/beside",
    "/desk/users",
    "/desk/account",
    "/desk/setup",
    "/desk/password",
)
PATIENT_PAGES = (
    "",
    "/doses",
    "/log",
    "/plan",
    "/reminders",
    "/results/unanswered",
    "/levels/linezolid",
    "/levels/cycloserine",
    "/seen",
)
"""Behind the address of a patient's page."""
PROGRAMME_PAGES = (
    "/desk/programme?quarter={quarter}",
    "/desk/programme/need",
    "/desk/programme/quality",
    "/desk/programme/list?number=quality.no-susceptibility",
    "/desk/programme/list?number=registration.group.relapse&quarter=2020-Q1",
    "/desk/knowledge",
    "/desk/knowledge/cycloserine",
    "/desk/knowledge/rifampin/sheet?kind=interaction",
    "/desk/knowledge/linezolid/sheet?kind=doses+in+tables",
    "/desk/statements/cycloserine.contraindication.epilepsy",
    "/desk/matrix",
    "/desk/matrix?drug=rifampin&kind=avoid",
    "/desk/matrix/rifampin/dolutegravir",
    "/desk/matrix/amikacin/bictegravir",
)
"""Of the programme and of the sources."""
OPENED_BY_A_TEST_OF_THEIR_OWN = ("/desk/begin", "/desk/courses/{patient}/sheet")
"""Pages that a browser reaches by filling in forms."""
