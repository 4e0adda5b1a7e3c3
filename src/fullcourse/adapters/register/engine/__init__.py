"""The engines of a register: one query over tables of facts, and the files of its answers."""
