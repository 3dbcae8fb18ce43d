"""Rucio's generic schema, plus the activity DebugJudge: its stuck locks are retried at once, not after two hours."""

from rucio.common.schema import generic

ACTIVITY = {**generic.ACTIVITY, "enum": [*generic.ACTIVITY["enum"], "DebugJudge"]}
SCHEMAS = {"activity": ACTIVITY}
