#!/bin/bash
# Runs inside the virtual machine of ModernHostTest: modern-host.sh INSTALLATION
# Takes the read-only installation as it is, starts its daemon and puts a busybox and a Debian container through their lives.
set -eu

INSTALLATION=$1
IMAGES=/media/images
export LXD_DIR=/var/lib/lightvisor PATH=$INSTALLATION/bin:$PATH
exec 2>&1

step() { echo "== $*"; }

# Each command is shown when it does something, and none may take for ever.
lxc() {
    case $1 in list | query | exec) ;; *) echo "   lxc $*" ;; esac
    timeout 150 "$INSTALLATION/bin/lxc" "$@" || {
        local code=$?
        [ $code != 124 ] || die "lxc $* took more than 150 s"
        return $code
    }
}
die() {
    echo "FAILED: $*"
    tail -n 30 "$LXD_DIR.log" || true
    dmesg | grep -i 'apparmor.*DENIED' | tail -n 5
    exit 1
}
is() { [ "$1" = "$2" ] || die "$3: '$1' instead of '$2'"; }

import() {
    local files
    # One file, or two: meta-FINGERPRINT, which comes first by its name's order only if we see to it, and the rootfs.
    mapfile -t files < <(find "$IMAGES/$1" -name 'meta-*'; find "$IMAGES/$1" -type f -not -name 'meta-*')
    lxc image import "${files[@]}" --alias "$1"
}

state() { lxc list "^$1\$" --format csv --columns s; }
cgroup_of() { sed -n 's/^0:://p' "/proc/$(lxc query "/1.0/instances/$1/state" | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')/cgroup"; }

step "the host: $(uname -r), $(stat -fc %T /sys/fs/cgroup), AppArmor $(cat /sys/module/apparmor/parameters/enabled)"
mkdir -p "$LXD_DIR"
lxd --group lxd --logfile "$LXD_DIR.log" >"$LXD_DIR.out" &
daemon=$!
lxd waitready --timeout=180
lxd init --auto
import busybox
import debian12

step "busybox: launch, exec, limits, pause, stop"
lxc launch busybox c1
is "$(lxc exec c1 -- hostname)" c1 "host name"
code=0
lxc exec c1 -- sh -c 'exit 3' || code=$?
is $code 3 "exit code"
for _ in $(seq 100); do
    address=$(lxc list '^c1$' --format csv --columns 4)
    [ -z "$address" ] || break
    sleep 0.2
done
[ -n "$address" ] || die "no address"
echo "   $address"
find_limit() {
    # The limit may stand in the container's own cgroup or in the one above it that the daemon keeps.
    local at
    at=$(cgroup_of c1)
    while [ -n "$at" ]; do
        if [ "$(cat "/sys/fs/cgroup$at/$1" 2>/dev/null)" = "$2" ]; then return 0; fi
        at=${at%/*}
    done
    die "$1 is nowhere $2"
}
lxc config set c1 limits.memory 64MiB
find_limit memory.max 67108864
lxc config set c1 limits.processes 50
find_limit pids.max 50
lxc config set c1 limits.cpu.allowance 25ms/100ms
find_limit cpu.max "25000 100000"
lxc config set c1 limits.cpu 1
is "$(lxc exec c1 -- nproc)" 1 "processors"
if [ "$(cat /sys/module/apparmor/parameters/enabled)" = Y ]; then
    label=$(cat "/proc/$(lxc query /1.0/instances/c1/state | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')/attr/current")
    echo "   AppArmor: $label"
    [[ $label == *enforce* ]] || die "not confined: $label"
fi
lxc pause c1
is "$(state c1)" FROZEN "state"
lxc start c1
lxc stop c1
is "$(state c1)" STOPPED "state"

step "Debian: boots to running"
lxc launch debian12 d1
for _ in $(seq 200); do
    system=$(lxc exec d1 -- systemctl is-system-running --wait 2>/dev/null || true)
    case $system in running | degraded) break ;; esac
    sleep 0.5
done
is "$system" running "systemd of the guest ($(lxc exec d1 -- systemctl --failed --no-legend --plain || true))"
lxc exec d1 -- ls /sys/fs/cgroup/system.slice >/dev/null || die "the guest's cgroup tree is not delegated"

step "kill -9 of the daemon"
kill -9 $daemon
lxd --group lxd --logfile "$LXD_DIR.log" >"$LXD_DIR.out" &
daemon=$!
lxd waitready --timeout=180
is "$(state d1)" RUNNING "state after kill -9"
is "$(lxc exec d1 -- hostname)" d1 "host name"

step "leave nothing"
lxc stop d1
lxc delete d1 c1
kill $daemon
wait $daemon || true
left=$(grep "$LXD_DIR" /proc/mounts || true; find /sys/fs/cgroup -name '*lightvisor*')
[ -z "$left" ] || die "left: $left"
echo "all well"
