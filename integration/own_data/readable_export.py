"""An athlete's data as files that a person reads: a zip with JSON, with tables of notes and sessions, and a guide."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

JSON_NAME = "backstride.json"
GUIDE = """\
Everything that Backstride keeps about you, as of {made}.

backstride.json  all of it. Times are in UTC, in ISO 8601. Names that end in _dm are tenths of a metre, in _s seconds.
notes.csv        our notes: when, on which activity, where it went, how severe (0 to 3), the moves in it.
sessions.csv     what you logged: when, after which activity, moves, how your back felt (0 well, 10 worst), and where.

In backstride.json:
  connection          when you connected, and what Strava lets us do. No password and no key is in here.
  preferences         your settings; answers, session_log and diary are what you told about your back and your training.
                      tell_at is the address of your own where we tell you.
  notes               our list of notes. The words under your activities are on Strava.
  pending_activities  activities that something happened to in the last days.
  history, runs       the copy of your runs, six days old at most: Strava has the original. shoe is the number of its
                      shoes there; recorded holds strength, yoga and the like that you recorded and that count as done.
  invitations         the link you came by.

You can bring settings, answers, sessions and diary back: Preferences, Your account, Bring data back. It takes this zip.
"""
NOTES = ("activity_id", "written_at", "state", "target", "severity", "moves")
SESSIONS = ("at", "activity", "moves", "strength", "back", "where")


def zipped(exported: Mapping[str, Any], made: str) -> bytes:
    """Return the zip of what `export_athlete` returned; `made` is the time that the guide names."""
    packed = io.BytesIO()
    log = (exported["preferences"] or {}).get("session_log")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("README.txt", GUIDE.format(made=made))
        files.writestr(JSON_NAME, json.dumps(exported, indent=2, ensure_ascii=False))
        files.writestr("notes.csv", table(NOTES, exported["notes"]))
        files.writestr("sessions.csv", table(SESSIONS, log if isinstance(log, list) else ()))
    return packed.getvalue()


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the rows as CSV, lists joined by semicolons. No cell begins like a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
