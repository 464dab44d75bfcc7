"""Loyalty: points, what they buy, when they expire, and stamp cards."""
