"""What is not here yet, or not complete: tells where it stands, and can be waited for."""

import errno
import os
import time

from . import registry
from .sentences import sentence
from .state import is_halted, is_ready, read_state, reason_of
from .values import NotAvailableYet, load

PAUSE_SECONDS = 0.5
# A rule that was asked for a moment ago may not be in the state file yet.
GRACE_SECONDS = 5
# The server writes every minute while something is on its way.
SILENCE_SECONDS = 300


class IncompleteCollection(NotAvailableYet, TypeError):
    """Only a part is here, and the whole is needed. Iterating yields the part."""


class DidNotArrive(NotAvailableYet):
    """The transfer does not go on. The message holds Rucio's reason."""


class WaitTimedOut(NotAvailableYet, TimeoutError):
    """The time given to wait() is over. The transfer goes on."""


class Pending:
    """Stands for what is not here yet. Once it is here, it can be used in its place."""

    def __init__(self, variable, did, state_file):
        self._variable = variable
        self._did = did
        self._state_file = state_file

    @property
    def did(self):
        return self._did

    @property
    def state(self):
        """Rucio's state of the rule that brings it, NOT_AVAILABLE without one, None if unknown."""
        return self._read().get("state")

    @property
    def percent(self):
        return self._read().get("percent")

    @property
    def reason(self):
        """Why it does not go on; None while nothing is wrong."""
        return reason_of(self._read())

    @property
    def ready(self):
        return is_ready(self._read())

    def wait(self, timeout=None):
        """Waits until everything is here and returns the value. Ctrl-C ends only the waiting.

        Raises DidNotArrive, with Rucio's reason, when the transfer does not go on, and WaitTimedOut
        after `timeout` seconds.
        """
        start = heard = time.monotonic()
        written = None
        while True:
            state = self._read()
            if is_ready(state):
                value = load(self._did, state)
                registry.replace(self._variable, self, value)
                return value
            now = time.monotonic()
            if state.get("writtenAt") != written:
                written, heard = state.get("writtenAt"), now
            asked_late = state.get("state") == "NOT_AVAILABLE" and now - start < GRACE_SECONDS
            if is_halted(state) and not asked_late:
                raise DidNotArrive(self._sentence(state))
            if now - heard > SILENCE_SECONDS:
                raise DidNotArrive(
                    f"{self._did}: no news from the data lake server for "
                    f"{SILENCE_SECONDS // 60} minutes. Open the notebook in JupyterLab again."
                )
            left = PAUSE_SECONDS if timeout is None else start + timeout - now
            if left <= 0:
                raise WaitTimedOut(f"Waited {timeout:g} s. {self._sentence(state)}")
            time.sleep(min(PAUSE_SECONDS, left))

    def _read(self):
        return read_state(self._state_file)

    def _sentence(self, state):
        return sentence(self._variable, self._did, state)

    def _value(self):
        state = self._read()
        if not is_ready(state):
            raise NotAvailableYet(self._sentence(state))
        return load(self._did, state)

    def __str__(self):
        return str(self._value())

    def __repr__(self):
        try:
            state = self._read()
            if is_ready(state):
                return f"<{self._did} is here: use it, or {self._variable}.wait() for its value>"
            return f"<{self._sentence(state)}>"
        except Exception:
            return f"<{self._did} is not available here yet>"

    def __reduce_ex__(self, protocol):
        state = self._read()
        if is_ready(state):
            return load(self._did, state).__reduce_ex__(protocol)
        # Nothing can wait without this module: elsewhere it is an exception that says why.
        return FileNotFoundError, (errno.ENOENT, self._sentence(state), self._did)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


class PendingFile(Pending):
    """A file that is not here yet. Not a str: nothing shall open a path that is not there."""

    def __fspath__(self):
        return os.fspath(self._value())

    @property
    def path(self):
        return self._value().path

    @property
    def pfn(self):
        return self._value().pfn


class PendingFiles(Pending):
    """A dataset or container that is not complete here. Iterating yields the files that are."""

    def __fspath__(self):
        files = self._value()
        raise TypeError(f"{self._did} is a list of {len(files)} files, not one path")

    def __iter__(self):
        state = self._read()
        here = load(self._did, state) if state.get("filesFile") else ()
        if not here and (is_halted(state) or state.get("unreadable")):
            raise NotAvailableYet(self._sentence(state))
        return iter(here)

    def __len__(self):
        return len(self._complete())

    def __getitem__(self, index):
        return self._complete()[index]

    def _complete(self):
        state = self._read()
        if not is_ready(state):
            raise IncompleteCollection(
                f"{self._sentence(state)} Until then, `for file in {self._variable}` yields the files that are here."
            )
        return load(self._did, state)
