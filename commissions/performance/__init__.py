"""How partners do: what they brought by link and day, engagement, health, reviews."""
