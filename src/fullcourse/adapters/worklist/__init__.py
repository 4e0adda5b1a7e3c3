"""What the courses of a store are needed for, kept so that the care team's list opens at once."""
