"""CDS Hooks 2.0: what a health record system asks while somebody writes an order, and the cards that answer it.

Requests and responses are plain values here; nothing of HTTP. The specification: https://cds-hooks.hl7.org/2.0/.
"""
