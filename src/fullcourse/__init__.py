"""Fullcourse sees a person with tuberculosis safely through the full course of treatment."""

__all__ = ["__version__"]

__version__ = "0.1.0"
