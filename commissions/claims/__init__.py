"""Claims of missing sales: a partner files one, the seller answers by a deadline.

`filing` is the partner's side, `answering` the seller's, `crediting` gives a stored sale to the
partner, `clock` reminds and escalates, `terms` is pure, `selectors` reads.
"""
