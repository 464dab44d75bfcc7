"""Shop systems: their signatures, their payloads, and what becomes of them in any order."""
