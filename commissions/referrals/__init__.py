"""The friend's reward of a referral program."""
