"""Reminders as they leave: where people are reached, in which words, and what became of each."""
