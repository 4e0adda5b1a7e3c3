"""What people and papers write, turned into the arrays of the engine: model files, patients, doses and levels."""
