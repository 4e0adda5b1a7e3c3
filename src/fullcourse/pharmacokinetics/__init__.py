"""Turn a dose history and a few serum levels into a patient's own curve, its uncertainty and a dose."""
