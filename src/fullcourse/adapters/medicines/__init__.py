"""Reads the name and the codes of a product into its active ingredients, or says that it could not."""

from fullcourse.adapters.medicines.recognise import Recognition, recognise
from fullcourse.adapters.medicines.vocabulary import Vocabulary, load_vocabulary

__all__ = ["Recognition", "Vocabulary", "load_vocabulary", "recognise"]
