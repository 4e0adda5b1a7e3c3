"""Journeys about one patient's levels: what is chosen, and in which order; no file, clock or terminal."""
