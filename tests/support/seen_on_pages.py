"""The things that a runner reads on our pages, in a few words each."""

import re
from datetime import date

from content.notes import block


def note_of(description: str | None) -> str:
    """Return the note below an athlete's words, without its marks; "" without one."""
    if not description or block.START not in description:
        return ""
    return description.split(block.START, 1)[1].split(block.END, 1)[0].strip()


def first_card(page: str) -> str:
    """Return the kind of day that the dashboard's first card names, or "hold", and what else it says."""
    if 'data-state="hold"' in page:
        return "hold"
    later = ", strength later" if 'id="strength-later"' in page else ""
    lasts = ", see a clinician" if 'id="has-lasted"' in page else ""
    return f"{value(page, 'data-day')}{later}{lasts}"


def limit(page: str) -> str:
    """Return the limit that the dashboard names, in km; "none" or "–" where it names none."""
    if 'id="headroom"' not in page or "<h2>Walk first</h2>" in page:
        return "–"
    return value(page[page.index('id="headroom"') :].split(">", 1)[0], "data-km") or "none"


def next_run(page: str) -> str:
    """Return the day and the limit of /next-run."""
    if 'id="limit"' not in page:
        instead = {"sore": "your back comes first", "way": "the way back", "walks-first": "walk first"}
        return next((words for name, words in instead.items() if f'id="{name}"' in page), "–")
    card = page[page.index('id="limit"') :].split(">", 1)[0]
    day, km = value(card, "data-day"), value(card, "data-km")
    return f"{date.fromisoformat(day or ''):%a} {km or 'no limit'}"


def plan_words(page: str) -> str:
    """Return the weekdays of the plan's days that are due in the next week, or why there is none."""
    if "The plan waits" in page:
        return "waits"
    if "Twelve weeks are over" in page:
        return "over"
    due = re.findall(r'data-day="([^"]*)" data-kind="due"', page)
    return " ".join(f"{date.fromisoformat(day):%a}" for day in due[:3])


def way_words(page: str) -> str:
    """Return the step of the way back, or why there is none."""
    if 'id="arrived"' in page:
        return "arrived"
    step = re.search(r"<h2>Step (\d+) of (\d+)</h2>", page)
    if step:
        return f"step {step[1]}/{step[2]}"
    return "wait" if 'id="sore"' in page else ""


def counts(page: str) -> list[str]:
    """Return the sentences of back and load."""
    return re.findall(r"<strong>(4 or more after.*?)</strong>", page, re.DOTALL)


def value(page: str, name: str) -> str | None:
    """Return the first attribute of that name in a page."""
    found = re.search(rf'{name}="([^"]*)"', page)
    return found[1] if found else None
