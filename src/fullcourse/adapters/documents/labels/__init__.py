"""Reads structured product labels, and sets their sections beside our statements."""
