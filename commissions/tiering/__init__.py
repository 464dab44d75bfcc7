"""Tiers by figures: who moves up at once, who falls short, who leaves when the grace is over."""
