"""Rucio's own daemons, one after the other in one process, until SIGTERM.

Usage: daemons.py SECONDS_BETWEEN_ROUNDS
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

# (runs in every n-th round, name, what to run)
ROUND = [
    (1, "judge-evaluator", functools.partial(evaluator.run, once=True, did_limit=1000)),
    (1, "judge-injector", functools.partial(injector.run, once=True)),
    (3, "judge-repairer", functools.partial(repairer.run, once=True)),
    (3, "judge-cleaner", functools.partial(cleaner.run, once=True)),
    (1, "conveyor-submitter", functools.partial(submitter.run, once=True, group_bulk=20)),
    (1, "conveyor-poller", functools.partial(poller.run, once=True, older_than=0)),
    (1, "conveyor-finisher", functools.partial(finisher.run, once=True)),
    (2, "abacus-account", functools.partial(account.run, once=True)),
    (2, "abacus-rse", functools.partial(rse.run, once=True)),
    (2, "abacus-collection-replica", functools.partial(collection_replica.run, once=True)),
    (5, "undertaker", functools.partial(undertaker.run, once=True)),
    (10, "transmogrifier", functools.partial(transmogrifier.run, once=True)),
    (5, "necromancer", functools.partial(necromancer.run, once=True)),
    (5, "reaper", functools.partial(reaper.run, once=True, delay_seconds=0)),
]


def main(pause):
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    count = 0
    while not stopped.is_set():
        for every, name, run in ROUND:
            if stopped.is_set():
                break
            if count % every:
                continue
            began = time.monotonic()
            try:
                run()
            except Exception:
                logging.exception("%s failed; the next round tries again", name)
            seconds = time.monotonic() - began
            if seconds > 5:
                print(f"{name} took {seconds:.1f} s", flush=True)
            # Some daemons put their own handler for SIGTERM in place of ours.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stopped.set())
        count += 1
        stopped.wait(pause)


main(float(sys.argv[1]))
