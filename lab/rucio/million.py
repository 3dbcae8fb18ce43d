"""A scope with 1,000,000 DIDs, among them datasets of 100,000 and of 300,000 files, for the figures.

Usage: million.py LAKE.json (RUCIO_HOME is root's). By SQL, because through Rucio's REST interface it would take
hours; every row has the columns that Rucio's own code fills in. All in one transaction, and once only.
"""

import json
import sys
from pathlib import Path

import psycopg
from rucio.client import Client

SCOPE = "big"
RSE = "SITEA_DISK"
DIDS = 1_000_000
# Files 1 to 100,000 are in the first, the next 300,000 in the second.
DATASETS = {"dataset_100k": (1, 100_000), "dataset_300k": (100_001, 400_000)}

FILES = """
    insert into dev.dids (scope, name, account, did_type, availability, bytes, md5, adler32, created_at, updated_at, is_new)
    select %(scope)s, name, 'root', 'F', 'A', 1000000 + n, md5(name), lpad(to_hex(n::bigint * 2654435761 %% 4294967296), 8, '0'),
           now(), now(), null
    from (select n, 'wave_' || lpad(n::text, 7, '0') || '.mseed' as name from generate_series(1, %(files)s) n) as numbered
"""
# A finished dataset: closing is when Rucio writes down its size.
DATASET = """
    insert into dev.dids (scope, name, account, did_type, availability, is_open, closed_at, bytes, length,
                          created_at, updated_at, is_new)
    values (%(scope)s, %(dataset)s, 'root', 'D', 'A', false, now(), %(bytes)s, %(length)s, now(), now(), null)
"""
IN_DATASET = """
    from dev.dids where scope = %(scope)s and did_type = 'F'
    and name between 'wave_' || lpad(%(first)s::text, 7, '0') and 'wave_' || lpad(%(last)s::text, 7, '0') || '.mseed'
"""
CONTENTS = f"""
    insert into dev.contents (scope, name, child_scope, child_name, did_type, child_type, bytes, md5, adler32,
                              rule_evaluation, created_at, updated_at)
    select scope, %(dataset)s, scope, name, 'D', 'F', bytes, md5, adler32, true, now(), now() {IN_DATASET}
"""
REPLICAS = f"""
    insert into dev.replicas (rse_id, scope, name, bytes, md5, adler32, state, lock_cnt, created_at, updated_at)
    select %(rse_id)s, scope, name, bytes, md5, adler32, 'A', 0, now(), now() {IN_DATASET}
"""
TALLY = """
    insert into dev.collection_replicas (scope, name, did_type, rse_id, bytes, length, available_bytes,
                                         available_replicas_cnt, state, created_at, updated_at)
    values (%(scope)s, %(dataset)s, 'D', %(rse_id)s, %(bytes)s, %(length)s, %(bytes)s, %(length)s, 'A', now(), now())
"""
# Rucio's abacus adds it to what the RSE holds.
RSE_USAGE = """
    insert into dev.updated_rse_counters (id, rse_id, files, bytes, created_at, updated_at)
    values (gen_random_uuid(), %(rse_id)s, %(length)s, %(bytes)s, now(), now())
"""


def fill(connection, rse_id):
    connection.execute(FILES, {"scope": SCOPE, "files": DIDS - len(DATASETS)})
    for dataset, (first, last) in DATASETS.items():
        known = {"scope": SCOPE, "dataset": dataset, "rse_id": rse_id, "first": first, "last": last}
        length, size = connection.execute(f"select count(*), sum(bytes) {IN_DATASET}", known).fetchone()
        for statement in (DATASET, CONTENTS, REPLICAS, TALLY, RSE_USAGE):
            connection.execute(statement, {**known, "length": length, "bytes": size})


def main():
    lake = json.loads(Path(sys.argv[1]).read_text())
    root = Client()
    if SCOPE not in root.list_scopes():
        root.add_scope("root", SCOPE)
    with psycopg.connect(
        host="127.0.0.1",
        port=lake["ports"]["postgres"],
        user="postgres",
        password=Path(lake["folders"]["secrets"], "postgres").read_text().strip(),
        dbname="rucio",
        autocommit=True,
    ) as connection:
        # Rucio's clock is UTC.
        connection.execute("set timezone to 'UTC'")
        with connection.transaction():
            found = connection.execute("select count(*) from dev.dids where scope = %s", [SCOPE]).fetchone()[0]
            if found not in (0, DIDS):
                sys.exit(f"Scope {SCOPE} has {found} DIDs of its own: this needs a lake without it.")
            if found == 0:
                fill(connection, root.get_rse(RSE)["id"])
        if found == 0:
            for table in ("dids", "contents", "replicas", "collection_replicas"):
                connection.execute(f"vacuum analyze dev.{table}")


main()
