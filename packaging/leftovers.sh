#!/usr/bin/env bash
# Prints everything on this host that a container manager could leave behind, one thing a line, sorted. Two prints, before
# and after, tell what was left: mounts, links, cgroups, nft tables, processes, scratch folders.
set -euo pipefail

mounts() { awk '{ print "mount", $2, $3 }' /proc/self/mounts; }

links() {
    local link
    for link in /sys/class/net/*; do echo "link $(basename "$link")"; done
}

cgroups() { find /sys/fs/cgroup -mindepth 1 -maxdepth 4 -type d -name '*lightvisor*' -printf 'cgroup %p\n' 2>/dev/null || true; }

tables() { nft list tables 2>/dev/null | sed 's/^/nft /' || true; }

# Monitors, daemons, and dnsmasq of a managed bridge, by their command lines without numbers that change.
processes() {
    local line command
    for line in /proc/[0-9]*/cmdline; do
        command=$(tr '\0' ' ' <"$line" 2>/dev/null || true)
        case $command in
        *'[lightvisor'* | */bin/lxd* | *dnsmasq*/networks/* | *lightvisor-monitor*) echo "process ${command% }" ;;
        esac
    done
}

folders() { find /tmp -maxdepth 1 -name 'lightvisor-*' -printf 'folder %p\n'; }

{ mounts && links && cgroups && tables && processes && folders; } | LC_ALL=C sort
