"""The cases of a store of courses, what was worked out of them before, and the lists behind the numbers of a report."""
