"""Makes the database role, the database, Rucio's tables and the root account, whatever of these is missing.

Usage: bootstrap.py LAKE.json (RUCIO_HOME names the server's configuration)
"""

import json
import sys
from pathlib import Path

import psycopg
from psycopg import sql

lake = json.loads(Path(sys.argv[1]).read_text())
secrets = Path(lake["folders"]["secrets"])


def secret(name):
    return (secrets / name).read_text().strip()


def make_database():
    with psycopg.connect(
        host="127.0.0.1",
        port=lake["ports"]["postgres"],
        user="postgres",
        password=secret("postgres"),
        dbname="postgres",
        autocommit=True,
    ) as connection:
        role = connection.execute("select 1 from pg_roles where rolname = 'rucio'").fetchone()
        verb = "alter" if role else "create"
        connection.execute(sql.SQL(verb + " role rucio login password {}").format(secret("database")))
        if not connection.execute("select 1 from pg_database where datname = 'rucio'").fetchone():
            connection.execute("create database rucio owner rucio")


def make_tables():
    from rucio.db.sqla.session import get_engine
    from rucio.db.sqla.util import build_database, create_base_vo, create_root_account
    from sqlalchemy import text

    with get_engine().connect() as connection:
        stamped = connection.execute(text("select to_regclass('dev.alembic_version')")).scalar()
        accounts = stamped and connection.execute(text("select count(*) from dev.accounts")).scalar()
    if not stamped:
        build_database()
    if not accounts:
        create_base_vo()
        create_root_account()


make_database()
make_tables()
