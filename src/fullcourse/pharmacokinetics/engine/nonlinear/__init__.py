"""Solve models that have no closed form."""

from fullcourse.pharmacokinetics.engine.nonlinear.solve import predict_nonlinear

__all__ = ["predict_nonlinear"]
