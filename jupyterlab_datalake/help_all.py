"""Makes `jupyter server --help-all` and `jupyter lab --help-all` show the options of c.DataLake.

Jupyter prints this help before it loads any extension. So `jupyterlab_datalake_help.pth` loads this module,
in a process that was asked for that help and in no other; it waits for the module that holds Jupyter's
application, and adds our class to those that the application describes.
"""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

_APPLICATIONS = {"jupyter_server.serverapp": "ServerApp", "jupyterlab.labapp": "LabApp"}


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: importlib.abc.Loader):
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        from .extension import DataLake

        application: Any = getattr(module, _APPLICATIONS[module.__name__])
        if DataLake not in application.classes:
            application.classes = [*application.classes, DataLake]


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _APPLICATIONS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


sys.meta_path.insert(0, _Finder())
