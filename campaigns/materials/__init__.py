"""Materials beyond their rows: what each kind holds, feeds, and partners' names put on them."""
