"""A clinic of people who do not exist, to look at and to try things on."""
