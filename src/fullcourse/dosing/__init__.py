"""How much of each drug, how often, rising how, in whole units of a real dosage form: a proposal, never an order."""
