"""The patient's page: its files, and the addresses at which they stand."""
