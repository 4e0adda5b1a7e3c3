"""The one place where JSON is written for others: one writer a noun, taking nouns, never rendered JSON."""
