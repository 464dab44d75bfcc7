"""Sales from files: reading, mapping columns, grouping rows into invoices, and the job."""
