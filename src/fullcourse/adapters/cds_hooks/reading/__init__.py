"""What a client sends: the call, its prefetch, its draft orders, and what is fetched from its own server."""
