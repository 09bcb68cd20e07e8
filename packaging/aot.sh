#!/usr/bin/env bash
# Makes the AOT caches of a laid-out installation: aot.sh PREFIX
#
# Each is made in two steps (JEP 483): a training run records which classes are loaded, a second JVM writes them, parsed
# and laid out, to a file that every later start maps.
#
# Two things about JDK 25.0.3, both found by measuring:
# - It does not notice that a jar behind a cache has changed, and goes on to run the old classes. So a cache's name carries
#   a hash of all jars and flags, and install.sh always makes it anew.
# - With linking all classes of the cache are loaded at each start. A command needs a tenth of what the client was trained
#   on: `lxc list` took 60 ms and 50 MB with linking, 30 ms and 36 MB without. The daemon needs nearly all of it: its start
#   takes 450 ms of processor time with linking, 750 ms without, and the memory is the same.
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

cache_name() {
    local hash
    hash=$(cat "$PREFIX/lib/$1.conf" "$PREFIX"/lib/*.jar "$RUNTIME/made-from" | sha256sum | cut -c1-16)
    echo "$1-$hash.aot"
}

# create NAME FLAG: the second step, and the line in the conf that switches the cache on.
create() {
    local flags cache
    mapfile -t flags < <(conf "$1" flag | sed "s|@lib@|$PREFIX/lib|g")
    cache=$(cache_name "$1")
    if ! "$RUNTIME/bin/java" "${flags[@]}" "$2" -XX:AOTMode=create -XX:AOTConfiguration="$SCRATCH/$1.aotconf" \
        -XX:AOTCache="$PREFIX/lib/$cache" -cp "$(classpath "$1")" >"$SCRATCH/$1.log" 2>&1; then
        tail -n 5 "$SCRATCH/$1.log" >&2
        fail "the AOT cache of $1 could not be made" "AOT=no leaves it out."
    fi
    chmod 0644 "$PREFIX/lib/$cache"
    echo "aot=$cache" >>"$PREFIX/lib/$1.conf"
}

# What a recorded JVM loads while it lives goes to the file that create reads; LIGHTVISOR_TRAIN lets it end properly.
recording() { echo "-XX:AOTMode=record -XX:AOTConfiguration=$SCRATCH/$1.aotconf"; }

start_daemon() {
    mkdir -m 0711 "$LXD_DIR"
    LIGHTVISOR_TRAIN=1 LIGHTVISOR_JAVA_OPTS=$(recording lxd) \
        "$PREFIX/bin/lxd" --group root >"$SCRATCH/daemon.log" 2>&1 </dev/null &
    DAEMON=$!
    "$PREFIX/bin/lxd" waitready --timeout=60 || {
        tail -n 20 "$SCRATCH/daemon.log" >&2
        fail "the daemon did not start for the training of its AOT cache" "AOT=no leaves the caches out."
    }
}

stop_daemon() {
    kill -TERM "$DAEMON"
    wait "$DAEMON" || true
    DAEMON=''
}

# One client process runs all of these, so that its cache knows every command's classes; the daemon learns from the same
# session. A command that this host refuses (no network is made here, for example) has still loaded its classes.
session() {
    cat <<END
version
help
list
storage create default dir
profile device add default root disk path=/ pool=default
image copy busybox: local: --alias busybox
image list
image info busybox
image show busybox
image alias list
launch busybox c1
list
list --format csv --columns ns46tSdfmMuDlL
list --format json
list --format yaml
info c1
config show c1 --expanded
config get c1 user.a
config set c1 user.a b
config set c1 limits.memory 64MiB
config device list c1
config show
config trust list
exec c1 -n -- true
exec c1 -n -- sh -c exit
exec c1 -n -- cat /etc/passwd
console c1 --show-log
pause c1
start c1
restart --force c1
profile list
profile show default
profile create p1
profile delete p1
network list
storage list
storage info default
project list
operation list
warning list
remote list
alias list
query /1.0
query /1.0/instances?recursion=2
stop --force c1
start c1
delete --force c1
init busybox c2
rename c2 c3
delete c3
image delete busybox
profile device remove default root
storage delete default
list nosuch
info nosuch
nosuch
END
}

# The starter takes the main class from the conf of its own name: under this one it starts the training.
train_client() {
    local trainer=$PREFIX/bin/lxc-train
    ln "$PREFIX/bin/lxc" "$trainer"
    sed 's/^main=.*/main=io.lightvisor.cli.Training/' "$PREFIX/lib/lxc.conf" >"$PREFIX/lib/lxc-train.conf"
    session | LIGHTVISOR_TRAIN=1 LIGHTVISOR_JAVA_OPTS=$(recording lxc) \
        "$trainer" >"$SCRATCH/session.log" 2>&1
    rm "$trainer" "$PREFIX/lib/lxc-train.conf"
}

export LXD_DIR=$SCRATCH/lxd HOME=$SCRATCH LXD_CONF=$SCRATCH/client
start_daemon
train_client
stop_daemon
create lxc -XX:-AOTClassLinking
create lxd -XX:+AOTClassLinking
