"""Run the kernels that a C compiler built with the package, where it did; without them NumPy does the same, slower."""
