"""A Rucio policy package as sites write them: Rucio's generic policy, plus what a scientist needs."""

SUPPORTED_VERSION = ">=41,<42"
