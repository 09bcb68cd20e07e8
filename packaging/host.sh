#!/usr/bin/env bash
# Prepares the host for containers: host.sh prepare|undo
#
# What is changed is noted in $LXD_DIR/host-changes, one word a line, so that undo takes back exactly that and nothing
# which was there before.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "$(readlink -f "$0")")/env.sh"

CHANGES=$LXD_DIR/host-changes
SYSCTL_FILE=/etc/sysctl.d/60-lightvisor.conf
INOTIFY=/proc/sys/fs/inotify/max_user_instances
INOTIFY_WANTED=8192
ID_RANGE=root:1000000:1000000000

note() { echo "$1" >>"$CHANGES"; }
noted() { grep -qx "$1" "$CHANGES" 2>/dev/null; }

# Members of this group may use the daemon's socket, which is as good as being root.
prepare_group() {
    getent group lxd >/dev/null && return
    say "Creating the group lxd: its members may use the daemon, so treat them as administrators."
    groupadd --system lxd
    note group
}

# Containers run as host ids that nobody else has: root's lines in /etc/subuid and /etc/subgid say which (subuid(5)).
prepare_ids() {
    local file
    for file in /etc/subuid /etc/subgid; do
        grep -q '^root:' "$file" 2>/dev/null && continue
        say "Giving root the host ids $ID_RANGE in $file: containers run as these, never as real users."
        echo "$ID_RANGE" >>"$file"
        note "$(basename "$file")"
    done
}

# Each guest with systemd holds about nine inotify instances, all counted to one host user: the kernel's 128 are
# enough for fourteen guests.
prepare_inotify() {
    local now
    now=$(cat "$INOTIFY")
    [ "$now" -lt "$INOTIFY_WANTED" ] || return 0
    say "Raising fs.inotify.max_user_instances from $now to $INOTIFY_WANTED: $now are enough for $((now / 9)) guests only."
    echo "$INOTIFY_WANTED" >"$INOTIFY" || say "Could not raise it; more than $((now / 9)) guests will not start."
    mkdir -p "$(dirname "$SYSCTL_FILE")"
    printf '# Written by Lightvisor: room for many containers with systemd.\nfs.inotify.max_user_instances = %s\n' \
        "$INOTIFY_WANTED" >"$SYSCTL_FILE"
    note "inotify $now"
}

prepare() {
    mkdir -p "$LXD_DIR"
    prepare_group
    prepare_ids
    prepare_inotify
}

undo() {
    local file before
    for file in subuid subgid; do
        if noted "$file"; then sed -i "\\|^$ID_RANGE\$|d" "/etc/$file"; fi
    done
    before=$(sed -n 's/^inotify //p' "$CHANGES" 2>/dev/null || true)
    if [ -n "$before" ]; then
        rm -f "$SYSCTL_FILE"
        echo "$before" >"$INOTIFY" || true
    fi
    if noted group; then groupdel lxd || true; fi
    rm -f "$CHANGES"
}

case ${1:-} in
prepare) prepare ;;
undo) undo ;;
*) fail "usage: host.sh prepare|undo" ;;
esac
