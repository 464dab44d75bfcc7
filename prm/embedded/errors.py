"""What can go wrong with embedded servers, in words for the person at the terminal."""


class ServerFailed(Exception):
    """A server did not start; the message says why and quotes the end of its log."""


class AlreadyRunning(Exception):
    """Another process runs the servers of this very directory."""
