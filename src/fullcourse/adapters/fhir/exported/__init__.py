"""Courses written out in bulk: jobs that outlast the program, and their files, which only their owner may read."""
