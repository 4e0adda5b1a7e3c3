"""Predict any history by a model."""
