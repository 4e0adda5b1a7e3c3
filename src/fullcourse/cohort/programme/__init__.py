"""What a programme reports of its courses: registration, results, outcomes, adverse events; with every list."""
