"""One reader for each kind of entry: fields of a TOML table in, a checked value out.

`known` holds what was read before, by name, so that a reference to nothing is found at once.
"""

from collections.abc import Mapping
from typing import Any

from content.moves import models
from content.moves.dose import SIDES, UNITS, DoseRange
from content.moves.vocabulary import CUE_TIMES, EQUIPMENT, GROUPS, PARTS, POSITIONS, SPINE, TOPICS
from content.routines.facts import FACTS
from tools.fields import Fields

Known = Mapping[str, Mapping[str, Any]]


def source(name: str, fields: Fields, known: Known) -> models.Source:
    """Return an article, study or guideline."""
    del known
    evidence = models.Evidence(fields.choice("evidence", [kind.value for kind in models.Evidence]))
    return models.Source(name, fields.text("name", most=60), fields.text("title"), evidence)


def condition(name: str, fields: Fields, known: Known) -> models.Condition:
    """Return something to ask about first."""
    return models.Condition(name, fields.text("label"), fields.text("text"), _sources(fields, known))


def care_advice(name: str, fields: Fields, known: Known) -> models.CareAdvice:
    """Return advice on where to turn and how soon."""
    del known
    return models.CareAdvice(name, fields.whole("rank", 1, 9), fields.text("headline"), fields.text("text"))


def warning_sign(name: str, fields: Fields, known: Known) -> models.WarningSign:
    """Return a warning sign."""
    to = fields.choice("care_advice", known["care_advice"])
    return models.WarningSign(name, to, fields.text("sign"), fields.text("question"), _sources(fields, known))


def notice(name: str, fields: Fields, known: Known) -> str:
    """Return a line that stands in many places."""
    del name, known
    return fields.text("text")


def cue(name: str, fields: Fields, known: Known) -> models.Cue:
    """Return a thought for running form."""
    when, order = fields.choice("when", CUE_TIMES), fields.whole("order", 0, 20, default=0)
    if (when == "mid-run") != (order > 0):
        raise fields.wrong("order", "number the cues for mid-run from 1, and no others")
    return models.Cue(
        id=name,
        name=fields.text("name", most=60),
        when=when,
        order=order,
        text=fields.text("text"),
        sources=_sources(fields, known),
    )


def tip(name: str, fields: Fields, known: Known) -> models.Tip:
    """Return a tip."""
    return models.Tip(
        id=name,
        topic=fields.choice("topic", TOPICS),
        name=fields.text("name", most=60),
        text=fields.text("text"),
        note=fields.text("note", default="", most=100),
        caution=fields.text("caution", default=""),
        sources=_sources(fields, known, least=0),
    )


def cause(name: str, fields: Fields, known: Known) -> models.Cause:
    """Return a reason for back pain."""
    return models.Cause(
        id=name,
        mechanism=fields.text("mechanism"),
        trigger=fields.text("trigger"),
        answer=fields.text("answer"),
        moves=fields.choices("moves", known["moves"]),
        sources=_sources(fields, known),
    )


def next_run(name: str, fields: Fields, known: Known) -> models.NextRunWords:
    """Return the words for the next run."""
    del known
    return models.NextRunWords(name, fields.text("text", most=100), fields.text("short", most=40))


def rule(name: str, fields: Fields, known: Known) -> models.Rule:
    """Return the consequences of a kind of run."""
    link = fields.choice("link", ("D", "O"))
    follows = fields.choice("next_run", known["next_runs"], default="") if fields.has("next_run") else None
    found = models.Rule(
        id=name,
        when=fields.choices("when", FACTS, least=1),
        why=fields.text("why", most=200),
        link=link,
        sources=_sources(fields, known, least=1 if link == "D" else 0),
        today=fields.choices("today", known["moves"]),
        strength=fields.choices("strength", known["moves"]),
        tips=fields.choices("tips", known["tips"]),
        next_run=follows,
    )
    _same_day_is_gentle(fields, "today", found.today, known)
    return found


def slot(name: str, fields: Fields, known: Known) -> models.Slot:
    """Return a place in a routine."""
    link = fields.choice("link", ("D", "O"))
    found = models.Slot(
        id=name,
        part=fields.choice("part", ("today", "strength")),
        base=fields.flag("base"),
        from_level=fields.whole("from_level", 0, 9, default=0),
        moves=fields.choices("moves", known["moves"], least=2),
        instead=fields.choices("instead", known["moves"]),
        why=fields.text("why", most=200),
        link=link,
        sources=_sources(fields, known, least=1 if link == "D" else 0),
    )
    if found.part == "today":
        _same_day_is_gentle(fields, "moves", found.moves, known)
    return found


def move(name: str, fields: Fields, known: Known) -> models.Move:
    """Return one exercise, every field of it checked."""
    kind = models.Kind(fields.choice("kind", [kind.value for kind in models.Kind]))
    position = fields.choice("position", POSITIONS)
    return models.Move(
        id=name,
        name=fields.text("name", most=40),
        short=fields.text("short", most=26),
        hint=fields.text("hint", most=48),
        other_names=fields.texts("other_names"),
        kind=kind,
        group=fields.choice("group", GROUPS),
        parts=fields.choices("parts", PARTS, least=1, most=5),
        trains=fields.text("trains", most=160),
        feel=fields.text("feel", most=160),
        position=position,
        floor=POSITIONS[position],
        equipment=fields.choices("equipment", EQUIPMENT),
        optional=fields.choices("optional", EQUIPMENT),
        steps=fields.texts("steps", least=3, most=6),
        dose=dose(fields.table("dose"), known),
        why=fields.text("why", most=300),
        cautions=fields.texts("cautions", least=1),
        not_for=fields.text("not_for", most=200),
        spine=fields.choices("spine", SPINE),
        extension=fields.flag("extension"),
        flexion=fields.flag("flexion"),
        leave_out=fields.choices("leave_out", known["conditions"]),
        advanced=fields.flag("advanced"),
        from_level=fields.whole("from_level", 0, 9, default=0),
        easier=_variant(fields.table("easier")),
        harder=_variant(fields.table("harder")),
        sources=_sources(fields, known),
    )


def dose(fields: Fields, known: Known) -> DoseRange:
    """Return a dose: given by a source, or ours with what it rests on."""
    found = DoseRange(
        sets=fields.span("sets", 1, 5),
        amount=fields.span("amount", 1, 60),
        unit=fields.choice("unit", UNITS),
        sides=fields.choice("sides", SIDES, default="once"),
        given_by=fields.choices("given_by", known["sources"]),
        basis=fields.choices("basis", known["sources"]),
        pace=fields.whole("pace", 1, 60) if fields.has("pace") else None,
    )
    if bool(found.given_by) == bool(found.basis):
        raise fields.wrong("given_by", "name who gave the dose, or in `basis` what ours stands on, and not both")
    fields.close()
    return found


def _variant(fields: Fields) -> models.Variant:
    found = models.Variant(fields.text("text", most=200), fields.text("move", default="") or None)
    fields.close()
    return found


def _sources(fields: Fields, known: Known, least: int = 1) -> tuple[str, ...]:
    return fields.choices("sources", known["sources"], least=least)


def _same_day_is_gentle(fields: Fields, field: str, moves: tuple[str, ...], known: Known) -> None:
    for name in moves:
        if not known["moves"][name].kind.gentle:
            raise fields.wrong(field, f"{name!r} is no stretch and no mobility: not on the day of a run")
