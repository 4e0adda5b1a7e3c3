"""The commands under ``fullcourse levels``, one file for each group of them."""
