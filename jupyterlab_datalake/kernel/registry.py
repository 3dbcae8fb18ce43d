"""Which values in the user's namespace are ours: never set a variable over another."""

import weakref

# Of each namespace, by its identity: the namespace, and what was set by variable name.
HOMES = {}


def remember(namespace, name, value, stamp):
    """Sets the variable. The stamp tells later whether the value is up to date."""
    _, names = HOMES.setdefault(id(namespace), (namespace, {}))
    namespace[name] = value
    names[name] = (weakref.ref(value), stamp)


def stamp_of(namespace, name):
    """The stamp of the value that we set and that is still there; None for any other."""
    _, names = HOMES.get(id(namespace), (namespace, {}))
    reference, stamp = names.get(name, (None, None))
    present = reference is not None and reference() is namespace.get(name)
    return stamp if present and namespace.get(name) is not None else None


def replace(name, old, new):
    """Sets the variable wherever it still holds the old value."""
    for namespace, names in list(HOMES.values()):
        if namespace.get(name) is old and name in names:
            remember(namespace, name, new, names[name][1])


def is_ours(value, did):
    """A value of this DID that this module, or an older version of it, has made."""
    ours = type(value).__module__.split(".")[0] == __name__.split(".")[0]
    return ours and getattr(value, "did", None) == did
