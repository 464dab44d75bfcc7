"""Goals and contests: targets in windows, counted, shown and paid once."""
