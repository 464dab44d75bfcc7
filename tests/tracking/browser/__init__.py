"""What shops put into their pages."""
