"""The commission engine: a batch consumer of sales, refunds and ended holds that wait in the
database. Every batch is one transaction; a killed worker leaves nothing half-done."""
