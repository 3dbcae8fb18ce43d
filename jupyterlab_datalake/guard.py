"""Ends Node when Jupyter was killed, also while Node's event loop is blocked.

Node ends by itself when its standard input ends, but a blocked loop does not see that. So a shell of
one megabyte waits beside it on a pipe of its own: a line means that all went well; the end of the pipe
means that Jupyter is gone. Then Node has five seconds to leave in order, and the folder is removed.
"""

import asyncio
import os

from .process_identity import started_at

_SCRIPT = """
read -r _ && exit 0
there() {
  if [ -r /proc/self/stat ]; then
    read -r line 2>/dev/null </proc/"$1"/stat || return 1
    set -- "$1" "$2" ${line##*)}
    [ "$3" != Z ] && [ "${22}" = "$2" ]
  else
    kill -0 "$1" 2>/dev/null
  fi
}
n=0
while [ $n -lt 50 ] && there "$1" "$2"; do sleep 0.1; n=$((n + 1)); done
there "$1" "$2" && kill -9 "$1"
rm -rf -- "$3"
"""


class Guard:
    """Watches over one Node process for as long as this process lives, and a little longer."""

    def __init__(self, process: asyncio.subprocess.Process):
        self._process = process

    @classmethod
    async def over(cls, pid: int, folder: str) -> "Guard | None":
        """A guard over this child of ours, or None where there is no POSIX shell."""
        if os.name == "nt":
            return None
        try:
            process = await asyncio.create_subprocess_exec(
                "/bin/sh",
                "-c",
                _SCRIPT,
                "datalake-guard",
                str(pid),
                started_at(pid) or "",
                folder,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", os.defpath)},
                cwd="/",
                # Out of reach of ^C and of a terminal that closes.
                start_new_session=True,
            )
        except OSError:
            return None
        return cls(process)

    async def dismiss(self) -> None:
        """Node has ended and we live on."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(b"done\n")
            await self._process.stdin.drain()
        except ConnectionError:
            pass
        self._process.stdin.close()
        await self._process.wait()
