"""Documents for people: charts, and later calendars, sheets and letters."""
