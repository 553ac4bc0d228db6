#!/usr/bin/env bash
# Builds the container on a base without Python packages and runs the demo in it, as a random user, on a read-only root:
# `make try-container`. Needs root, buildah and mmdebstrap, and says so where they are not at hand. Minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in buildah mmdebstrap unshare; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool is not at hand"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: a root file system is made by root alone"; exit 0; }
sources=$(find /etc/apt/sources.list.d -name '*.sources' 2>/dev/null | head -1)
[ -n "$sources" ] || { echo "skipped: no sources of Debian's packages"; exit 0; }
. /etc/os-release
place=${PLACE:-$(mktemp -d)}
buildah=(buildah --storage-driver vfs --root "$place/storage" --runroot "$place/run")
container=
clean_up() {
    [ -z "$container" ] || "${buildah[@]}" rm "$container" >/dev/null 2>&1 || true
    [ -n "${PLACE:-}" ] || rm -rf "$place"
}
trap clean_up EXIT

echo "== a root file system of Debian's own packages"
[ -d "$place/base/ROOT" ] || { mkdir -p "$place/base" && mmdebstrap --quiet --variant=apt --mode=root \
    --include=python3,python3-venv,ca-certificates "$VERSION_CODENAME" "$place/base/ROOT" "$sources"; }
printf 'FROM scratch\nCOPY ROOT/ /\n' > "$place/base/Containerfile"
"${buildah[@]}" bud --quiet --isolation chroot --tag localhost/python-base "$place/base" >/dev/null

echo "== the wheels, by hash, as this machine finds them"
python=$(chroot "$place/base/ROOT" python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
download() { .venv/bin/python -m pip download --quiet --quiet --disable-pip-version-check --dest "$place/wheels" \
    --no-deps --only-binary=:all: --python-version "$python" "$@"; }
if [ ! -d "$place/wheels" ]; then
    download --require-hashes --requirement requirements.txt --requirement requirements-build.txt
    # What this machine's Python does without, the base's may need; the build checks all of them by hash.
    for pin in $(sed -n 's/^\([^ ]*==[^ ]*\) ; python_full.*/\1/p' requirements.txt); do download "$pin" 2>/dev/null || true; done
fi

echo "== the image"
"${buildah[@]}" bud --quiet --format docker --isolation chroot --tag localhost/backstride \
    --build-arg BASE=localhost/python-base --build-arg PIP_NO_INDEX=1 --build-arg PIP_FIND_LINKS=/wheels \
    --volume "$place/wheels:/wheels:ro" --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" . >/dev/null
"${buildah[@]}" inspect --type image --format '{{.Docker.Config.User}} {{.Docker.Config.Healthcheck.Test}}' localhost/backstride

container=$("${buildah[@]}" from localhost/backstride)
root=$("${buildah[@]}" mount "$container")
echo "== $(du -sm "$root" | cut -f1) MB, of which $(du -sm "$root/opt/backstride" | cut -f1) MB are Backstride"
user=$((RANDOM + 20000))
mkdir -p "$place/data" && find "$place/data" -mindepth 1 -delete
chown 0:0 "$place/data" && chmod 770 "$place/data"
export root user place
exec_inside() { unshare --mount --pid --fork tools/inside_container.sh "$@"; }

echo "== the demo, as user $user on a read-only root"
exec_inside backstride demo --once
echo "== run, its health check, and SIGTERM"
exec_inside sh -c '
    export STRAVA_CLIENT_ID=1 STRAVA_CLIENT_SECRET=none PORT=18321 STRAVA_API_URL=http://127.0.0.1:9 STRAVA_OAUTH_URL=http://127.0.0.1:9
    check() { /opt/backstride/bin/python -I -c "import urllib.request as u; u.urlopen(\"http://127.0.0.1:$PORT/readyz\", timeout=4)" 2>/dev/null; }
    backstride run & instance=$!
    tries=0; until check; do tries=$((tries + 1)); [ $tries -lt 60 ] || { echo "never healthy" >&2; exit 1; }; sleep 1; done
    echo healthy; kill -TERM $instance; wait $instance && echo "stopped, exit code 0"'
echo "== a volume that the user may not write"
chmod 700 "$place/data"
exec_inside sh -c 'backstride migrate; [ $? = 2 ] && echo "exit code 2"'
echo "well: the container built, wrote its note, got healthy, stopped, and named a wrong volume"
