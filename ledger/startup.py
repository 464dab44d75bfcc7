"""The waiting work of the ledger: books to check."""

from activity import work
from ledger import checking

work.register(checking.KIND)
