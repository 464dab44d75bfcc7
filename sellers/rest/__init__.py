"""What every API route shares: keys, scopes, paging, problems, idempotency."""
