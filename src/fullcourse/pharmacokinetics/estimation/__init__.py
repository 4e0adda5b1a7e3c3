"""Estimate a subject's own parameters from levels, with their uncertainty."""
