"""Simulate populations and summarise their curves."""
