"""The report of an adverse event: what was noticed, in whom, with which drugs, and what lacks before it can be sent."""
