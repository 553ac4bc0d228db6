"""The installation: a checkout, or a package anywhere. It decides where `.env` and the data are looked for."""

from pathlib import Path

CODE = Path(__file__).resolve().parent.parent  # the directory that holds content, integration and workers


def is_checkout(code: Path = CODE) -> bool:
    """Return True if the code lies in a checkout, not among installed packages."""
    return (code / "pyproject.toml").is_file()


def home(code: Path = CODE) -> Path:
    """Return the directory of `.env` and of relative paths: the checkout, or without one the working directory."""
    return code if is_checkout(code) else Path.cwd()


def default_data_dir(code: Path = CODE) -> Path:
    """Return `var`, for the checkout; without one, the place that the system has for this user's data."""
    if is_checkout(code):
        return Path("var")
    import platformdirs  # a checkout does without

    return platformdirs.user_data_path("backstride", appauthor=False)
