"""What payouts answers to lower apps: its check of the books."""

from ledger import checks as books
from payouts import checks

books.register(checks.faults)
