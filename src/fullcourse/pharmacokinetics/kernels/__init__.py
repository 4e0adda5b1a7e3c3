"""Hold the small array functions that everything else is made of: no model, no history, only numbers."""
