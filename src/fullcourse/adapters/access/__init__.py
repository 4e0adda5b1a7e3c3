"""Who calls, what they may do, and what is written down of it: sign-in, rights, consent, audit."""
