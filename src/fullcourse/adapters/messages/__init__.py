"""Messages to people, and what sends them: one form for the morning's list of staff and for reminders."""
