"""What a register's plans need of each product, month by month; exactly what the single plans come to."""
