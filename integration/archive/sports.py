"""The runs among Strava's activity types, which an export writes in the athlete's language."""

from unicodedata import normalize

# "Skilanglauf" and "Eislaufen" are why whole names are compared, not parts of them.
_LABELS: dict[str, tuple[str, ...]] = {
    "Run": (
        "run", "running", "lauf", "laufen", "course à pied", "course", "carrera", "correr", "carrera a pie", "corsa",
        "corrida", "hardloopsessie", "hardlopen", "hardloop", "ラン", "ランニング", "跑步", "달리기", "러닝", "забег",
        "бег", "пробежка", "bieg", "bieganie", "löpning", "löptur", "løb", "løbetur", "løping", "løpetur", "juoksu",
        "běh", "beh", "koşu", "futás", "alergare", "lari", "cursa", "τρέξιμο", "біг",
    ),
    "TrailRun": (
        "trailrun", "trailrunning", "traillauf", "trail", "course de trail", "carrera de montaña",
        "carrera por montaña", "carrera de trail", "carrera por senderos", "corsa su sentiero", "corsa su trail",
        "corsa in montagna", "corsa trail", "corrida em trilha", "corrida de trilha", "corrida de trail",
        "corrida em trilhas", "trailhardlopen", "trailsessie", "trailloop", "トレイルラン", "トレイルランニング",
        "越野跑", "越野跑步", "트레일러닝", "트레일달리기", "трейл", "трейлраннинг", "bieg terenowy", "bieg przełajowy",
        "bieg trailowy", "traillöpning", "terränglöpning", "trailløb", "terrengløping", "terrengløp", "stiløping",
        "polkujuoksu",
    ),
    "VirtualRun": (
        "virtualrun", "virtueller lauf", "virtuelles laufen", "course à pied virtuelle", "course virtuelle",
        "carrera virtual", "corsa virtuale", "corrida virtual", "virtuele hardloopsessie", "virtuele run",
        "virtueel hardlopen", "virtuele loop", "バーチャルラン", "バーチャルランニング", "虚拟跑步", "虛擬跑步",
        "가상달리기", "가상러닝", "виртуальный забег", "bieg wirtualny", "wirtualny bieg", "virtuell löpning",
        "virtuel løb", "virtuelt løb", "virtuell løping", "virtuell løpetur", "virtuaalijuoksu",
    ),
}  # fmt: skip


def _plain(label: str) -> str:
    return "".join(normalize("NFKC", label).casefold().replace("-", " ").split())


_SPORTS = {_plain(label): sport for sport, labels in _LABELS.items() for label in labels}


def sport_of(label: str) -> str:
    """Strava's sport_type for a run's label in any language; other labels come back as they are."""
    return _SPORTS.get(_plain(label), label)
