"""The programme's pages: reports of a quarter, drug need, what the data lack; each number opens its list."""
