"""The API, over HTTP, on the real database."""
