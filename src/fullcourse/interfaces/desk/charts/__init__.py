"""Charts of a course as SVG of our own: pure functions from dates and words to a drawing, with no clinical choice."""
