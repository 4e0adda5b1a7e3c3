"""How the service runs: its server, its guards against slow and too many calls, its log, its start and its end."""
