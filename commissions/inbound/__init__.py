"""What shop systems send: verified on the raw bytes, kept, and turned into sales and refunds.

One module per system with pure `verify` and `read`; `receiving` keeps a message in one statement,
`processing` is the worker, `booking` turns what a message means into records.
"""
