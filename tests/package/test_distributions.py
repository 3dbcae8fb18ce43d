"""What is in the wheel and in the sdist, and what is not."""

import json
import re
import tarfile
import zipfile

import pytest
from checkout import ROOT

# Words that only the server's code holds; a bundler does not rename them.
SERVERS = ("node:fs", "node:http", "node:child_process", "x-datalake-secret", "x-rucio-auth-token")


@pytest.fixture(scope="session")
def wheel(built):
    with zipfile.ZipFile(built.wheel) as archive:
        yield archive


@pytest.fixture(scope="session")
def sdist(built):
    with tarfile.open(built.sdist) as archive:
        yield [name.partition("/")[2] for name in archive.getnames()]


def browser_chunks(wheel):
    return [name for name in wheel.namelist() if re.search(r"/labextension.*/static/.*\.js$", name)]


def test_the_wheel_is_for_every_python(built):
    assert built.wheel.name.endswith("-py3-none-any.whl")


@pytest.mark.parametrize(
    "name",
    [
        "jupyterlab_datalake/extension.py",
        "jupyterlab_datalake/kernel/__init__.py",
        "jupyterlab_datalake/kernel/inject.py",
        "jupyterlab_datalake/node/server.mjs",
        "jupyterlab_datalake/node/datalake.mjs",
        "jupyterlab_datalake/node/mount-prober.mjs",
        "jupyterlab_datalake/node/store-worker.mjs",
        "jupyterlab_datalake/drivers/orders.py",
        "jupyterlab_datalake/drivers/xrootd_driver.py",
        "jupyterlab_datalake_help.pth",
    ],
)
def test_the_wheel_holds(wheel, name):
    assert name in wheel.namelist()


@pytest.mark.parametrize(
    "ending",
    [
        "/data/share/jupyter/labextensions/jupyterlab-datalake/package.json",
        "/data/etc/jupyter/jupyter_server_config.d/jupyterlab_datalake.json",
    ],
)
def test_the_wheel_installs(wheel, ending):
    assert len([name for name in wheel.namelist() if name.endswith(ending)]) == 1


def test_the_wheel_holds_nothing_else(wheel):
    strange = re.compile(r"__pycache__|\.map$|\.ts$|\.tsx$|\.spec\.|/tests?/|node_modules|tsbuildinfo")
    assert [name for name in wheel.namelist() if strange.search(name)] == []
    # The browser's part is installed, and not packed a second time into the package.
    assert [name for name in wheel.namelist() if name.startswith("jupyterlab_datalake/labextension/")] == []
    assert sum(entry.compress_size for entry in wheel.infolist()) < 2_000_000


def test_the_browsers_bundle_holds_no_server_code(wheel):
    chunks = browser_chunks(wheel)
    assert chunks
    for name in chunks:
        text = wheel.read(name).decode().lower()
        assert [word for word in SERVERS if word in text] == [], name
    server = wheel.read("jupyterlab_datalake/node/server.mjs").decode().lower()
    assert [word for word in SERVERS if word not in server] == []


def test_the_browsers_bundle_is_for_production(wheel):
    package = next(name for name in wheel.namelist() if name.endswith("labextensions/jupyterlab-datalake/package.json"))
    build = json.loads(wheel.read(package))["jupyterlab"]["_build"]
    assert build["load"].startswith("static/remoteEntry.")
    assert build["extension"] == "./extension"


def test_the_sdist_can_be_built_again(sdist):
    for name in ("package.json", "package-lock.json", "src/index.ts", "esbuild.config.mjs", "tsconfig/base.json"):
        assert name in sdist


def test_the_sdist_holds_what_was_built(sdist):
    assert "jupyterlab_datalake/node/server.mjs" in sdist
    assert "jupyterlab_datalake/labextension/package.json" in sdist


def test_the_sdist_holds_nothing_of_this_machine(sdist):
    strange = re.compile(r"^(node_modules|\.venv|\.lab|lab|lib|build|tests|ui-tests)(/|$)|__pycache__|__tests__")
    assert [name for name in sdist if strange.search(name)] == []


@pytest.mark.parametrize("lock", sorted(ROOT.glob("**/package-lock.json"), key=str), ids=str)
def test_lock_files_record_no_addresses(lock):
    if "node_modules" in lock.parts:
        return
    assert '"resolved"' not in lock.read_text()
