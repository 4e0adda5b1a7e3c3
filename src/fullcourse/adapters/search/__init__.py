"""Answers to free questions, from the statements alone: a word index, no model, every answer cited."""
