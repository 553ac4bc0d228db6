#!/usr/bin/env bash
# Runs a command in the container's file system as a container engine would: read-only root, a volume, a random user.
# For tools/try_container.sh, which sets root, user and place, inside of `unshare --mount --pid`.
set -euo pipefail
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount --bind "$place/data" "$root/data"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
touch "$root/etc/hosts"  # an engine gives the names of this machine, too
mount --bind /etc/hosts "$root/etc/hosts"
mount -o remount,bind,ro "$root"
# shellcheck disable=SC2016
exec env --ignore-environment HOME=/tmp DATA_DIR=/data HOST=0.0.0.0 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PATH=/opt/backstride/bin:/usr/local/bin:/usr/bin:/bin "$(command -v chroot)" --userspec="$user:0" --groups= "$root" \
    sh -c 'cd /data 2>/dev/null || cd /tmp; if touch /opt/probe 2>/dev/null; then echo "the root is writable" >&2; exit 1; fi; exec "$@"' sh "$@"
