"""PostgreSQL and Redis of our own, from the binaries that two wheels carry.

``start()`` is all that launcher and tests need. The packages' own launchers are not used: they
fail on a path with a space, share one lock file between users, and as root open up every parent
directory. Here nothing that is not ours is touched.
"""

from prm.embedded.errors import AlreadyRunning, ServerFailed
from prm.embedded.services import Services, start

__all__ = ["AlreadyRunning", "ServerFailed", "Services", "start"]
