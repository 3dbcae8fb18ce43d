"""Files that are here: a path is a str, a dataset or container is a list."""

from .sentences import count_files, size
from .state import read_files

SHOWN = 10


class NotAvailableYet(FileNotFoundError):
    """The data is not on this machine yet. The message says what to do."""


class LakeFile(str):
    """Path of a file of the data lake on this machine, with what the lake knows of it.

    In a pickle, and so in a process that it is sent to, it is a plain str.
    """

    __slots__ = ("__weakref__", "adler32", "bytes", "did", "pfn")

    def __new__(cls, path, pfn=None, did=None, bytes=None, adler32=None):
        self = super().__new__(cls, path)
        self.pfn = pfn
        self.did = did
        self.bytes = bytes
        self.adler32 = adler32
        return self

    @property
    def path(self):
        return str(self)

    def __reduce_ex__(self, protocol):
        return str, (str(self),)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


class LakeFiles(list):
    """Files of a dataset or container: a list of paths. In a pickle it is a plain list."""

    __slots__ = ("__weakref__", "did")

    def __init__(self, files, did=None):
        super().__init__(files)
        self.did = did

    def __repr__(self):
        known = sum(getattr(file, "bytes", None) or 0 for file in self)
        lines = [f"<{self.did}: {count_files(len(self))}, {size(known)}>"]
        lines += [f"  {file!r}" for file in self[:SHOWN]]
        if len(self) > SHOWN:
            lines.append(f"  and {len(self) - SHOWN:,} more")
        return "\n".join(lines)

    def __reduce_ex__(self, protocol):
        return list, (list(self),)

    def __copy__(self):
        return LakeFiles(self, self.did)

    def __deepcopy__(self, memo):
        return LakeFiles(self, self.did)


def load(did, state):
    """What of it is here: the one file, or the files that have arrived, each once, by their DIDs."""
    arrived = {fields[2]: fields for fields in read_files(state) if fields[5]}
    here = [LakeFile(*fields[:5]) for _, fields in sorted(arrived.items())]
    if state.get("type") != "FILE":
        return LakeFiles(here, did)
    if len(here) != 1:
        raise NotAvailableYet(f"{did}: its path on this machine is not known.")
    return here[0]
