"""Fills the lake through Rucio's own REST interface: accounts, RSEs, files, datasets, containers, metadata, rules.

Usage: seed.py LAKE.json MANIFEST.json (RUCIO_HOME is root's). Each step may find its work done already.
"""

import contextlib
import json
import os
import shutil
import struct
import sys
from pathlib import Path

from rucio.client import Client
from rucio.common.exception import (
    DataIdentifierAlreadyExists,
    Duplicate,
    DuplicateContent,
    DuplicateRule,
    FileAlreadyExists,
)

lake = json.loads(Path(sys.argv[1]).read_text())
manifest = json.loads(Path(sys.argv[2]).read_text())
secrets = Path(lake["folders"]["secrets"])
rses = {rse["name"]: rse for rse in lake["rses"]}
root = Client()
GIGABYTE = 10**9
# What the sites publish.
FREE = 500 * GIGABYTE
EVERYTHING = {
    "lan": {"read": 1, "write": 1, "delete": 1},
    "wan": {"read": 1, "write": 1, "delete": 1, "third_party_copy_read": 1, "third_party_copy_write": 1},
}
NOT_FIRST = {domain: {"read": 2, "write": 2, "delete": 2} for domain in ("lan", "wan")}
PLENTY = {"root": -1, "alice": 10 * GIGABYTE, "bob": 10**6}
CHUNK = 200


def unless_there(function, *arguments, **options):
    try:
        function(*arguments, **options)
    except (Duplicate, DuplicateContent, DuplicateRule, FileAlreadyExists, DataIdentifierAlreadyExists):
        pass


def client_of(account):
    password = (secrets / account).read_text().strip()
    return Client(account=account, auth_type="userpass", creds={"username": account, "password": password})


def make_accounts():
    accounts = {entry["account"] for entry in root.list_accounts()}
    scopes = set(root.list_scopes())
    for account in ("alice", "bob"):
        email = f"{account}@example.org"
        if account not in accounts:
            root.add_account(account, "USER", email)
        password = (secrets / account).read_text().strip()
        if not any(True for _ in root.list_identities(account)):
            root.add_identity(account, account, "USERPASS", email, default=True, password=password)
        if f"user.{account}" not in scopes:
            root.add_scope(account, f"user.{account}")
    for scope in {entry["scope"] for entry in manifest["datasets"]} - scopes:
        root.add_scope("root", scope)


def share_with_owner(folder):
    """Root writes into the folder of a server that runs as another user, who may do what it wants with it all the same."""
    owner = os.stat(folder).st_uid
    if owner == os.getuid():
        return
    # Linux's POSIX ACL, version 2: (tag, permissions, uid) of the owner, that user, the group, the mask, others.
    nobody = 0xFFFFFFFF
    entries = ((0x01, 7, nobody), (0x02, 7, owner), (0x04, 7, nobody), (0x10, 7, nobody), (0x20, 0, nobody))
    packed = b"".join(struct.pack("<HHI", *entry) for entry in entries)
    # Without, on a file system that has no such thing, what root writes stays for root to remove.
    with contextlib.suppress(OSError):
        os.setxattr(folder, "system.posix_acl_default", struct.pack("<I", 2) + packed)


def make_rses():
    present = {entry["rse"] for entry in root.list_rses()}
    for name, rse in rses.items():
        if name not in present:
            root.add_rse(name, deterministic=rse["type"] != "SCRATCHDISK")
        unless_there(root.add_protocol, name, {**rse["protocol"], "domains": EVERYTHING})
        if "second" in rse:
            unless_there(root.add_protocol, name, {**rse["second"], "domains": NOT_FIRST})
        attributes = {
            "fts": f"http://127.0.0.1:{lake['ports']['copyService']}",
            "site": rse["site"],
            "country": rse["country"],
            "type": rse["type"],
            "greedyDeletion": True,
        }
        if name == lake["mount"]["rse"]:
            attributes["mounted"] = True
        known = root.list_rse_attributes(name)
        for key, value in attributes.items():
            if known.get(key) != value:
                root.add_rse_attribute(name, key, value)
        for account, limit in PLENTY.items():
            root.set_local_account_limit(account, name, limit)
        if rse["type"] != "DATADISK":
            root.set_rse_usage(name, "storage", used=0, free=FREE)
        if rse["type"] == "SCRATCHDISK":
            share_with_owner(rse["folder"])
    for source in rses:
        for target in rses:
            if source != target:
                near = rses[source]["site"] == rses[target]["site"]
                unless_there(root.add_distance, source, target, {"distance": 1 if near else 2})


def give_to_owner(path, folder):
    """Root writes into the storage of a server that runs as another user: the file becomes that user's."""
    owner = os.stat(folder)
    if owner.st_uid == os.getuid():
        return
    for entry in (path, *path.parents):
        if str(entry) == folder:
            break
        os.chown(entry, owner.st_uid, owner.st_gid)


def store(rse_name, scope, files, client):
    """Puts the files on the storage as it would after an upload, and registers them."""
    rse = rses[rse_name]
    pfns = client.lfns2pfns(rse_name, [f"{scope}:{file['name']}" for file in files])
    for file in files:
        pfn = pfns[f"{scope}:{file['name']}"]
        within = pfn[pfn.index(rse["protocol"]["prefix"]) + len(rse["protocol"]["prefix"]) :]
        target = Path(rse["folder"], within)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(target.name + ".part")
            shutil.copyfile(file["path"], partial)
            give_to_owner(partial, rse["folder"])
            os.replace(partial, target)
        file["stored"] = str(target)
    for first in range(0, len(files), CHUNK):
        entries = [
            {
                "scope": scope,
                "name": file["name"],
                "bytes": file["bytes"],
                "adler32": file["adler32"],
                "md5": file["md5"],
            }
            for file in files[first : first + CHUNK]
        ]
        unless_there(client.add_replicas, rse_name, entries)


def make_dataset(entry, rse_name, client=root):
    scope, name, files = entry["scope"], entry["name"], entry["files"]
    store(rse_name, scope, files, client)
    unless_there(client.add_dataset, scope, name)
    children = [{"scope": scope, "name": file["name"]} for file in files]
    present = {child["name"] for child in client.list_content(scope, name)}
    missing = [child for child in children if child["name"] not in present]
    if missing:
        client.attach_dids(scope, name, missing)


def make_metadata():
    entries = []
    for dataset in manifest["datasets"]:
        entries.append({"scope": dataset["scope"], "name": dataset["name"], "meta": dataset["metadata"]})
        entries += [
            {"scope": dataset["scope"], "name": file["name"], "meta": file["metadata"]} for file in dataset["files"]
        ]
    for container in manifest["containers"]:
        if container.get("metadata"):
            entries.append({"scope": container["scope"], "name": container["name"], "meta": container["metadata"]})
    for first in range(0, len(entries), CHUNK):
        root.set_dids_metadata_bulk(entries[first : first + CHUNK])


def make_containers():
    for container in manifest["containers"]:
        scope, name = container["scope"], container["name"]
        unless_there(root.add_container, scope, name)
        present = {f"{child['scope']}:{child['name']}" for child in root.list_content(scope, name)}
        missing = [child for child in container["children"] if child not in present]
        if missing:
            pairs = (child.split(":") for child in missing)
            root.attach_dids(scope, name, [{"scope": s, "name": n} for s, n in pairs])


def rule(client, account, dids, rse_expression, **options):
    pairs = (did.split(":") for did in dids)
    unless_there(
        client.add_replication_rule,
        [{"scope": scope, "name": name} for scope, name in pairs],
        1,
        rse_expression,
        account=account,
        **options,
    )


def main():
    mounted = lake["mount"]["rse"]
    datasets = {f"{entry['scope']}:{entry['name']}": entry for entry in manifest["datasets"]}
    make_accounts()
    make_rses()
    for entry in datasets.values():
        make_dataset(entry, "SITEA_DISK")
    make_containers()
    make_metadata()
    for did in datasets:
        rule(root, "root", [did], "SITEA_DISK", comment="kept for ever")

    # A second site has the images, too.
    for did in ("sun.2011:solar_images", "sky.survey:sky_images"):
        store("SITEB_DISK", datasets[did]["scope"], datasets[did]["files"], root)
        rule(root, "root", [did], "SITEB_DISK", comment="second copy")
    # The mounted RSE has one dataset, and half of another.
    there = datasets["obs.2024:event_0503"]
    store(mounted, there["scope"], there["files"], root)
    rule(root, "root", ["obs.2024:event_0503"], mounted, comment="used in a course")
    half = datasets["obs.2024:event_0419"]
    first_files = half["files"][: len(half["files"]) // 2]
    store(mounted, half["scope"], first_files, root)
    for file in first_files:
        rule(root, "root", [f"{half['scope']}:{file['name']}"], mounted, comment="used in a course")

    for account, files in manifest["personal"].items():
        client = client_of(account)
        make_dataset({"scope": f"user.{account}", "name": "first_upload", "files": files}, "SITEA_USERDISK", client)
        rule(client, account, [f"user.{account}:first_upload"], "SITEA_USERDISK")

    # A file that Rucio believes to be at SITE-A, and that is not: the rule that wants it gets stuck.
    lost = datasets["obs.2024:event_0430"]["files"][-1]
    Path(lost["stored"]).unlink(missing_ok=True)
    rule(client_of("alice"), "alice", ["obs.2024:event_0430"], mounted, lifetime=30 * 86400)


main()
