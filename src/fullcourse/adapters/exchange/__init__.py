"""One person's course as one file, carried to another store or facility without loss."""
