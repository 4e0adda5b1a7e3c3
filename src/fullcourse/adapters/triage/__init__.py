"""The words of triage: its questions, what people say, what they took, and whom they call."""
