package io.lightvisor.cli.out;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// What is expected here was printed by the client of LXD 5.0.2.
final class TableTest {
    private static Table instances() {
        Table table = new Table("NAME", "STATE", "IPV4", "IPV6", "TYPE", "SNAPSHOTS");
        table.add("c10", "STOPPED", "", "", "CONTAINER", "0");
        table.add("c2", "RUNNING", "10.78.61.173 (eth0)", "", "CONTAINER", "2");
        table.sort();
        return table;
    }

    @Test
    void table_framesAndCentres() {
        assertEquals("""
                +------+---------+---------------------+------+-----------+-----------+
                | NAME |  STATE  |        IPV4         | IPV6 |   TYPE    | SNAPSHOTS |
                +------+---------+---------------------+------+-----------+-----------+
                | c2   | RUNNING | 10.78.61.173 (eth0) |      | CONTAINER | 2         |
                +------+---------+---------------------+------+-----------+-----------+
                | c10  | STOPPED |                     |      | CONTAINER | 0         |
                +------+---------+---------------------+------+-----------+-----------+
                """, instances().table());
    }

    @Test
    void table_withoutRows() {
        assertEquals(
                "+-------+--------+\n| ALIAS | TARGET |\n+-------+--------+\n", new Table("ALIAS", "TARGET").table());
    }

    @Test
    void table_severalLinesAndWideLetters() {
        Table table = new Table("A", "B");
        table.add("x\nyy", "漢字");
        assertEquals(
                "+----+------+\n| A  |  B   |\n+----+------+\n| x  | 漢字 |\n| yy |      |\n+----+------+\n",
                table.table());
    }

    @Test
    void table_headersOfKeys() {
        Table table = new Table("volatile.eth0.hwaddr", "limits_cpu", "1.5");
        assertEquals(
                "| VOLATILE ETH0 HWADDR | LIMITS CPU | 1.5 |", table.table().split("\n")[1]);
    }

    @Test
    void compact_hasNoLines() {
        assertEquals(
                "  NAME   STATE          IPV4          IPV6    TYPE     SNAPSHOTS  \n"
                        + "  c2    RUNNING  10.78.61.173 (eth0)        CONTAINER  2          \n"
                        + "  c10   STOPPED                             CONTAINER  0          \n",
                instances().compact());
    }

    @Test
    void csv_quotesOnlyWhereNeeded() {
        Table table = new Table("A", "B", "C", "D");
        table.add("plain", "a,b", "say \"hi\"", " lead");
        table.add("", "two\nlines", "x", "");
        assertEquals("plain,\"a,b\",\"say \"\"hi\"\"\",\" lead\"\n,\"two\nlines\",x,\n", table.csv());
    }
}
