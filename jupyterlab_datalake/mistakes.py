"""Finds what Jupyter would die of in the section DataLake of its configuration: unknown names and wrong types."""

from collections.abc import Iterator
from copy import deepcopy
from difflib import get_close_matches
from typing import Any

from traitlets import HasTraits, TraitError
from traitlets.config import Config
from traitlets.config.loader import DeferredConfig, LazyConfigValue

SECTION = "DataLake"


def problem(name: str, message: str) -> dict[str, str]:
    """A configuration problem, under the name by which an administrator finds it."""
    return {"name": f"c.{SECTION}.{name}", "message": message}


def find(owner: HasTraits, config: Config) -> Iterator[tuple[str, str]]:
    """The options that are wrong, each with a sentence."""
    if not config._has_section(SECTION):
        return
    options = owner.traits(config=True)
    for name, value in config[SECTION].items():
        if isinstance(value, Config):
            continue
        if name not in options:
            matches = get_close_matches(name, options, n=1)
            hint = f" Did you mean {matches[0]}?" if matches else ""
            yield name, f"There is no such option.{hint}"
            continue
        try:
            options[name]._validate(owner, _concrete(owner, name, value))
        except (TraitError, ValueError, TypeError) as error:
            yield name, _sentence(str(error))


def without(owner: HasTraits, config: Config) -> Config:
    """The same configuration with only those options of the section that are right."""
    wrong = [name for name, _ in find(owner, config)]
    if not wrong:
        return config
    cleaned = deepcopy(config)
    for name in wrong:
        del cleaned[SECTION][name]
    return cleaned


def _concrete(owner: HasTraits, name: str, value: Any) -> Any:
    if isinstance(value, LazyConfigValue):
        return value.get_value(deepcopy(owner.traits()[name].default()))
    if isinstance(value, DeferredConfig):
        return value.get_value(owner.traits()[name])
    return value


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
