"""A register read on a cluster: lines to the partitions of their patients, and there to facts, on Spark."""
