"""What a register is handed in as: lines, tables of resources as text, Delta tables, exports with a manifest, facts."""
