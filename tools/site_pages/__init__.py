"""The pages of the manual that are printed from the code: what cannot be out of date, because nobody writes it."""
