"""Where accounts, sessions, consents and the audit are kept: in a file beside that of courses, or in their database."""
