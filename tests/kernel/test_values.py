"""What is here: paths that work wherever a path works."""

import copy
import json
import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def one(lake, inject):
    """A file that is here, as its variable."""
    lake.put("obs:one", "AVAILABLE", kind="FILE", files=["obs:one"])
    home = {}
    assert inject(home, one="obs:one")["one"] == {
        "variableName": "one",
        "outcome": "set",
        "ready": True,
    }
    return home["one"]


@pytest.fixture
def hy(lake, inject):
    """A dataset that is here, as its variable."""
    lake.put("obs:hy", "AVAILABLE", files=["obs:b", "obs:a", "obs:c"])
    home = {}
    inject(home, hy="obs:hy")
    return home["hy"]


def test_a_file_is_its_path(lake, one):
    assert isinstance(one, str)
    assert one == one.path == str(lake.file("obs:one"))
    assert type(one.path) is str
    assert (one.pfn, one.did, one.bytes, one.adler32) == (
        "root://se/obs:one",
        "obs:one",
        4,
        "0446019b",
    )


def test_a_path_works_everywhere(one, tmp_path):
    with open(one, "rb") as file:
        assert file.read() == b"data"
    assert os.stat(one).st_size == 4
    assert os.path.join("/", one) == one.path
    assert os.path.exists(one)
    assert Path(one).read_bytes() == b"data"
    assert json.loads(json.dumps({"path": one})) == {"path": one.path}
    assert {one: 1}[one.path] == 1
    shutil.copy(one, tmp_path / "copy")
    assert subprocess.run(["cat", one], capture_output=True, check=True).stdout == b"data"


def test_a_collection_is_a_list_in_order_each_file_once(lake, inject):
    lake.put("obs:hy", "AVAILABLE", files=["obs:b", "obs:a", "obs:b"])
    home = {}
    inject(home, hy="obs:hy")
    hy = home["hy"]
    assert isinstance(hy, list)
    assert hy.did == "obs:hy"
    assert [item.did for item in hy] == ["obs:a", "obs:b"]
    assert [item.pfn for item in hy[:1]] == ["root://se/obs:a"]


def test_an_empty_collection_is_an_empty_list(lake, inject):
    lake.put("obs:none", "AVAILABLE", files=[])
    home = {}
    inject(home, none="obs:none")
    assert home["none"] == [] and not home["none"]
    assert repr(home["none"]) == "<obs:none: 0 files, 0 B>"


def test_the_repr_of_a_long_list_is_short(lake, inject):
    lake.put("obs:many", "AVAILABLE", files=[f"obs:f{n:04}" for n in range(1234)])
    home = {}
    inject(home, many="obs:many")
    lines = repr(home["many"]).splitlines()
    assert lines[0] == "<obs:many: 1,234 files, 4.9 kB>"
    assert lines[1] == f"  '{lake.file('obs:f0000')}'"
    assert lines[-1] == "  and 1,224 more"
    assert len(lines) == 12


def test_a_hundred_thousand_files_are_read_from_a_file(lake, inject):
    lake.put("obs:huge", "AVAILABLE", files=["obs:one"])
    listing = Path(lake.state_file("obs:huge").replace(".json", ".ndjson"))
    line = ["/m/{n}", "root://{n}", "obs:{n}", 1, None, True]
    with listing.open("w") as file:
        for n in range(100_000):
            file.write(json.dumps(line).replace("{n}", f"{n:06}") + "\n")
    home = {}
    inject(home, huge="obs:huge")
    assert len(home["huge"]) == 100_000
    assert home["huge"][99_999].did == "obs:099999"
    assert len(lake.code(huge="obs:huge")) < 60_000


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickled_values_need_none_of_our_classes(one, hy, protocol):
    for module in [name for name in sys.modules if name.startswith("_jupyterlab_datalake")]:
        del sys.modules[module]
    back = pickle.loads(pickle.dumps([one, hy], protocol))
    assert back == [one.path, [item.path for item in hy]]
    assert [type(back[0]), type(back[1]), type(back[1][0])] == [str, list, str]


def test_copies_in_the_same_process_keep_what_is_known(one, hy):
    for duplicate in (copy.copy(hy), copy.deepcopy(hy)):
        assert duplicate == hy and duplicate is not hy
        assert duplicate.did == "obs:hy" and duplicate[0].pfn == hy[0].pfn
    assert copy.deepcopy({"a": one})["a"].pfn == one.pfn


def test_a_spawned_process_gets_paths(one, hy):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(os.path.getsize, hy) == [4, 4, 4]
        assert pool.apply(os.path.basename, (one,)) == "one"


def test_numpy_reads_it(lake, inject):
    import numpy

    lake.put("obs:one", "AVAILABLE", kind="FILE", files=["obs:one"])
    home = {}
    inject(home, one="obs:one")
    assert numpy.fromfile(home["one"], dtype="u1").tolist() == list(b"data")


def test_obspy_and_astropy_read_it(lake, inject):
    """Real science files, as their own packages ship or write them."""
    import numpy
    import obspy
    from astropy.io import fits

    stream = obspy.read()[:1]
    wave = lake.file("obs:wave.mseed")
    stream.write(str(wave), format="MSEED")
    content = wave.read_bytes()
    lake.put("obs:wave.mseed", "AVAILABLE", kind="FILE", files=["obs:wave.mseed"])
    wave.write_bytes(content)
    image = lake.file("sun:image.fits")
    fits.PrimaryHDU(numpy.eye(3)).writeto(image, overwrite=True)
    content = image.read_bytes()
    lake.put("sun:image.fits", "AVAILABLE", kind="FILE", files=["sun:image.fits"])
    image.write_bytes(content)
    home = {}
    inject(home, wave="obs:wave.mseed", image="sun:image.fits")
    assert obspy.read(home["wave"])[0].stats.npts == stream[0].stats.npts
    assert fits.getdata(home["image"]).sum() == 3
