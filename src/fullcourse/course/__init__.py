"""The course of treatment: a plan that is lived, and an append-only log; its state is a fold of that log."""
