"""Write and read ICH E2B(R3) case safety reports, and say what a receiver's rules would make of them."""
