"""Check a case safety report by the rules of its receiver."""
