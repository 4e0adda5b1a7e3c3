"""Sign-in, phones, programs, accounts and the audit over HTTP."""
