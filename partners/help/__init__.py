"""Help articles in two languages, their search, and the questions that partners ask."""
