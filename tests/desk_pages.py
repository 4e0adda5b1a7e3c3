"""Every page of the desk that tests open in a browser: a new page has a row here, or a test fails."""

__all__ = ["OPENED_BY_A_TEST_OF_THEIR_OWN", "PAGES", "PATIENT_PAGES"]

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
PATIENT_PAGES = ("", "/doses", "/log", "/plan", "/levels/linezolid", "/levels/cycloserine", "/seen")
"""Behind the address of a patient's page."""
OPENED_BY_A_TEST_OF_THEIR_OWN = ("/desk/begin",)
"""Pages that a browser reaches by filling in forms."""
