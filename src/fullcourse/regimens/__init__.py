"""Compose: which drugs, in which phases, for how long."""
