"""Which column of activities.csv holds what: by its name in many languages, else by where Strava always puts it.

Strava translates the header, doubles some names (a rounded "Distance" in the athlete's units, a raw one in metres),
and adds columns every few months, so neither a name nor a number alone finds a column.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from unicodedata import normalize

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
        "sinalizada", "gemarkeerd",
    ),
    "race": ("competition", "wettbewerb", "compétition", "competición", "competizione", "competição", "wedstrijd"),
}  # fmt: skip


_KEY = re.compile(r"translation missing: [\w.-]+\.(\w+)")  # what Strava prints where it has no words
_UNIT = re.compile(r" ?\((km|mi|m)\)$")


@dataclass(frozen=True, slots=True)
class Columns:
    """Indexes into a row; None where the file has no such column."""

    date: int
    type: int
    moving: int
    distance: int
    unit: str  # of `distance`: "m", "km", "mi", or "" where only the numbers can tell
    id: int | None = None
    name: int | None = None
    elapsed: int | None = None
    climb: int | None = None
    flagged: int | None = None
    race: int | None = None
    rounded: int | None = None  # the distance in the athlete's own units, for rows without metres

    @property
    def needed(self) -> int:
        """How many cells a row must have for us to read a run from it."""
        return max(self.date, self.type, self.moving, self.distance) + 1


def find_columns(header: Sequence[str]) -> Columns | None:
    """The columns of this header, or None when it is not that of an export."""
    names = [_plain(cell) for cell in header]
    found = {field: index for field in NAMES if (index := _first(names, field)) is not None}
    found |= _raw_block(names)
    distances = [index for index, name in enumerate(names) if _UNIT.sub("", name) in NAMES["distance"]]
    if len(distances) > 1 and "rounded" not in found:
        found |= {"distance": distances[-1], "rounded": distances[0]}
    elif len(distances) == 1:
        found["distance"] = distances[0]
    if not found.keys() >= {"date", "type", "moving", "distance"}:
        return None
    return Columns(unit=_unit(header, names, found), **found)


def _raw_block(names: Sequence[str]) -> dict[str, int]:
    """Strava's order, which shows whatever the language.

    First id, date, name, type; then …, elapsed, distance, … as the athlete sees them; then elapsed, moving, distance in
    seconds and metres, under the same names; three columns on the climb.
    """
    for first, name in enumerate(names[:-1]):
        for second in range(first + 2, len(names) - 2):
            if names[second] == name and names[second + 2] == names[first + 1] and first >= 5:
                raw = {"elapsed": second, "moving": second + 1, "distance": second + 2, "rounded": first + 1}
                if second + 5 < len(names):
                    raw["climb"] = second + 5
                return {"id": 0, "date": 1, "name": 2, "type": 3, **raw}
    return {}


def _first(names: Sequence[str], field: str) -> int | None:
    return next((names.index(name) for name in NAMES[field] if name in names), None)


def _unit(header: Sequence[str], names: Sequence[str], found: dict[str, int]) -> str:
    if "rounded" in found or "elapsed_time" in header:  # exports before July 2019 had names in snake case, and metres
        return "m"
    unit = _UNIT.search(names[found["distance"]])
    return unit[1] if unit else ""


def _plain(cell: str) -> str:
    """A header cell without what varies: markup, missing translations, case, underscores, kinds of space and quote."""
    words, key = _even(re.sub(r"<[^>]*>", "", unescape(cell))), _KEY.search(cell)
    return _even(key[1]) if key and words not in _KNOWN else words


def _even(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().replace("’", "'").replace("_", " ").split())


_KNOWN = {name for names in NAMES.values() for name in names}
