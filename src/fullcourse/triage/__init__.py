"""What a symptom or an amount taken calls for: how urgent, what of the next dose, which medicine, which test."""
