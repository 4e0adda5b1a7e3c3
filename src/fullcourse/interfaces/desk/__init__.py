"""The desk: pages for those who treat, made on the server, which work without a script."""
