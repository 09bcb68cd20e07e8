#!/usr/bin/env bash
# Starts and stops the daemon of an installation: daemon.sh start|stop|restart|pid
#
# Where systemd runs, the daemon is the unit lightvisor.service; elsewhere it is a process of its own session, with its
# pid in $LXD_DIR/lxd.pid and its log in $LXD_DIR/logs/lxd.log. Stopping it leaves running instances alone.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "$(readlink -f "$0")")/env.sh"

UNIT=/etc/systemd/system/lightvisor.service
PID_FILE=$LXD_DIR/lxd.pid
LOG=$LXD_DIR/logs/lxd.log

systemd_runs() { [ -d /run/systemd/system ]; }

# The pid of this installation's running daemon, or nothing. A pid file alone proves nothing: the number may be used again.
daemon_pid() {
    local pid
    if systemd_runs; then
        pid=$(systemctl show -p MainPID --value lightvisor.service 2>/dev/null || true)
    else
        pid=$(cat "$PID_FILE" 2>/dev/null || true)
    fi
    [ -n "$pid" ] && [ "$pid" != 0 ] || return 0
    if [ "$(tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | head -n 1)" = "$PREFIX/bin/lxd" ]; then echo "$pid"; fi
}

# The unit also answers to lxd.service, as people know it, unless a package has brought one of that name.
write_unit() {
    local wanted alias=Alias=lxd.service
    if [ -e /lib/systemd/system/lxd.service ]; then alias=''; fi
    wanted=$(sed -e "s|@PREFIX@|$PREFIX|g" -e "s|@LXD_DIR@|$LXD_DIR|g" -e "s|@ALIAS@|$alias|" \
        "$ROOT/packaging/lightvisor.service")
    [ "$wanted" = "$(cat "$UNIT" 2>/dev/null || true)" ] && return
    printf '%s\n' "$wanted" >"$UNIT"
    systemctl daemon-reload
    systemctl enable -q lightvisor.service
}

start() {
    mkdir -p "$LXD_DIR/logs"
    chmod 0711 "$LXD_DIR"
    chmod 0700 "$LXD_DIR/logs"
    if systemd_runs; then
        write_unit
        systemctl start lightvisor.service
    elif [ -z "$(daemon_pid)" ]; then
        setsid "$PREFIX/bin/lxd" --group lxd --logfile "$LOG" </dev/null >>"$LOG.stderr" 2>&1 &
        echo $! >"$PID_FILE"
    fi
    # One that was started already, by the system perhaps, need not be ready yet.
    if ! "$PREFIX/bin/lxd" waitready --timeout=60; then
        tail -n 20 "$LOG" "$LOG.stderr" >&2 2>/dev/null || journalctl -u lightvisor.service -n 20 --no-pager >&2 || true
        fail "the daemon did not get ready within 60 seconds" "Its last words are above; all of them: $LOG"
    fi
}

stop() {
    local pid
    pid=$(daemon_pid)
    [ -n "$pid" ] || return 0
    if systemd_runs; then
        systemctl stop lightvisor.service
    else
        kill -TERM "$pid"
        await_end "$pid"
        rm -f "$PID_FILE"
    fi
}

case ${1:-} in
start) start ;;
stop) stop ;;
restart) stop && start ;;
pid) daemon_pid ;;
*) fail "usage: daemon.sh start|stop|restart|pid" ;;
esac
