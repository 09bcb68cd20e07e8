#!/usr/bin/env bash
# Lays out an installation from what build.sh made: install.sh [PREFIX]
#
#   bin/lxd, bin/lxc          one C starter under two names; it reads lib/<name>.conf
#   libexec/                  lightvisor-monitor (one per running container), libsqlitejdbc.so
#   lib/*.jar                 our jars and their libraries
#   lib/lxd.conf, lxc.conf    main class, class path, AOT cache and JVM flags of each
#   lib/runtime/              a Java runtime of the JDK's modules that are used
#   lib/*-<hash>.aot          what the JVM would otherwise load and link at every start (JEP 483)
#
# Everything is made beside the old installation and then takes its name, so that a daemon which runs from the old one
# keeps its files. AOT=no leaves the caches out (starts are then three times as slow).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "$(readlink -f "$0")")/env.sh"

PREFIX=$(realpath -m "${1:-$PREFIX}")
NEW=$PREFIX.new
AOT=${AOT:-yes}

# jdk.unsupported: sun.misc.Unsafe of libraries; jdk.crypto.ec: the curves of TLS certificates.
MODULES=java.base,java.logging,java.management,java.naming,java.sql,jdk.crypto.ec,jdk.management,jdk.net,jdk.unsupported

# Small heap, one compiler: 75 MB instead of 170 MB of memory, at no cost that a request would show.
# The starter replaces @lib@ by the folder lib/ it belongs to.
DAEMON_FLAGS=(
    -Xmx256m -Xms16m -Xmn8m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss256k
    -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:TrimNativeHeapInterval=10000 -XX:-UsePerfData
    --enable-native-access=ALL-UNNAMED
    '-Dlightvisor.libexec=@lib@/../libexec'
    '-Dorg.sqlite.lib.path=@lib@/../libexec' -Dorg.sqlite.lib.name=libsqlitejdbc.so
)
CLIENT_FLAGS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xmx256m)

# Prints the jars that module $1 runs with, its own first, one path a line.
jars_of() {
    local list=$ROOT/$1/target/classpath.txt
    [ -s "$list" ] || fail "$list is missing" "Build first: packaging/build.sh"
    ls "$ROOT/$1/target/lightvisor-$1"-*.jar
    tr ':' '\n' <"$list" | grep '\.jar$'
}

# The names as a class path: relative to lib/, separated by colons.
classpath_of() { jars_of "$1" | xargs -n 1 basename | paste -sd:; }

copy_jars() {
    local jar
    { jars_of cli && jars_of daemon; } | sort -u | while read -r jar; do
        case $jar in
        */sqlite-jdbc-*) copy_sqlite "$jar" ;;
        *) install -m 0644 "$jar" "$NEW/lib/" ;;
        esac
    done
}

# The jar carries twenty native libraries and unpacks one to /tmp at every start. Ours is unpacked once, here.
copy_sqlite() {
    local scratch native name
    scratch=$(mktemp -d "$NEW/sqlite-XXXXXX")
    name=$(basename "$1")
    (cd "$scratch" && "$JAVA_HOME/bin/jar" --extract --file "$1")
    native=$scratch/org/sqlite/native/Linux/$(uname -m)/libsqlitejdbc.so
    [ -f "$native" ] || fail "$name has no library for Linux on $(uname -m)"
    install -m 0755 "$native" "$NEW/libexec/"
    rm -rf "$scratch/org/sqlite/native"
    "$JAVA_HOME/bin/jar" --create --file "$NEW/lib/$name" --manifest "$scratch/META-INF/MANIFEST.MF" -C "$scratch" .
    rm -rf "$scratch"
}

copy_programs() {
    install -m 0755 "$ROOT/cli/target/native/jstart" "$NEW/bin/lxd"
    ln "$NEW/bin/lxd" "$NEW/bin/lxc"
    install -m 0755 "$ROOT/container/target/native/lightvisor-monitor" "$NEW/libexec/"
    install -m 0644 "$ROOT/README.md" "$ROOT/LICENSE" "$NEW/share/"
}

# A runtime takes ten seconds to make and depends on nothing but the JDK: kept from the old installation if it fits.
make_runtime() {
    local made_from
    made_from="$JAVA_HOME $(sed -n 's/^IMPLEMENTOR_VERSION=//p' "$JAVA_HOME/release") $MODULES"
    if [ "$made_from" = "$(cat "$PREFIX/lib/runtime/made-from" 2>/dev/null)" ]; then
        cp -al "$PREFIX/lib/runtime" "$NEW/lib/runtime"
        return
    fi
    "$JAVA_HOME/bin/jlink" --add-modules "$MODULES" --strip-debug --no-header-files --no-man-pages \
        --generate-cds-archive --output "$NEW/lib/runtime" >/dev/null
    echo "$made_from" >"$NEW/lib/runtime/made-from"
}

# write_conf NAME MAIN MODULE FLAG...
write_conf() {
    local conf=$NEW/lib/$1.conf
    {
        echo "main=$2"
        echo "classpath=$(classpath_of "$3")"
        printf 'flag=%s\n' "${@:4}"
    } >"$conf"
}

write_confs() {
    write_conf lxd io.lightvisor.daemon.Main daemon "${DAEMON_FLAGS[@]}"
    write_conf lxc io.lightvisor.cli.Main cli "${CLIENT_FLAGS[@]}"
}

take_the_name() {
    rm -rf "$PREFIX.old"
    if [ -e "$PREFIX" ]; then mv "$PREFIX" "$PREFIX.old"; fi
    mv "$NEW" "$PREFIX"
    rm -rf "$PREFIX.old"
}

find_java
rm -rf "$NEW"
mkdir -p "$NEW"/{bin,lib,libexec,share}
copy_programs
copy_jars
make_runtime
write_confs
if [ "$AOT" = yes ]; then "$ROOT/packaging/aot.sh" "$NEW"; fi
take_the_name
