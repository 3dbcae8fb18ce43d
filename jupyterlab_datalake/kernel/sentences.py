"""What people read about data that is not here yet."""

from .state import reason_of

SENTENCES = {
    "NOT_AVAILABLE": "{did} is not available here yet ({progress}). Press Make available in the "
    "notebook's cart; {variable}.wait() then waits for it.",
    "STUCK": "{did} is stuck at {progress}{because} Press Retry in the notebook's cart.",
    "SUSPENDED": "{did}: the rule that brings it is suspended at {progress}{because}",
    "WAITING_APPROVAL": "{did}: the rule that brings it waits for approval{because}",
    "PATH_MISSING": "{did}: complete in Rucio, but not on this mount{because} Tell the support of this site.",
}
ON_ITS_WAY = "{did} is on its way: {progress}{because} {variable}.wait() waits for it."


def sentence(variable, did, state):
    """Where it stands, why, and what to do."""
    reason = reason_of(state)
    because = ": " + reason.rstrip(".") + "." if reason else "."
    if state.get("unreadable"):
        return f'{did}: its state cannot be read here. Run the command "Set the variables again" in JupyterLab.'
    if state.get("problem"):
        return f"{did}: its state could not be asked{because}"
    form = SENTENCES.get(state.get("state"), ON_ITS_WAY)
    return form.format(did=did, variable=variable, because=because, progress=progress(state))


def progress(state):
    """For example "60 %, 12 of 20 files, about 2 min left"."""
    parts = [f"{state.get('percent') or 0} %"]
    total = state.get("filesTotal") or 0
    if state.get("type") != "FILE" and total:
        parts.append(f"{state.get('filesAvailable') or 0:,} of {count_files(total)}")
    eta = state.get("etaSeconds")
    if eta:
        parts.append(f"about {duration(eta)} left")
    return ", ".join(parts)


def count_files(number):
    return f"{number:,} file" + ("" if number == 1 else "s")


def duration(seconds):
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h"


def size(number):
    """In SI units, as Rucio's pages show it."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if number < 1000 or unit == "TB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"
