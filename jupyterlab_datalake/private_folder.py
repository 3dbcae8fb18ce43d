"""Folders and files for this user alone: the one that holds the socket, and what dead servers have left of theirs."""

import os
import re
import shutil
import stat
import tempfile

from .process_identity import boot_mark, host_mark, is_alive, started_at

# Longest path of a unix socket, without the final NUL (104 on macOS and the BSDs).
LONGEST_SOCKET_PATH = 103
_NAME = re.compile(r"dl-([0-9a-f]{6})-([0-9a-f]{6})-(\d+)-(\d*)-\w+")


def marked_folder(home: str) -> str:
    """A new 0700 folder named after this process, so that it is known whose it was once the process is dead."""
    os.makedirs(home, mode=0o700, exist_ok=True)
    return tempfile.mkdtemp(prefix=_mark(), dir=home)


def replace_private(path: str, text: str) -> None:
    """Replaces the file at once, readable by its owner alone from the first byte."""
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".new-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


class PrivateFolder:
    """A 0700 folder named after the process that owns it, for `socket`.

    It lies in Jupyter's runtime folder, or in the temporary folder where that path is too long for a socket.
    """

    def __init__(self, runtime_dir: str):
        home = os.path.join(runtime_dir, "jupyterlab-datalake")
        os.makedirs(home, mode=0o700, exist_ok=True)
        for parent in (home, tempfile.gettempdir()):
            remove_stale(parent)
        self.path = marked_folder(home)
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET_PATH:
            os.rmdir(self.path)
            self.path = tempfile.mkdtemp(prefix=_mark())

    @property
    def socket(self) -> str:
        return os.path.join(self.path, "s")

    def prepare(self) -> None:
        """There, ours alone and without a socket, whatever the last Node left or took along."""
        try:
            os.mkdir(self.path, 0o700)
        except FileExistsError:
            found = os.lstat(self.path)
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                raise PermissionError(f"{self.path} is not a folder of ours") from None
            os.chmod(self.path, 0o700)
        try:
            os.unlink(self.socket)
        except FileNotFoundError:
            pass

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _mark() -> str:
    return f"dl-{host_mark()}-{boot_mark()}-{os.getpid()}-{started_at(os.getpid())}-"


def remove_stale(parent: str) -> None:
    """Removes our user's socket folders of this host whose owner is dead."""
    try:
        names = os.listdir(parent)
    except OSError:
        return
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None or match[1] != host_mark():
            continue
        path = os.path.join(parent, name)
        try:
            ours = os.lstat(path).st_uid == os.geteuid()
        except OSError:
            continue
        dead = match[2] != boot_mark() or not is_alive(int(match[3]), match[4])
        if ours and dead:
            shutil.rmtree(path, ignore_errors=True)
