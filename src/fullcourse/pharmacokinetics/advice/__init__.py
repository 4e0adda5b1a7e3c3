"""What an estimate means for the next doses: exposure under a plan, targets, advice, and a late dose."""
