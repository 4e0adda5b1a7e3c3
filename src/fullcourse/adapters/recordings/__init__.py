"""What a clinic recorded of the texts of a phone: which texts there are, and which files hold them."""
