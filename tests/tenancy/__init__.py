"""Nobody sees another seller's data."""
