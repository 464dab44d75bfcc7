"""The links and link domains that this process remembers."""

import os
import re
import threading
from typing import Final

from tracking.redirect.cache import Cache
from tracking.redirect.entries import Entry
from tracking.redirect.listening import Listener
from tracking.redirect.loading import Domain, load_domain, load_link

PATH_FORM: Final = re.compile(r"/r/[A-Za-z0-9_-]{3,50}")
LONGEST_HOST: Final = 253


class Memory:
    """Both caches and the thread that keeps them right, started by the first question."""

    def __init__(self) -> None:
        self.links: Cache[Entry] = Cache(load_link)
        self.domains: Cache[Domain] = Cache(load_domain)
        self._listener_of = 0
        self._lock = threading.Lock()

    def link(self, path: str) -> Entry | None:
        """The link behind `/r/<code>`. Raises loading.Away."""
        if not PATH_FORM.fullmatch(path):
            return None
        self._begin()
        return self.links.find(path)

    def domain(self, host: str) -> Domain | None:
        """What sellers say about a host. Raises loading.Away."""
        if len(host) > LONGEST_HOST:
            return None
        self._begin()
        return self.domains.find(host)

    def _begin(self) -> None:
        """Start listening, once in each process: threads do not survive a fork."""
        if self._listener_of == os.getpid():
            return
        with self._lock:
            if self._listener_of != os.getpid():
                Listener([self.links, self.domains]).start()
                self._listener_of = os.getpid()


memory = Memory()
