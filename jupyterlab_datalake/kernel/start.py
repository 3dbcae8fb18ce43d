"""Loads the other modules into this kernel, once, and sets the variables.

Run in a namespace of its own that holds `request` (from the server) and `namespace` (the user's
variables). Nothing but the variables stays behind in the latter.
"""

import sys
import types

NAME = "_jupyterlab_datalake"


def load(digest, modules):
    """The package under a name of its own; newer text replaces older."""
    old = sys.modules.get(NAME)
    if old is not None and getattr(old, "DIGEST", None) == digest:
        return
    package = types.ModuleType(NAME)
    package.__path__ = []
    sys.modules[NAME] = package
    for name, text in modules:
        full = NAME + "." + name
        sys.modules[full] = module = types.ModuleType(full)
        module.__package__ = NAME
        exec(compile(text, "<jupyterlab-datalake " + name + ">", "exec"), module.__dict__)
        setattr(package, name, module)
    if hasattr(old, "registry"):
        package.registry.HOMES.update(old.registry.HOMES)
    package.DIGEST = digest


load(request["digest"], request["modules"])  # noqa: F821
sys.modules[NAME].inject.inject(namespace, request["variables"])  # noqa: F821
