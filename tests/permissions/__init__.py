"""Who may open what: every address x every role, and never another seller's or partner's things."""
