"""Rucio's own daemons, one after the other in one process, until SIGTERM.

Usage: daemons.py SECONDS_BETWEEN_LOOKS
"""

import functools
import logging
import signal
import sys
import threading
import time

import rucio.daemons.common as common

# Each daemon waits for siblings at its start (1 or 10 s); here it has none, and it starts every second.
_workqueue = common.db_workqueue


@functools.wraps(_workqueue)
def _workqueue_without_wait(*arguments, **options):
    return _workqueue(*arguments, **{**options, "partition_wait_time": 0})


common.db_workqueue = _workqueue_without_wait

# Imported after the change above, which they take over by name.
from rucio.daemons.abacus import account, collection_replica, rse  # noqa: E402
from rucio.daemons.badreplicas import necromancer  # noqa: E402
from rucio.daemons.conveyor import finisher, poller, submitter  # noqa: E402
from rucio.daemons.judge import cleaner, evaluator, injector, repairer  # noqa: E402
from rucio.daemons.reaper import reaper  # noqa: E402
from rucio.daemons.transmogrifier import transmogrifier  # noqa: E402
from rucio.daemons.undertaker import undertaker  # noqa: E402
from rucio.db.sqla import models  # noqa: E402
from rucio.db.sqla.constants import DatabaseOperationType  # noqa: E402
from rucio.db.sqla.session import db_session  # noqa: E402
from sqlalchemy import select  # noqa: E402

# A round runs as long as anything moves, else after this many seconds; a look whether anything moves is cheap.
QUIET_SECONDS = 5

# (seconds between two runs at least, name, what to run)
ROUND = [
    (0, "judge-evaluator", functools.partial(evaluator.run, once=True, did_limit=1000)),
    (0, "judge-injector", functools.partial(injector.run, once=True)),
    (3, "judge-repairer", functools.partial(repairer.run, once=True)),
    (3, "judge-cleaner", functools.partial(cleaner.run, once=True)),
    (0, "conveyor-submitter", functools.partial(submitter.run, once=True, group_bulk=20)),
    (0, "conveyor-poller", functools.partial(poller.run, once=True, older_than=0)),
    (0, "conveyor-finisher", functools.partial(finisher.run, once=True)),
    (2, "abacus-account", functools.partial(account.run, once=True)),
    (2, "abacus-rse", functools.partial(rse.run, once=True)),
    (2, "abacus-collection-replica", functools.partial(collection_replica.run, once=True)),
    (5, "undertaker", functools.partial(undertaker.run, once=True)),
    (10, "transmogrifier", functools.partial(transmogrifier.run, once=True)),
    (5, "necromancer", functools.partial(necromancer.run, once=True)),
    (5, "reaper", functools.partial(reaper.run, once=True, delay_seconds=0)),
]


def anything_moves():
    """Whether transfers are under way, or collections have changed that rules may cover."""
    with db_session(DatabaseOperationType.READ) as session:
        return any(
            session.execute(select(model.scope).limit(1)).first() for model in (models.Request, models.UpdatedDID)
        )


def main(pause):
    stopped = threading.Event()
    last_run = {}

    def take_signals():
        # Some daemons put their own handler in place of ours.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())

    take_signals()
    while not stopped.is_set():
        for interval, name, run in ROUND:
            if stopped.is_set():
                break
            if time.monotonic() - last_run.get(name, -interval) < interval:
                continue
            last_run[name] = time.monotonic()
            try:
                run()
            except Exception:
                logging.exception("%s failed; the next round tries again", name)
            take_signals()
        quiet_until = time.monotonic() + QUIET_SECONDS
        while not stopped.wait(pause) and time.monotonic() < quiet_until:
            try:
                if anything_moves():
                    break
            except Exception:
                logging.exception("the look whether anything moves failed; the next one tries again")


main(float(sys.argv[1]))
