"""A scope with 1,000,000 DIDs for the figures: files, two large datasets, a container of many small datasets.

Usage: million.py LAKE.json [DIDS] (RUCIO_HOME is root's). With fewer DIDs everything is smaller in proportion. By
SQL, because through Rucio's REST interface it would take hours; every row has the columns that Rucio's own code
fills in. All in one transaction, and once only.
"""

import json
import sys
from pathlib import Path

import psycopg
from rucio.client import Client

SCOPE = "big"
RSE = "SITEA_DISK"
MILLION = 1_000_000
DIDS = int(sys.argv[2]) if len(sys.argv) > 2 else MILLION


def part(of_a_million):
    return of_a_million * DIDS // MILLION


# Each has the files from where the one before it ended.
DATASETS = {"dataset_100k": part(100_000), "dataset_300k": part(300_000)}
# Its children are datasets of one file each.
CONTAINER = "container_50k"
CHILDREN = part(50_000)

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
SMALL_DATASETS = f"""
    create temporary table small on commit drop as
    select 'part.' || lpad(row_number() over (order by name)::text, 6, '0') as dataset, * {IN_DATASET};
"""
OF_SMALL_DATASETS = (
    """
    insert into dev.dids (scope, name, account, did_type, availability, is_open, closed_at, bytes, length,
                          created_at, updated_at, is_new)
    select scope, dataset, 'root', 'D', 'A', false, now(), bytes, 1, now(), now(), null from small
    """,
    """
    insert into dev.contents (scope, name, child_scope, child_name, did_type, child_type, bytes, md5, adler32,
                              rule_evaluation, created_at, updated_at)
    select scope, dataset, scope, name, 'D', 'F', bytes, md5, adler32, true, now(), now() from small
    """,
    """
    insert into dev.collection_replicas (scope, name, did_type, rse_id, bytes, length, available_bytes,
                                         available_replicas_cnt, state, created_at, updated_at)
    select scope, dataset, 'D', %(rse_id)s, bytes, 1, bytes, 1, 'A', now(), now() from small
    """,
    """
    insert into dev.dids (scope, name, account, did_type, availability, is_open, created_at, updated_at, is_new)
    values (%(scope)s, %(container)s, 'root', 'C', 'A', true, now(), now(), null)
    """,
    """
    insert into dev.contents (scope, name, child_scope, child_name, did_type, child_type, rule_evaluation,
                              created_at, updated_at)
    select scope, %(container)s, scope, dataset, 'C', 'D', true, now(), now() from small
    """,
)


def fill(connection, rse_id):
    connection.execute(FILES, {"scope": SCOPE, "files": DIDS - len(DATASETS) - CHILDREN - 1})
    first = 1
    for dataset, files in {**DATASETS, None: CHILDREN}.items():
        known = {"scope": SCOPE, "dataset": dataset, "rse_id": rse_id, "first": first, "last": first + files - 1}
        length, size = connection.execute(f"select count(*), sum(bytes) {IN_DATASET}", known).fetchone()
        known |= {"length": length, "bytes": size, "container": CONTAINER}
        for statement in (REPLICAS, RSE_USAGE):
            connection.execute(statement, known)
        if dataset:
            statements = (DATASET, CONTENTS, TALLY)
        else:
            statements = (SMALL_DATASETS, *OF_SMALL_DATASETS)
        for statement in statements:
            connection.execute(statement, known)
        first += files


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
