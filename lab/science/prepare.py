"""Collects real science files that the packages obspy, sunpy and astropy ship, and describes the lake made of them.

Usage: prepare.py FOLDER
Writes FOLDER/<scope>/<name> and FOLDER/manifest.json. The recordings and images are real; long recordings are
cut into windows, as an archive would store them. Scopes, dates in names and "events" are made up.
"""

import hashlib
import json
import shutil
import sys
import warnings
import zlib
from pathlib import Path

import astropy
import obspy
import sunpy

warnings.simplefilter("ignore")
OBSPY, SUNPY, ASTROPY = (Path(p.__file__).parent for p in (obspy, sunpy, astropy))
TARGET = Path(sys.argv[1])
seen = set()


def described(path, metadata):
    content = path.read_bytes()
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if digest in seen:
        path.unlink()
        return None
    seen.add(digest)
    return {
        "name": path.name,
        "path": str(path),
        "bytes": len(content),
        "adler32": f"{zlib.adler32(content):08x}",
        "md5": digest,
        "metadata": metadata,
    }


def place(scope, name):
    folder = TARGET / scope
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def waveform_metadata(trace):
    stats = trace.stats
    return {
        "station": f"{stats.network}.{stats.station}".strip("."),
        "channel": stats.channel,
        "start_time": str(stats.starttime)[:19],
        "sampling_rate": float(stats.sampling_rate),
        "samples": int(stats.npts),
    }


def windows(scope, source, count, seconds, name, trace_number=0):
    """Cuts one trace into `count` windows of `seconds`, each a miniSEED file of its own."""
    trace = obspy.read(str(OBSPY / source))[trace_number]
    files = []
    for number in range(count):
        begin = trace.stats.starttime + number * seconds
        piece = trace.slice(begin, begin + seconds - trace.stats.delta)
        if not piece.stats.npts:
            continue
        path = place(scope, name(number))
        piece.write(str(path), format="MSEED")
        files.append(described(path, waveform_metadata(piece)))
    return [file for file in files if file]


def originals(scope, paths, metadata_of):
    files = []
    for path in paths:
        target = place(scope, path.name.replace(" ", "_"))
        if target.exists() or not path.stat().st_size:
            continue
        metadata = metadata_of(path)
        if metadata is None:
            continue
        shutil.copyfile(path, target)
        files.append(described(target, metadata))
    return [file for file in files if file]


def seismic(path):
    try:
        stream = obspy.read(str(path))
    except Exception:
        return None
    return {**waveform_metadata(stream[0]), "format": stream[0].stats._format}


def image(path):
    from astropy.io import fits

    metadata = {"format": "FITS"}
    try:
        with fits.open(path) as units:
            for unit in units:
                for keyword, key in (("TELESCOP", "telescope"), ("INSTRUME", "instrument"), ("DATE-OBS", "start_time")):
                    value = str(unit.header.get(keyword, "")).strip()
                    if value:
                        metadata.setdefault(key, value[:100])
            if not any(unit.data is not None for unit in units):
                return None
    except Exception:
        return None
    return metadata


def event(number, station, magnitude, files, **more):
    return {
        "scope": "obs.2024",
        "name": f"event_{number}",
        "metadata": {"project": "quake", "station": station, "magnitude": magnitude, "reviewed": magnitude > 4.5},
        "files": files,
        **more,
    }


def numbered(event_number):
    return lambda index: f"wave_{event_number}_{index + 1:02d}.mseed"


def hourly(prefix):
    return lambda index: f"{prefix}.{index:02d}h.mseed"


def samples(name, form, patterns):
    paths = sorted(path for pattern in patterns for path in OBSPY.glob(pattern) if path.is_file())
    return {
        "scope": "obs.formats",
        "name": name,
        "metadata": {"project": "formats", "format": form},
        "files": originals("obs.formats", paths, seismic),
    }


def main():
    shutil.rmtree(TARGET, ignore_errors=True)
    scope = "obs.2024"
    two_channels = "io/mseed/tests/data/CH.BALST..LH_two_channels"
    datasets = [
        event("0412", "CA.STS2", 6.4, windows(scope, "signal/tests/data/ref_STS2", 20, 180, numbered("0412"))),
        event("0419", "CA.0438", 4.1, windows(scope, "signal/tests/data/ref_unknown", 20, 180, numbered("0419"))),
        event(
            "0430", "BW.BGLD", 3.2, windows(scope, "io/mseed/tests/data/timingquality.mseed", 4, 50, numbered("0430"))
        ),
        event("0503", "CH.BALST", 5.0, windows(scope, two_channels, 24, 3600, hourly("CH.BALST.LHE.2025.314"))),
        event("0517", "CH.BALST", 4.7, windows(scope, two_channels, 24, 3600, hourly("CH.BALST.LHN.2025.314"), 1)),
        event(
            "0526",
            "IU.ANMO",
            7.0,
            windows(scope, "signal/tests/data/IUANMO.seed", 24, 3600, hourly("IU.ANMO.LHZ.2010.001")),
        ),
        samples("miniseed_samples", "MSEED", ["io/mseed/tests/data/*.mseed", "clients/*/tests/data/*.mseed"]),
        samples("sac_samples", "SAC", ["*/tests/data/*.SAC", "io/sac/tests/data/*.sac", "io/sac/tests/data/*.SAC"]),
        samples("gse2_samples", "GSE2", ["io/gse2/tests/data/*"]),
        samples(
            "regional_networks",
            "various",
            ["io/win/tests/data/*", "io/seisan/tests/data/*", "io/y/tests/data/*", "io/kinemetrics/tests/data/*.evt"],
        ),
    ]
    solar = SUNPY / "data/test"
    datasets += [
        {
            "scope": "sun.2011",
            "name": "aia_171",
            "metadata": {"project": "sun", "instrument": "AIA", "wavelength": 171},
            "files": originals("sun.2011", [solar / "aia_171_level1.fits"], image),
        },
        {
            "scope": "sun.2011",
            "name": "solar_images",
            "metadata": {"project": "sun", "kind": "image"},
            "files": originals(
                "sun.2011",
                [
                    solar / name
                    for name in (
                        "resampled_hmi.fits",
                        "hsi_image_20101016_191218.fits",
                        "heliographic_phase_map.fits.gz",
                    )
                ]
                + sorted(solar.glob("EIT/*.fits"))
                + sorted(solar.glob("SWAP/*.f*ts")),
                image,
            ),
        },
        {
            "scope": "sun.2011",
            "name": "solar_flux",
            "metadata": {"project": "sun", "kind": "time series"},
            "files": originals(
                "sun.2011",
                [
                    solar / name
                    for name in (
                        "go1520110607.fits",
                        "go1520120601.fits.gz",
                        "gbm.fits",
                        "eve_l1_esp_2011046_00_truncated.fits",
                        "lyra_20150101-000000_lev3_std_truncated.fits.gz",
                    )
                ],
                image,
            ),
        },
        {
            "scope": "sky.survey",
            "name": "sky_images",
            "metadata": {"project": "sky", "kind": "image"},
            "files": originals(
                "sky.survey",
                [
                    ASTROPY / name
                    for name in (
                        "io/fits/hdu/compressed/tests/data/m13.fits",
                        "io/fits/hdu/compressed/tests/data/m13_rice.fits",
                        "modeling/tests/data/1904-66_AZP.fits",
                        "wcs/tests/data/j94f05bgq_flt.fits",
                        "wcs/tests/data/dss.14.29.56-62.41.05.fits.gz",
                        "nddata/tests/data/sip-wcs.fits",
                        "io/fits/tests/data/o4sp040b0_raw.fits",
                    )
                ],
                image,
            ),
        },
    ]
    containers = [
        {
            "scope": "obs.2024",
            "name": "april_2024",
            "children": ["obs.2024:event_0412", "obs.2024:event_0419", "obs.2024:event_0430"],
        },
        {
            "scope": "obs.2024",
            "name": "may_2024",
            "children": ["obs.2024:event_0503", "obs.2024:event_0517", "obs.2024:event_0526"],
        },
        {
            "scope": "obs.2024",
            "name": "event_catalogue",
            "children": ["obs.2024:april_2024", "obs.2024:may_2024"],
            "metadata": {"project": "quake"},
        },
        {
            "scope": "obs.formats",
            "name": "all_formats",
            "children": [
                f"obs.formats:{name}"
                for name in ("miniseed_samples", "sac_samples", "gse2_samples", "regional_networks")
            ],
        },
        {
            "scope": "sun.2011",
            "name": "solar_archive",
            "children": ["sun.2011:aia_171", "sun.2011:solar_images", "sun.2011:solar_flux"],
            "metadata": {"project": "sun"},
        },
    ]
    personal = {
        "alice": originals("user.alice", [OBSPY / "io/ah/tests/data/st.ah"], seismic),
        "bob": originals("user.bob", [OBSPY / "io/reftek/tests/data/225051000_00008656"], seismic),
    }
    (TARGET / "manifest.json").write_text(
        json.dumps({"datasets": datasets, "containers": containers, "personal": personal})
    )


main()
