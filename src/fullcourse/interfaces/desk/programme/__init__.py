"""The programme's pages: what is reported of a quarter, what is needed, what the data lack; each number opens its list."""
