"""The cards of the partner's home: what each shows, in a file of its own."""
