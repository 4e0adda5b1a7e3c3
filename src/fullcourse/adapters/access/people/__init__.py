"""Accounts, sessions, phones, courses' clinics and consents: what is kept of whoever may call."""
