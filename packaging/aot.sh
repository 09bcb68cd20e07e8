#!/usr/bin/env bash
# Makes the AOT caches of a laid-out installation: aot.sh PREFIX
#
# Each is made in two steps (JEP 483): a training run records which classes are loaded, a second JVM writes them, parsed
# and laid out, to a file that every later start maps.
#
# Two things about JDK 25.0.3, both found by measuring:
# - It does not notice that a jar behind a cache has changed, and goes on to run the old classes. So a cache's name carries
#   a hash of all jars and flags, and install.sh always makes it anew.
# - With linking (the default) all classes of the cache are loaded at each start: `lxc list` took 60 ms and 50 MB instead
#   of 30 ms and 36 MB. Hence -XX:-AOTClassLinking.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "$(readlink -f "$0")")/env.sh"

PREFIX=$(realpath "$1")
RUNTIME=$PREFIX/lib/runtime
SCRATCH=$(mktemp -d /tmp/lightvisor-aot-XXXXXX)
DAEMON=''

clean() {
    [ -z "$DAEMON" ] || kill -KILL "$DAEMON" 2>/dev/null || true
    rm -rf "$SCRATCH"
}
trap clean EXIT

conf() { sed -n "s/^$2=//p" "$PREFIX/lib/$1.conf"; }

# The class path of NAME with absolute names.
classpath() { conf "$1" classpath | tr ':' '\n' | sed "s|^|$PREFIX/lib/|" | paste -sd:; }

cache_name() { echo "$1-$({ cat "$PREFIX/lib/$1.conf" && cat "$PREFIX"/lib/*.jar && cat "$RUNTIME/made-from"; } | sha256sum | cut -c1-16).aot"; }

# create NAME: the second step, and the line in the conf that switches the cache on.
create() {
    local flags cache
    mapfile -t flags < <(conf "$1" flag | sed "s|@lib@|$PREFIX/lib|g")
    cache=$(cache_name "$1")
    if ! "$RUNTIME/bin/java" "${flags[@]}" -XX:-AOTClassLinking -XX:AOTMode=create -XX:AOTConfiguration="$SCRATCH/$1.aotconf" \
        -XX:AOTCache="$PREFIX/lib/$cache" -cp "$(classpath "$1")" >"$SCRATCH/$1.log" 2>&1; then
        tail -n 5 "$SCRATCH/$1.log" >&2
        fail "the AOT cache of $1 could not be made" "AOT=no leaves it out."
    fi
    chmod 0644 "$PREFIX/lib/$cache"
    echo "aot=$cache" >>"$PREFIX/lib/$1.conf"
}

record() { LIGHTVISOR_TRAIN=1 LIGHTVISOR_JAVA_OPTS="-XX:AOTMode=record -XX:AOTConfiguration=$SCRATCH/$1.aotconf" "$PREFIX/bin/$1" "${@:2}"; }
