"""Sends files by the programs of XRootD's client, xrdcp and xrdfs: `python -I xrdcp_driver.py`.

One order at a time: they cannot be broken off but by ending the process.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from orders import Order, Refused, Source, insisted, serve, sums_of

FOLDER = re.compile(r"^Flags:.*IsDir", re.MULTILINE)
NOT_FOUND = re.compile(r"\[3011\]")
UNSUPPORTED = re.compile(r"\[3013\]")


def run(*command: str) -> str:
    """What the program writes, or what it says is wrong."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        text = re.sub(r"^Run: ", "", said[-1]) if said else ""
        raise Refused(text, exit=done.returncode)
    return done.stdout


def files(url: str, *words: str) -> str:
    """A command of xrdfs about the URL's path."""
    host, path = re.fullmatch(r"\w+://([^/]+)/(/.*)", url, re.DOTALL).groups()
    return run("xrdfs", host, *words, path)


def is_folder(url: str) -> bool:
    try:
        return FOLDER.search(files(url, "stat")) is not None
    except Refused as error:
        if NOT_FOUND.search(error.text):
            return False
        raise


def put(order: Order, wanted: dict[str, Any]) -> dict[str, Any]:
    source = Source(wanted["source"])
    try:
        sums = sums_of(source, wanted["md5"])
        if wanted["paced"]:
            order.take(source.size)
        # Into a folder xrdcp would put the file under a name of its own.
        if is_folder(wanted["url"]):
            raise Refused("is a directory", number=3016)
        run("xrdcp", "--nopbar", "--force", "--path", "--posc", wanted["source"]["path"], wanted["url"])
        source.check()
        return sums
    finally:
        source.close()


def look(_order: Order, wanted: dict[str, Any]) -> dict[str, Any] | None:
    try:
        said = files(wanted["url"], "stat")
    except Refused as error:
        if NOT_FOUND.search(error.text):
            return None
        raise
    if FOLDER.search(said):
        return {"folder": True}
    size = int(re.search(r"^Size:\s+(\d+)", said, re.MULTILINE)[1])
    return {"bytes": size, "adler32": insisted(lambda: checksum(wanted["url"]))}


def checksum(url: str) -> str | None:
    try:
        said = files(url, "query", "checksum")
    except Refused as error:
        if UNSUPPORTED.search(error.text):
            raise
        return None
    match = re.search(r"adler32\s+([0-9a-fA-F]{1,8})", said)
    return match[1].lower().rjust(8, "0") if match else None


def remove(_order: Order, wanted: dict[str, Any]) -> None:
    try:
        files(wanted["url"], "rm")
    except Refused as error:
        if not NOT_FOUND.search(error.text):
            raise


if __name__ == "__main__":
    serve({"put": put, "look": look, "remove": remove}, 1)
