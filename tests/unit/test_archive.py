"""An athlete's own log as Strava exports it: in many languages and units, zipped, cut off, or not an export at all."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running_log import MONDAY, activity

from integration.archive import Archive, files, read_archive
from integration.archive.dates import read_date
from integration.archive.numbers import comma_is_decimal, read_number
from integration.archive.sports import sport_of
from integration.errors import BadInput


def columns(*lines: str) -> list[str]:
    return next(csv.reader([",".join(lines)]))


ENGLISH = columns(
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate",
    "Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time",
    "Moving Time,Distance,Max Speed,Average Speed,Elevation Gain,Elevation Loss,Jump Count,Flagged,Competition,Media",
)
GERMAN = columns(
    "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,Verstrichene Zeit,Distanz",
    "Max. Herzfrequenz,Relative Leistung,Pendeln,Hinweis zur Privatsphäre für Aktivitäten,Aktivitätsausrüstung",
    "Dateiname,Sportlergewicht,Fahrradgewicht,Verstrichene Zeit,Bewegungszeit,Distanz,Höchstgeschw.",
    "Durchschnittliche Geschwindigkeit,Höhenzunahme,Höhenunterschied,Sprunganzahl,Markiert,Wettbewerb,Medien",
)
FRENCH = columns(
    "ID de l'activité,Date de l'activité,Nom de l'activité,Type d'activité,Description de l'activité,Temps écoulé",
    "Distance,Fréquence cardiaque max.,Effort relatif,Déplacement-transport,Note privée sur les activités",
    "Matériel utilisé pour l'activité,Nom du fichier,Poids de l'athlète,Poids du vélo,Temps écoulé",
    "Durée de déplacement,Distance,Vitesse max.,Vitesse moyenne,Dénivelé positif,Dénivelé négatif,Sauts,Signalé",
    "Compétition,Média",
)
UNKNOWN = [f"col{ENGLISH.index(name)}" for name in ENGLISH]  # a language we do not know; names doubled as ever
WITHOUT_NOTE = [name for name in ENGLISH if name != "Activity Private Note"]  # exports before 2022


def row(header: Sequence[str], **cells: object) -> list[str]:
    """A run of 10,023.7 m in 3,072 s, in the order of the header; `rounded` is the athlete's own distance column."""
    values: dict[str, object] = {
        "id": 9000000001,
        "date": "Oct 1, 2017, 9:08:32 PM",
        "name": "Evening Run",
        "type": "Run",
        "description": 'said "fine",\nthen ran on',
        "rounded": "10.02",
        "elapsed": "3273.0",
        "moving": "3072.0",
        "metres": "10023.7001953125",
        "climb": "84.5",
        "flagged": "",
        "race": "",
    }
    values |= cells
    second = header.index(header[5], 6)
    places = {
        "id": 0,
        "date": 1,
        "name": 2,
        "type": 3,
        "description": 4,
        "rounded": 6,
        "elapsed": second,
        "moving": second + 1,
        "metres": second + 2,
        "climb": second + 5,
        "flagged": second + 8,
        "race": second + 9,
    }
    made = [""] * len(header)
    for name, place in places.items():
        made[place] = str(values[name])
    made[5] = "3273"
    return made


def table(header: Sequence[str], *rows: Sequence[str], newline: str = "\n", delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=newline, delimiter=delimiter)
    writer.writerows([header, *rows])
    return out.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Archive]:
    """Reads text or bytes as a file of that name."""

    def read_as(content: str | bytes, name: str = "activities.csv", zone: Any = UTC) -> Archive:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_archive(path, zone)

    return read_as


def zipped(**members: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


# --- headers, languages, units


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (ENGLISH, {}),
        (ENGLISH, {"date": "2017-10-01 21:08:32"}),
        (ENGLISH, {"rounded": "6.23"}),
        (WITHOUT_NOTE, {}),
        (GERMAN, {"date": "01.10.2017, 21:08:32", "type": "Lauf", "rounded": "10,02"}),
        (FRENCH, {"date": "1 oct. 2017 à 21:08:32", "type": "Course à pied", "rounded": "10,02"}),
        (UNKNOWN, {"date": "2017/10/01 21:08:32", "type": "ラン"}),
    ],
    ids=["English", "old dates", "miles", "older columns", "German", "French", "unknown header"],
)
def test_an_export_is_read_whatever_its_language_and_units(
    read: Callable[..., Archive], header: list[str], cells: dict[str, str]
) -> None:
    log = read(table(header, row(header, **cells)))

    [run] = log.runs
    assert (run.id, run.start) == (9000000001, datetime(2017, 10, 1, 21, 8, 32, tzinfo=UTC))
    assert (run.distance_dm, run.moving_s, run.elapsed_s, run.climb_dm) == (100_237, 3072, 3273, 845)
    assert (log.activities, log.unreadable, log.local_times) == (1, (), False)


def test_headers_that_strava_had_no_words_for_are_told_by_their_key(read: Callable[..., Archive]) -> None:
    key = "translation missing: de-DE.lib.export.portability_exporter.activities.horton_values"
    header = [
        '<span class="translation_missing" title="translation missing: en-US.lib...">Activity ID</span>',
        '<span class="translation_missing" title="translation missing: en-US.lib.export.activity_date">Date</span>',
        '<span class="translation_missing">Activity Type</span>',
        f"{key}.moving_time",
        "Distance",
        f'<span class="translation_missing" title="{key}.distance">Distance</span>',
        f'<span class="translation_missing" title="{key}.flagged">Flagged</span>',
    ]
    made = ["7", "Oct 1, 2017, 9:08:32 PM", "Run", "3072.0", "10.02", "10023.7", "0.0"]

    log = read(table(header, made, [*made[:-1], "1.0"]))

    assert [run.distance_dm for run in log.runs] == [100_237]
    assert log.activities == 2


def test_the_columns_of_2018_are_in_snake_case_and_metres(read: Callable[..., Archive]) -> None:
    header = ["id", "date", "name", "type", "elapsed_time", "moving_time", "distance"]

    log = read(table(header, ["1836776031", "2018-09-12 15:02:23", "Evening Run", "Run", "783", "700", "2681.0"]))

    assert [run.distance_dm for run in log.runs] == [26_810]


@pytest.mark.parametrize(
    ("name", "cell", "dm"),
    [
        ("Distance", "10.02", 100_200),
        ("Distance", "10023.7", 100_237),
        ("Distance (km)", "10.02", 100_200),
        ("Distance (mi)", "6.23", 100_262),
        ("Distance (m)", "10023.7", 100_237),
    ],
)
def test_an_only_distance_column_is_in_the_unit_it_says_or_that_a_person_can_run(
    read: Callable[..., Archive], name: str, cell: str, dm: int
) -> None:
    header = ["Activity ID", "Activity Date", "Activity Type", "Moving Time", name]

    log = read(table(header, ["1", "2018-09-12 15:02:23", "Run", "3072", cell]))

    assert [run.distance_dm for run in log.runs] == [dm]


def test_a_row_without_metres_is_read_from_the_athletes_own_distance(read: Callable[..., Archive]) -> None:
    manual = row(ENGLISH, id=2, rounded="3.11", metres="")

    log = read(table(ENGLISH, row(ENGLISH, rounded="6.23"), manual))

    assert [run.distance_dm for run in log.runs] == [100_237, 50_051]  # miles, as the other rows tell


def test_flagged_runs_are_activities_that_do_not_count_and_races_are_races(read: Callable[..., Archive]) -> None:
    flagged, race = row(ENGLISH, id=2, flagged="1.0"), row(ENGLISH, id=3, race="1.0")

    log = read(table(ENGLISH, row(ENGLISH), flagged, race))

    assert [(run.id, run.race) for run in log.runs] == [(9000000001, False), (3, True)]
    assert (log.activities, log.unreadable) == (3, ())


def test_other_sports_are_activities_and_no_runs(read: Callable[..., Archive]) -> None:
    others = [row(ENGLISH, id=2, type="Ride"), row(ENGLISH, id=3, type="Yoga", metres="", rounded="", moving="")]

    log = read(table(ENGLISH, row(ENGLISH), *others))

    assert (log.activities, len(log.runs), log.unreadable) == (3, 1, ())


def test_the_day_of_a_run_is_its_date_in_the_zone(read: Callable[..., Archive]) -> None:
    [run] = read(table(ENGLISH, row(ENGLISH)), zone=ZoneInfo("Asia/Tokyo")).runs

    assert (run.start.day, run.day) == (1, date(2017, 10, 2))


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["05/10/2017, 18:30:20", "21/10/2017, 18:30:20"], [(10, 5), (10, 21)]),
        (["10/05/2017, 6:30:20 PM", "10/21/2017, 6:30:20 PM"], [(10, 5), (10, 21)]),
        (["05/10/2017, 18:30:20"], [(10, 5)]),
    ],
    ids=["day first", "month first", "nothing tells"],
)
def test_whether_day_or_month_comes_first_is_told_from_the_whole_file(
    read: Callable[..., Archive], dates: list[str], days: list[tuple[int, int]]
) -> None:
    log = read(table(ENGLISH, *(row(ENGLISH, id=number, date=text) for number, text in enumerate(dates, 1))))

    assert [(run.start.month, run.start.day) for run in log.runs] == days
    assert {run.start.hour for run in log.runs} == {18}


def test_day_and_month_that_nothing_decides_are_said_to_be_guessed(read: Callable[..., Archive]) -> None:
    log = read(table(ENGLISH, row(ENGLISH, date="05/10/2017, 18:30:20")))

    assert log.assumptions == ("Nothing tells day from month: 05/10/2017, 18:30:20 is read as 5 October 2017.",)
    assert read(table(ENGLISH, row(ENGLISH, date="05/05/2017, 18:30:20"))).assumptions == ()
    assert read(table(ENGLISH, row(ENGLISH, date="05/21/2017, 18:30:20"))).assumptions == ()


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["21.10.17, 18:30:20"], [(2017, 10, 21)]),
        (["21/10/17 18:30", "05/11/17 18:30", "05/11/09 18:30"], [(2017, 10, 21), (2017, 11, 5), (2009, 11, 5)]),
        (["10/21/17 6:30 PM", "11/5/17 6:30 PM"], [(2017, 10, 21), (2017, 11, 5)]),
        (["21 Oct 17, 18:30:20"], [(2017, 10, 21)]),
        (["Oct 1, 17, 6:30:20 PM"], [(2017, 10, 1)]),
        (["17-10-21 18:30", "17-10-05 18:30", "17-12-01 18:30"], [(2017, 10, 21), (2017, 10, 5), (2017, 12, 1)]),
    ],
)
def test_years_of_two_digits_are_of_this_century(
    read: Callable[..., Archive], dates: list[str], days: list[tuple[int, int, int]]
) -> None:
    log = read(table(ENGLISH, *(row(ENGLISH, id=number, date=text) for number, text in enumerate(dates, 1))))

    assert [(run.start.year, run.start.month, run.start.day) for run in log.runs] == days


# --- what a spreadsheet or another program has changed


def test_flags_and_races_are_found_by_place_where_the_header_fails(read: Callable[..., Archive]) -> None:
    """In an export of 2025 they stand 62 and 78 columns after the distance in metres."""
    header = [*UNKNOWN[:18], *(f"more{number}" for number in range(81))]

    def made(number: int, **flags: str) -> list[str]:
        cells = [*row(UNKNOWN, id=number)[:18], *[""] * 81]
        cells[17 + 62], cells[17 + 78] = flags.get("flagged", ""), flags.get("race", "0.0")
        return cells

    log = read(table(header, made(1), made(2, flagged="1.0"), made(3, race="1.0")))

    assert [(run.id, run.race) for run in log.runs] == [(1, False), (3, True)]


def test_other_columns_at_that_place_are_no_flags(read: Callable[..., Archive]) -> None:
    header = [*UNKNOWN[:18], *(f"more{number}" for number in range(81))]
    cells = [*row(UNKNOWN, id=1)[:18], *["1"] * 81]
    other = [*row(UNKNOWN, id=2)[:18], *["73.5"] * 81]

    assert [(run.id, run.race) for run in read(table(header, cells, other)).runs] == [(1, False), (2, False)]


@pytest.mark.parametrize(("flagged", "race"), [("Gemeld", "Wedstrijd"), ("Marcada", "Competencia")])
def test_flags_and_races_have_names_in_dutch_and_spanish(read: Callable[..., Archive], flagged: str, race: str) -> None:
    header = [{"Flagged": flagged, "Competition": race}.get(name, name) for name in ENGLISH]

    log = read(table(header, row(header, id=1, flagged="1.0"), row(header, id=2, race="1.0")))

    assert [(run.id, run.race) for run in log.runs] == [(2, True)]


@pytest.mark.parametrize(
    ("cell", "flagged"),
    [("1", True), ("1.0", True), ("1,0", True), ("TRUE", True), ("yes", True), ("0,0", False), ("", False)],
)
def test_a_flag_is_read_however_a_spreadsheet_writes_it(read: Callable[..., Archive], cell: str, flagged: bool) -> None:
    log = read(table(ENGLISH, row(ENGLISH), row(ENGLISH, id=2, flagged=cell)))

    assert len(log.runs) == (1 if flagged else 2)


@pytest.mark.parametrize("index", [False, True], ids=["as it was", "with pandas' own first column"])
def test_an_export_that_pandas_wrote_again_is_read_in_metres(read: Callable[..., Archive], index: bool) -> None:
    header = list(ENGLISH)
    header[15], header[17] = "Elapsed Time.1", "Distance.1"
    made = row(ENGLISH, id="9000000001.0" if index else 9000000001, rounded="6.23")
    first = [[""], ["0"]] if index else [[], []]

    log = read(table([*first[0], *header], [*first[1], *made]))

    assert [(run.id, run.distance_dm, run.climb_dm) for run in log.runs] == [(9000000001, 100_237, 845)]
    assert log.assumptions == ()


def test_an_only_distance_column_in_the_athletes_units_says_that_it_is_read_as_kilometres(
    read: Callable[..., Archive],
) -> None:
    header = ["Activity ID", "Activity Date", "Activity Type", "Moving Time", "Distance"]

    log = read(table(header, ["1", "2018-09-12 15:02:23", "Run", "3072", "6.23"]))

    assert [run.distance_dm for run in log.runs] == [62_300]
    assert log.assumptions == ("The distance column names no unit; it is read as kilometres.",)


def test_points_in_whole_metres_are_thousands(read: Callable[..., Archive]) -> None:
    rows = [row(ENGLISH, id=1, metres="9.721"), row(ENGLISH, id=2, metres="10.023"), row(ENGLISH, id=3, metres="850")]

    log = read(table(ENGLISH, *rows))

    assert [run.distance_dm for run in log.runs] == [97_210, 100_230, 8_500]
    assert log.assumptions == ("The points in the distances are read as thousands: 9.721 is 9,721 metres.",)


def test_a_log_in_which_no_run_counts_says_why(read: Callable[..., Archive]) -> None:
    short = [row(ENGLISH, id=number, metres="400") for number in (1, 2)]

    log = read(table(ENGLISH, *short, row(ENGLISH, id=3, flagged="1")))

    assert log.runs == ()
    assert log.assumptions == ("No run counts: 2 of 3 are shorter than 500 m.",)


@pytest.mark.parametrize("cell", ["1.00E+10", "", "ten"])
def test_an_activity_without_a_readable_id_goes_by_its_line(read: Callable[..., Archive], cell: str) -> None:
    log = read(table(ENGLISH, row(ENGLISH, id=cell, description=""), row(ENGLISH)))

    assert [run.id for run in log.runs] == [2, 9000000001]
    assert (log.unreadable, log.assumptions) == ((), ("1 activity id can't be read; the line number stands in.",))


def test_two_runs_whose_ids_a_spreadsheet_made_equal_are_two_runs(read: Callable[..., Archive]) -> None:
    log = read(table(ENGLISH, *(row(ENGLISH, id="1.00E+10", description="") for _ in range(2))))

    assert [run.id for run in log.runs] == [2, 3]
    assert log.assumptions == ("2 activity ids can't be read; the line number stands in.",)


def test_an_old_export_without_moving_time_counts_elapsed_time_and_says_so(read: Callable[..., Archive]) -> None:
    header = ["Activity ID", "Activity Date", "Activity Type", "Elapsed Time", "Distance (km)"]

    log = read(table(header, ["1", "2018-09-12 15:02:23", "Run", "3273", "10.02"]))

    assert [(run.moving_s, run.distance_dm) for run in log.runs] == [(3273, 100_200)]
    assert log.assumptions == ("This export has no moving time; elapsed time stands in, breaks included.",)


@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_line_that_names_the_separator_is_no_header(read: Callable[..., Archive], delimiter: str, quote: str) -> None:
    broken = row(ENGLISH, id=2, date="someday", description="")

    log = read(f"{quote}sep={delimiter}{quote}\r\n" + table(ENGLISH, row(ENGLISH), broken, delimiter=delimiter))

    assert [run.distance_dm for run in log.runs] == [100_237]
    assert [unreadable.line for unreadable in log.unreadable] == [5]  # the description of the first has two lines


# --- packaging


def test_the_zip_as_strava_sends_it_holds_the_table_among_much_else(read: Callable[..., Archive]) -> None:
    text = table(ENGLISH, row(ENGLISH))
    members: dict[str, str | bytes] = {
        "export_1/activities.csv": text,
        "export_1/activities/1.fit.gz": b"\x1f\x8bno",
        "export_1/profile.csv": "a,b\n",
        "__MACOSX/activities.csv": "junk",
        "export_1/old/activities.csv": "junk",
    }

    assert len(read(zipped(**members), "export_1.zip").runs) == 1


@pytest.mark.parametrize(
    "pack",
    [
        lambda text: gzip.compress(text.encode()),
        lambda text: zipped(**{"activities.csv.gz": gzip.compress(text.encode())}),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: (text + "\n\n,,,\n").encode(),
        lambda text: text.replace("fine", "f\x85in\u2028e\x0c").encode(),
        lambda text: text.replace("fine", "fin\xe9").encode("cp1252"),
    ],
    ids=["gz", "gz in a zip", "BOM", "UTF-16", "CRLF", "blank lines", "odd line breaks", "a spreadsheet's encoding"],
)
def test_the_same_table_is_read_however_it_is_packed(
    read: Callable[..., Archive], pack: Callable[[str], bytes]
) -> None:
    log = read(pack(table(ENGLISH, row(ENGLISH), row(ENGLISH, id=2))), "log")

    assert [run.id for run in log.runs] == [9000000001, 2]
    assert log.unreadable == ()


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_saved_again_by_a_spreadsheet_is_read(read: Callable[..., Archive], delimiter: str) -> None:
    made = row(GERMAN, date="01.10.2017 21:08", type="Lauf", rounded="10,02", metres="10023,7", climb="84,5")

    [run] = read(table(GERMAN, made, delimiter=delimiter)).runs

    assert (run.distance_dm, run.climb_dm, run.start.minute) == (100_237, 845, 8)


# --- what can't be read


def test_rows_that_cannot_be_read_are_named_by_line_and_reason(read: Callable[..., Archive]) -> None:
    rows = [
        row(ENGLISH),  # lines 2 and 3: its description has a line break
        row(ENGLISH, id=2, metres="", rounded="", description=""),
        row(ENGLISH, id=3, metres="far", description=""),
        row(ENGLISH, id=4, moving="", description=""),
        row(ENGLISH, id=5, date="", description=""),
        row(ENGLISH, id=6, date="someday", description=""),
        row(ENGLISH, id=8, type="", description=""),
        row(ENGLISH, id=9, description="")[:12],
        [*row(ENGLISH, id=10, description=""), "surplus"],
    ]

    log = read(table(ENGLISH, *rows))

    assert [(line.line, line.why) for line in log.unreadable] == [
        (4, "no distance"),
        (5, "the distance 'far' can't be read"),
        (6, "no moving time"),
        (7, "no date"),
        (8, "the date 'someday' can't be read"),
        (9, "no activity type"),
        (10, "cut off after 12 of 26 columns"),
        (11, "27 columns where the header has 26"),
    ]
    assert (log.activities, len(log.runs)) == (1, 1)


@pytest.mark.parametrize(
    ("date_", "spoilt", "kept"),
    [("Oct 1, 2017, 9:08:32 PM", [3, 4], [1, 4]), ("2017-10-01 21:08:32", [3, 4, 5], [1])],
    ids=["up to the next quotation mark", "up to the end"],
)
def test_a_quotation_mark_that_is_never_closed_is_named_on_every_line_it_spoils(
    read: Callable[..., Archive], date_: str, spoilt: list[int], kept: list[int]
) -> None:
    text = table(ENGLISH, *(row(ENGLISH, id=number, description="fine", date=date_) for number in (1, 2, 3, 4)))
    second = text.index("\n2,")

    log = read(text[:second] + text[second:].replace("fine", '"fine', 1))

    assert [run.id for run in log.runs] == kept
    assert [(row.line, "quotation mark" in row.why) for row in log.unreadable] == [(line, True) for line in spoilt]


def test_a_huge_field_kills_nothing(read: Callable[..., Archive]) -> None:
    log = read(table(ENGLISH, row(ENGLISH, description="x" * 300_000), row(ENGLISH, id=2, metres="9" * 5000)))

    assert [run.id for run in log.runs] == [9000000001]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "activities.csv", "no activities.csv of Strava's export"),
        ("a,b,c\n1,2,3\n", "shoes.csv", "no activities.csv of Strava's export"),
        (b"\x00\x01\x02", "photo.jpg", "no activities.csv of Strava's export"),
        (table(row(ENGLISH), row(ENGLISH)), "activities.csv", "its first line is an activity and names no columns;"),
        (
            "Activity ID,Activity Date,Activity Type,Distance\n",
            "activities.csv",
            "no column for moving time; ask Strava",
        ),
        ("Activity ID,Activity Type,Moving Time\n", "activities.csv", "no column for date and distance; ask Strava"),
        (table(ENGLISH), "activities.csv", "no run that can be read (activities in it: 0)"),
        (table(ENGLISH, row(ENGLISH, type="Ride")), "activities.csv", "no run that can be read (activities in it: 1)"),
        (table(ENGLISH, row(ENGLISH, metres="", rounded="")), "activities.csv", "line 2: no distance"),
        (b"PK\x03\x04 and then nothing", "export.zip", "the archive is damaged"),
        (zipped(**{"profile.csv": "a"}), "export.zip", "no activities.csv in this archive"),
        (gzip.compress(bytes(range(256)))[:-12], "activities.csv.gz", "the archive is damaged"),
        ("[1, 2", "log.json", "no valid JSON from line 1, column 6 on"),
        ('{"message": "Authorization Error"}', "log.json", "a JSON object, where a list of activities is wanted"),
        ("[" * 100_000, "log.json", "no JSON list of activities"),
        ("[]", "log.json", "no run that can be read (activities in it: 0)"),
    ],
)
def test_what_is_no_log_is_refused_in_one_line(
    read: Callable[..., Archive], content: str | bytes, name: str, said: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read(content, name)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_and_a_folder_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read_archive(tmp_path / "nowhere.csv")
    with pytest.raises(BadInput, match=r"is a folder; name the activities\.csv in it"):
        read_archive(tmp_path)


def test_a_zip_bomb_is_refused_before_it_fills_the_memory(read: Callable[..., Archive]) -> None:
    zeros = gzip.compress(bytes(files.MAX_BYTES + 1), compresslevel=1)

    with pytest.raises(BadInput, match="more than 128 MB"):
        read(zeros, "activities.csv.gz")


ODD = st.sampled_from(
    [
        "",
        "sep=;",
        "0",
        "1,0",
        "1.00E+10",
        "9.721",
        "21/10/17",
        "99/99/99",
        "0/0/0",
        "Oct 1, 0",
        "nan",
        "\x00",
        "\ud800",
        '"',
    ]
) | st.text(max_size=12)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 27), ODD), max_size=12), st.sampled_from(",;\t"))
def test_whatever_stands_in_the_cells_a_table_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, str]], delimiter: str
) -> None:
    rows = [list(ENGLISH), row(ENGLISH), row(ENGLISH, id=2)]
    for line, place, cell in changes:
        rows[line][place % len(rows[line])] = cell
    path = tmp_path_factory.getbasetemp() / "activities.csv"
    path.write_bytes(table(rows[0], *rows[1:], delimiter=delimiter).encode(errors="surrogatepass"))

    refused, read_rows = "", 0
    try:
        log = read_archive(path)
        read_rows = log.activities + len(log.unreadable)
    except BadInput as error:
        refused = str(error)

    assert refused.count("\n") == 0
    assert bool(refused) is not bool(read_rows)


# --- the API's JSON


def test_a_json_list_is_read_with_its_local_times(read: Callable[..., Archive]) -> None:
    made = activity(1, MONDAY, 10, local=MONDAY.astimezone(ZoneInfo("Pacific/Kiritimati")))

    log = read(json.dumps([made, activity(2, MONDAY, 0.3), {"sport_type": "Ride"}]), "log.json")

    assert [run.start_local.hour for run in log.runs] == [21]
    assert (log.activities, log.unreadable, log.local_times) == (3, (), True)


def test_what_cannot_be_read_in_a_json_list_is_named_by_its_place(read: Callable[..., Archive]) -> None:
    broken: list[dict[str, Any]] = [{"distance": None}, {"moving_time": None}, {"start_date": "?"}, {"id": "x"}]
    made = [activity(1, MONDAY, 10), 5, *(activity(2, MONDAY, 10, **change) for change in broken)]

    log = read(json.dumps(made), "log.json")

    assert [row.as_json() for row in log.unreadable] == [
        {"line": 2, "why": "no activity"},
        {"line": 3, "why": "no distance"},
        {"line": 4, "why": "no moving time"},
        {"line": 5, "why": "no start time"},
        {"line": 6, "why": "no id"},
    ]
    assert log.activities == 1


def test_whoever_watches_is_handed_every_row(tmp_path: Path) -> None:
    path = tmp_path / "activities.csv"
    path.write_text(table(ENGLISH, row(ENGLISH), row(ENGLISH, id=2)))
    seen: list[int] = []

    def watch(rows: Sequence[Any]) -> Sequence[Any]:
        seen.append(len(rows))
        return rows

    read_archive(path, watch=watch)

    assert seen == [2]


# --- dates, numbers, sports


@pytest.mark.parametrize(
    "text",
    [
        "2017-10-21 18:30:20",
        "2017-10-21T18:30:20Z",
        "2017-10-21T20:30:20+02:00",
        "Oct 21, 2017, 6:30:20 PM",
        "Oct 21, 2017, 6:30:20\u202fPM",
        "October 21, 2017 6:30:20 p.m.",
        "21 Oct 2017, 18:30:20",
        "21.10.2017, 18:30:20",
        "21. Okt. 2017 um 18:30:20",
        "21 oct. 2017 à 18:30:20",
        "21 oct 2017, 18:30:20",
        "21 oct 2017 6:30:20 p. m.",
        "21 de out. de 2017 18:30:20",
        "21 ott 2017, 18:30:20",
        "21 okt. 2017 18:30:20",
        "21/10/2017, 18.30.20",
        "2017/10/21 18:30:20",
        "2017年10月21日 下午6:30:20",
        "2017. 10. 21. 오후 6:30:20",
        "21 paź 2017, 18:30:20",
        "21 окт. 2017 г., 18:30:20",
        "21 d’oct. 2017, 18:30:20",
    ],
)
def test_a_date_is_read_in_whatever_way_strava_writes_it(text: str) -> None:
    assert read_date(text) == datetime(2017, 10, 21, 18, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "clock"),
    [("12:05:06 AM", (0, 5, 6)), ("12:05:06 PM", (12, 5, 6)), ("18:30", (18, 30, 0)), ("", (0, 0, 0))],
)
def test_the_clock_is_read_on_12_and_24_hours_and_may_lack(text: str, clock: tuple[int, int, int]) -> None:
    assert read_date(f"Oct 21, 2017, {text}") == datetime(2017, 10, 21, *clock, tzinfo=UTC)


@pytest.mark.parametrize("month", ["Sept", "Sep", "set", "sept.", "September", "settembre"])
def test_september_has_many_names(month: str) -> None:
    assert read_date(f"3 {month} 2019, 07:00:00") == datetime(2019, 9, 3, 7, tzinfo=UTC)


NO_DATES = [
    "",
    "soon",
    "2017",
    "31.02.2017, 10:00:00",
    "21.10.2017, 25:00:00",
    "21.10.2017, 10",
    "1 2 3 4 5 6 7",
    "0001-01-01",
]


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "comma_decimal", "number"),
    [
        ("10023.7", False, 10023.7),
        ("10,023.7", False, 10023.7),
        ("10,023", False, 10023.0),
        ("1,234,567.8", False, 1234567.8),
        ("9,44", True, 9.44),
        ("10.023,7", True, 10023.7),
        ("10.023", True, 10023.0),
        ("10023.7", True, 10023.7),
        ("10 023,7", True, 10023.7),
        ("10\u202f023,7", True, 10023.7),
        ("10'023.7", False, 10023.7),
        ("1.2e3", False, 1200.0),
        ("-5", False, -5.0),
        ("", False, None),
        ("n/a", False, None),
        ("1e999", False, None),
        ("nan", False, None),
        ("inf", False, None),
    ],
)
def test_a_number_is_read_with_point_or_comma(text: str, comma_decimal: bool, number: float | None) -> None:
    assert read_number(text, comma_decimal=comma_decimal) == number


@pytest.mark.parametrize(
    ("column", "decimal"),
    [(["9,44", "10,023"], True), (["10.023,7"], True), (["10,023", "9.44"], False), (["10,023"], False), ([], False)],
)
def test_a_comma_is_decimal_once_it_cannot_stand_for_thousands(column: list[str], decimal: bool) -> None:
    assert comma_is_decimal(column) is decimal


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_a_number_is_the_same_in_every_country(whole: int, hundredths: int) -> None:
    english = f"{whole:,}.{hundredths:02}"
    german = english.translate(str.maketrans(",.", ".,"))

    assert read_number(english) == read_number(german, comma_decimal=True) == float(f"{whole}.{hundredths:02}")


@pytest.mark.parametrize(
    ("label", "sport"),
    [
        ("Run", "Run"),
        ("Trail Run", "TrailRun"),
        ("Virtual Run", "VirtualRun"),
        ("Lauf", "Run"),
        ("Traillauf", "TrailRun"),
        ("Virtueller Lauf", "VirtualRun"),
        ("Course à pied", "Run"),
        ("Carrera", "Run"),
        ("Corsa", "Run"),
        ("Corrida", "Run"),
        ("Hardloopsessie", "Run"),
        ("ラン", "Run"),
        ("Skilanglauf", "Skilanglauf"),
        ("Eislauf", "Eislauf"),
        ("Ride", "Ride"),
    ],
)
def test_runs_are_told_by_their_label_in_any_language(label: str, sport: str) -> None:
    assert sport_of(label) == sport
