"""What is answered: cards, with suggestions, override reasons and an identity that stays while the facts do."""
