"""Registers: their records read into columns, and the engines that ask them."""
