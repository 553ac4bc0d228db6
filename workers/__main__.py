"""`python -m workers worker …` and `python -m workers beat …`: Celery's own command, on our app."""

import sys

from integration.config import load_settings
from integration.errors import BadSetting
from workers.app import make_celery


def main() -> None:
    """Exit with 2 and one line when a setting is missing or wrong."""
    try:
        app = make_celery(load_settings())
    except BadSetting as error:
        sys.stderr.write(f"backstride: {error}\n")
        raise SystemExit(2) from None
    app.start(sys.argv[1:])


if __name__ == "__main__":
    main()
