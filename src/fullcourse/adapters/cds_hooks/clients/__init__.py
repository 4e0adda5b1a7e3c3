"""Who may call: clients by an allow-list, and the signed token by which each proves itself."""
