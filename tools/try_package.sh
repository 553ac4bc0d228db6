#!/usr/bin/env bash
# Installs the built wheel into an empty environment and runs the demo from a directory of its own: `make try-package`.
# usage: tools/try_package.sh WHEEL [PYTHON]
set -euo pipefail
wheel=$(realpath "$1")
python=$(command -v "${2:-python3}")
here=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/empty"
cd "$place/empty"
echo 'raise SystemExit("a stranger of that name")' > workers.py  # nothing of the directory may get in the way
"$python" -m venv "$place/venv"
# The same versions that are tested, and their wheels, as the checkout's own environment has them.
grep -v -e '^ *--hash' -e '^ *#' "$here/requirements.txt" | sed 's/ \\$//' > "$place/constraints.txt"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$place/constraints.txt" "$wheel"
echo "installed: $("$place/venv/bin/python" -m pip list --disable-pip-version-check 2>/dev/null | wc -l) packages with it"
HOME="$place/home" XDG_DATA_HOME="$place/data" "$place/venv/bin/backstride" demo --once
test "$(ls -A "$place/empty")" = workers.py || { echo "the demo left something in the directory it was called from" >&2; exit 1; }
HOME="$place/home" XDG_DATA_HOME="$place/data" "$place/venv/bin/backstride" migrate
test -f "$place/data/backstride/backstride.sqlite3" || { echo "no data in the user's data directory" >&2; exit 1; }
# As the README has it, with everything that uv finds newest; where uv is not at hand, the environment above has shown it.
if [ -x "$here/.venv/bin/uvx" ] && [ -n "${WITH_UVX:-}" ]; then
    HOME="$place/home" "$here/.venv/bin/uvx" --quiet --system-certs --python "$python" --from "$wheel" backstride demo --once
fi
echo "well: the demo wrote its note, and the data lies in the user's data directory"
