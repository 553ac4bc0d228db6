"""Thousands of made-up runners, measured: how many without any link are told of one, and how many with one."""

from random import Random

from content.companion.association import LOOKS, WRONG_AT_MOST, ScoredRun, _counted, counts

KINDS = ("long", "far", "week", "days", "hilly", "shoe")


def a_year_of(random: Random) -> list[ScoredRun]:
    """A year of answered runs of a runner whose back has nothing to do with what they run."""
    sore, runs = random.uniform(0.05, 0.6), random.randrange(12, 200)
    often = {kind: random.uniform(0.1, 0.6) for kind in KINDS}
    kinds = [frozenset(kind for kind in KINDS if random.random() < often[kind]) for _ in range(runs)]
    return [ScoredRun(5 if random.random() < sore else 1, each) for each in kinds]


def test_of_1000_runners_without_any_link_at_most_one_in_twenty_is_told_of_one_in_a_year_of_weekly_looks() -> None:
    """Between two looks nothing changes (unit/test_association.py): a week with a look stands for those after it."""
    random, told = Random(16), 0
    for log in (a_year_of(random) for _ in range(1000)):
        looks = [look for look in LOOKS if look <= len(log)]
        told += any(found.differs for look in looks for found in counts(log[:look], KINDS))

    assert told <= 50


def test_looking_whenever_one_likes_without_such_looks_would_tell_too_many() -> None:
    """The reason for all this: Fisher's test at 1 in 20 every week, for two kinds alone."""
    random, told = Random(18), 0
    for log in (a_year_of(random) for _ in range(200)):
        weeks = (_counted(log[: len(log) * week // 52], KINDS[:2]) for week in range(4, 53, 2))
        told += any(found.enough and found.chance <= WRONG_AT_MOST for week in weeks for found in week)

    assert told > 20


def test_a_strong_link_is_found_in_most_runners_who_have_one() -> None:
    random = Random(17)
    found = 0
    for _ in range(200):
        log = []
        for _ in range(60):
            long = random.random() < 0.25
            sore = random.random() < (0.6 if long else 0.1)
            log.append(ScoredRun(5 if sore else 0, frozenset({"long"} if long else ())))
        found += bool(counts(log, KINDS)[0].differs)

    assert found > 150
