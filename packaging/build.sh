#!/usr/bin/env bash
# Builds all modules without their tests and writes the run-time class path of each to its target/classpath.txt,
# which is what install.sh lays out.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "$(readlink -f "$0")")/env.sh"
find_java
cd "$ROOT"
export MAKEFLAGS=-s
# Maven resets the colours of a terminal even where there is none.
mvn -q -B -ntp package -DskipTests -Dspotless.check.skip=true \
    dependency:build-classpath -DincludeScope=runtime -Dmdep.outputFile=target/classpath.txt </dev/null 2>&1 |
    sed 's/\x1b\[[0-9;]*m//g' >&2
