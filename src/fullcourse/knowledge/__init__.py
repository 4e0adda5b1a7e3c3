"""What the sources say, as TOML files, and the reader that checks them."""
