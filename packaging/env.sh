# shellcheck shell=bash
# What quickstart, test and the scripts of this folder share. Sourced, never run.
#
#   ROOT        the checkout
#   PREFIX      where the installation goes (default /opt/lightvisor)
#   LXD_DIR     where the daemon keeps its state (default /var/lib/lxd)
#   JAVA_HOME   a JDK 25, found by find_java

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PREFIX=${PREFIX:-/opt/lightvisor}
LXD_DIR=${LXD_DIR:-/var/lib/lxd}
export PREFIX LXD_DIR

say() { printf '%s\n' "$*" >&2; }

# fail WHAT WHY-AND-REMEDY: two lines for the reader, then the end.
fail() {
    printf 'Error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf '       %s\n' "${@:2}" >&2
    exit 1
}

require_root() {
    [ "$(id -u)" = 0 ] || fail "$1 must be run by root" "Containers need mounts, cgroups and network links: try sudo $1"
}

# Prints the feature release of a JDK (25), from its own release file: starting it would cost a tenth of a second.
java_release() { sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null; }

# Sets JAVA_HOME to a JDK 25 or newer: the one given, else the one of the PATH, else the oldest fit one below /usr/lib/jvm.
find_java() {
    local candidate best='' java
    java=$(command -v javac || true)
    for candidate in "${JAVA_HOME:-}" "${java:+$(dirname "$(dirname "$(readlink -f "$java")")")}" /usr/lib/jvm/*; do
        if [ -x "$candidate/bin/javac" ] && [ -x "$candidate/bin/jlink" ] &&
            [ "$(java_release "$candidate")" -ge 25 ] 2>/dev/null; then
            best=$candidate
            break
        fi
    done
    [ -n "$best" ] || fail "no JDK 25 found" \
        "JAVA_HOME is '${JAVA_HOME:-}', and nothing below /usr/lib/jvm fits." \
        "Install a JDK 25 (for example Temurin 25) and run again, or name it: JAVA_HOME=/path/to/jdk $0"
    JAVA_HOME=$best
    # Maven's own libraries still use what the JDK warns of.
    MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
    export JAVA_HOME MAVEN_OPTS
}

# Packages still to install, each with the reason: filled by need, installed by install_needed.
NEEDED=()

# need COMMAND PACKAGE REASON: notes the Debian package if the command is missing.
need() {
    command -v "$1" >/dev/null && return
    say "  $2: $3"
    NEEDED+=("$2")
}

# need_file FILE PACKAGE REASON: the same for packages that bring no command.
need_file() {
    [ -e "$1" ] && return
    say "  $2: $3"
    NEEDED+=("$2")
}

install_needed() {
    [ ${#NEEDED[@]} -gt 0 ] || return 0
    say "Installing with apt: ${NEEDED[*]}"
    local log
    log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${NEEDED[@]}"; } \
        >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        fail "apt could not install ${NEEDED[*]}" "The last lines are above, all of them in $log"
    fi
    rm -f "$log"
    NEEDED=()
}

# What the build takes.
need_build_tools() {
    need mvn maven "builds the Java modules"
    need gcc gcc "compiles the starter of lxd and lxc"
    need_file /usr/include/stdlib.h libc6-dev "headers for gcc"
    need musl-gcc musl-tools "links the monitor statically, so that one costs 50 kB of memory per container"
    need_file /usr/include/linux/types.h linux-libc-dev "headers of the kernel, for the monitor"
    need make make "runs the two C builds"
}

# What the daemon calls while it runs.
need_host_tools() {
    need dnsmasq dnsmasq-base "DHCP and DNS on managed bridges"
    need nft nftables "NAT and firewall rules of managed bridges"
    need mmdebstrap mmdebstrap "builds Debian images from this host's own package mirror"
    need busybox busybox-static "the content of the busybox image"
    need unsquashfs squashfs-tools "unpacks and packs squashfs images"
    need zstd zstd "compresses images"
    need xz xz-utils "unpacks images compressed with xz"
    if [ -d /sys/kernel/security/apparmor ]; then
        need apparmor_parser apparmor "loads the AppArmor profile of each container"
    fi
}

# A hash over all that an installation is made from. Equal hash, equal installation.
source_hash() {
    (
        cd "$ROOT" || exit 1
        find pom.xml .mvn packaging ./*/pom.xml ./*/src -type f -not -path './e2e/*' -print0 |
            LC_ALL=C sort -z | xargs -0 sha256sum
        echo "$(java_release "$JAVA_HOME") $JAVA_HOME $PREFIX"
    ) | sha256sum | cut -d' ' -f1
}

# Returns once process PID has ended.
await_end() { tail --pid="$1" -s 0.1 -f /dev/null; }
