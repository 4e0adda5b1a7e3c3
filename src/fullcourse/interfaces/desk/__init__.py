"""The clinician's desk: pages of HTML that a browser shows; every action is a plain form that works without scripts."""
