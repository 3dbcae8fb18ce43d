"""Makes `jupyter server --help-all` and `jupyter lab --help-all` show the options of c.DataLake.

Jupyter prints this help before it loads any extension. So `jupyterlab_datalake_help.pth` loads this module,
in a process that was asked for that help and in no other; it waits for traitlets to be loaded, and adds our
class to those that Jupyter's application describes, at the moment when it does.
"""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

_WATCHED = "traitlets.config.application"
_APPLICATIONS = ("ServerApp", "LabApp")


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: importlib.abc.Loader):
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        _extend(module.Application)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != _WATCHED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


def _extend(application: Any) -> None:
    print_help = application.print_help

    def print_more(self: Any, classes: bool = False) -> None:
        if classes and type(self).__name__ in _APPLICATIONS:
            from .extension import DataLake

            self.classes = [*self.classes, DataLake]
        print_help(self, classes)

    application.print_help = print_more


sys.meta_path.insert(0, _Finder())
