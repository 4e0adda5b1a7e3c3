"""The commands of a course that is lived, each in a module of its own."""
