"""Predicted exposure for everyone of a register."""
