"""The columns of activities.csv: found by name in many languages, else by the place that Strava gives them.

Strava translates the header, doubles some names (a rounded "Distance" in the athlete's units, a raw one in metres),
and adds columns every few months, so neither a name nor a number alone finds a column.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from unicodedata import normalize

from integration.archive.dates import read_date

NAMES: dict[str, tuple[str, ...]] = {
    "id": (
        "activity id", "aktivitäts-id", "id de l'activité", "id de actividad", "id de la actividad", "id attività",
        "id dell'attività", "id da atividade", "activiteits-id", "id van activiteit", "アクティビティid", "id",
    ),
    "date": (
        "activity date", "aktivitätsdatum", "date de l'activité", "fecha de la actividad", "fecha de actividad",
        "data dell'attività", "data attività", "data da atividade", "datum van activiteit", "アクティビティの日付",
        "アクティビティ日", "date",
    ),
    "name": (
        "activity name", "name der aktivität", "nom de l'activité", "nombre de la actividad", "nome dell'attività",
        "nome attività", "nome da atividade", "naam activiteit", "naam van activiteit", "アクティビティ名", "name",
    ),
    "type": (
        "activity type", "aktivitätsart", "aktivitätstyp", "type d'activité", "tipo de actividad", "tipo di attività",
        "tipo attività", "tipo de atividade", "tipo da atividade", "activiteitstype", "アクティビティタイプ",
        "アクティビティの種類", "type",
    ),
    "elapsed": (
        "elapsed time", "verstrichene zeit", "temps écoulé", "tiempo transcurrido", "tempo trascorso",
        "tempo decorrido", "verstreken tijd", "経過時間",
    ),
    "moving": (
        "moving time", "bewegungszeit", "durée de déplacement", "temps de déplacement", "tiempo en movimiento",
        "tempo in movimento", "tempo di movimento", "tempo em movimento", "tempo de movimentação",
        "tempo de movimento", "beweegtijd", "移動時間",
    ),
    "distance": ("distance", "distanz", "distancia", "distanza", "distância", "afstand", "距離"),
    "climb": (
        "elevation gain", "höhenzunahme", "höhenmeter", "dénivelé positif", "desnivel positivo", "ganancia de altitud",
        "dislivello", "dislivello positivo", "aumento di quota", "ganho de elevação", "hoogtewinst", "totale stijging",
        "獲得標高",
    ),
    "flagged": (
        "flagged", "markiert", "signalé", "signalée", "marcado", "marcada", "segnalato", "segnalata", "sinalizado",
        "sinalizada", "gemarkeerd", "gemeld",
    ),
    "race": (
        "competition", "wettbewerb", "compétition", "competición", "competencia", "competizione", "competição",
        "wedstrijd",
    ),
}  # fmt: skip


_KEY = re.compile(r"translation missing: [\w.-]+\.(\w+)")  # what Strava prints if it has no words
_UNIT = re.compile(r" ?\((km|mi|m)\)$")
_COPY = re.compile(r"\.\d+$")  # pandas calls a second "Distance" "Distance.1"
_NEEDED = {"date": "date", "type": "activity type", "distance": "distance", "moving": "moving time"}
FLAGGED_AFTER, RACE_AFTER = 62, 78  # columns after the distance in metres
_DESCRIPTION = 4  # of id, date, name, type, description, elapsed time, distance
_YES_OR_NO = frozenset({"", "0", "1", "0.0", "1.0", "0,0", "1,0", "true", "false"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Indexes into a row; None if the file has no such column."""

    date: int
    type: int
    moving: int
    distance: int
    unit: str  # of `distance`, as the header says it: "m", "km", "mi", or "" if only the numbers can tell
    has_moving: bool = True  # False: `moving` is the elapsed time
    id: int | None = None
    name: int | None = None
    elapsed: int | None = None
    climb: int | None = None
    flagged: int | None = None
    race: int | None = None
    rounded: int | None = None  # the distance in the athlete's own units, for rows without metres

    @property
    def needed(self) -> int:
        """The number of cells that a row must have for a run to be read from it."""
        return max(self.date, self.type, self.moving, self.distance) + 1


class MissingColumnsError(Exception):
    """The table is an export's, but lacks columns that a run is read from, or their names. The message says which."""


def find_columns(header: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> Columns | None:
    """Return the columns of this header, or None if it is not that of an export.

    `rows` are the cells below it: they decide whether columns that have no known name, but the right place, are flags.
    Raises MissingColumnsError.
    """
    if any(read_date(cell) for cell in header[:_DESCRIPTION]):
        raise MissingColumnsError("its first line is an activity and names no columns")
    names = [_plain(cell) for cell in header]
    found = {field: index for field in NAMES if (index := _first(names, field)) is not None}
    found = _with_raw_block(found, names, rows)
    distances = [index for index, name in enumerate(names) if _UNIT.sub("", name) in NAMES["distance"]]
    if len(distances) > 1 and "rounded" not in found:
        found |= {"distance": distances[-1], "rounded": distances[0]}
    elif len(distances) == 1:
        found["distance"] = distances[0]
    if len(found) < len(_NEEDED) - 1:
        return None
    has_moving = "moving" in found
    if not has_moving and "elapsed" in found:
        found["moving"] = found["elapsed"]
    if missing := [words for field, words in _NEEDED.items() if field not in found]:
        raise MissingColumnsError(f"no column for {' and '.join(missing)}")
    return Columns(unit=_unit(header, names, found), has_moving=has_moving, **found)


def _with_raw_block(found: dict[str, int], names: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Add the columns that only their place tells, whatever the language.

    Strava's order: id, date, name, type, description; elapsed time and distance as the athlete sees them; …; elapsed
    time, moving time and distance in seconds and metres, under the same names; three columns on the climb.
    """
    for first, name in enumerate(names[:-1]):
        for second in range(first + 2, len(names) - 2):
            if first > _DESCRIPTION and name and names[second] == name and names[second + 2] == names[first + 1]:
                return found | _raw_block(found, names, rows, first, second)
    return found


def _raw_block(
    found: dict[str, int], names: Sequence[str], rows: Sequence[Sequence[str]], first: int, second: int
) -> dict[str, int]:
    metres, shift = second + 2, first - _DESCRIPTION - 1  # another program may have put columns before the first
    places = {field: shift + place for place, field in enumerate(("id", "date", "name", "type"))}
    raw = {"elapsed": second, "moving": second + 1, "distance": metres, "rounded": first + 1}
    if metres + 3 < len(names):
        raw["climb"] = metres + 3
    flags = {"flagged": metres + FLAGGED_AFTER, "race": metres + RACE_AFTER}
    raw |= {field: at for field, at in flags.items() if field not in found and at < len(names) and _is_flag(rows, at)}
    return raw | {field: at for field, at in places.items() if shift == 0 or field not in found}


def _is_flag(rows: Sequence[Sequence[str]], place: int) -> bool:
    return {cells[place].casefold() for cells in rows if place < len(cells)} <= _YES_OR_NO


def _first(names: Sequence[str], field: str) -> int | None:
    return next((names.index(name) for name in NAMES[field] if name in names), None)


def _unit(header: Sequence[str], names: Sequence[str], found: dict[str, int]) -> str:
    unit = _UNIT.search(names[found["distance"]])
    if unit:
        return unit[1]
    return "m" if "elapsed_time" in header else ""  # exports before July 2019 had names in snake case, and metres


def _plain(cell: str) -> str:
    """Return a header cell without markup, missing translations, case, underscores, kinds of space and quote."""
    words, key = _even(_COPY.sub("", re.sub(r"<[^>]*>", "", unescape(cell)))), _KEY.search(cell)
    return _even(key[1]) if key and words not in _KNOWN else words


def _even(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().replace("’", "'").replace("_", " ").split())


_KNOWN = {name for names in NAMES.values() for name in names}
