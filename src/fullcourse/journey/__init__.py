"""Where the steps meet: one function a journey, order only."""
