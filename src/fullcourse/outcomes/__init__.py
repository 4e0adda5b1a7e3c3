"""What outcome of treatment the results and the log come to, by one edition of the definitions. It proposes."""
