"""Compute amounts and concentrations from a model, a dose history and parameters: arrays in, arrays out."""
