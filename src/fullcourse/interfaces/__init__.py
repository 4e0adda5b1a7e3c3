"""Where people and programs come in: parse, call, render, and turn errors into statuses."""
