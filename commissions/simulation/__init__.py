"""Candidate rules tried on past sales: started, computed by a worker, compared, published."""
