"""Published population models and level targets: their shapes, and the readers that check them."""
