"""What is kept of cards: the feedback on them, without anybody's identity."""
