package io.lightvisor.model.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ProblemException;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The words are those that LXD 5.0.2 answered when it was asked the same.
final class SchemasTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', useHeadersInDisplayName = true, textBlock = """
            KEY                            | VALUE          | ANSWER
            foo                            | 1              | Unknown configuration key: foo
            FOO                            | 1              | Unknown configuration key: FOO
            user                           | 1              | Unknown configuration key: user
            environment                    | 1              | Unknown configuration key: environment
            security.secureboot            | true           | Unknown configuration key: security.secureboot
            limits.memory.hugepages        | true           | Unknown configuration key: limits.memory.hugepages
            migration.stateful             | true           | Unknown configuration key: migration.stateful
            raw.qemu                       | -x             | Unknown configuration key: raw.qemu
            volatile.foo                   | 1              | Unknown configuration key: volatile.foo
            volatile.eth0.foo              | 1              | Unknown configuration key: volatile.eth0.foo
            volatile.apply_nvram           | 1              | Unknown configuration key: volatile.apply_nvram
            security.selinux.domain        | x              | Unknown configuration key: security.selinux.domain
            limits.cpu.nodes               | 0              | Unknown configuration key: limits.cpu.nodes
            boot.autostart                 | abc            | Invalid value for a boolean "abc"
            boot.autostart                 | t              | Invalid value for a boolean "t"
            boot.autostart                 | 5              | Invalid value for a boolean "5"
            boot.autostart.delay           | abc            | Invalid value for an integer "abc"
            boot.autostart.delay           | 1.5            | Invalid value for an integer "1.5"
            limits.processes               | 0x10           | Invalid value for an integer "0x10"
            limits.processes               | ` 5`           | Invalid value for an integer " 5"
            limits.processes               | 9223372036854775808 | Invalid value for an integer "9223372036854775808"
            cluster.evacuate               | abc            | Invalid value "abc" (not one of [auto migrate live-migrate stop])
            limits.cpu                     | abc            | Invalid CPU limit syntax
            limits.cpu                     | -1             | Invalid CPU limit syntax
            limits.cpu                     | 0-             | Invalid CPU limit syntax
            limits.cpu                     | 1,             | Invalid CPU limit syntax
            limits.cpu                     | +5             | Invalid CPU limit syntax
            limits.cpu.allowance           | abc            | Invalid allowance: abc
            limits.cpu.allowance           | 5              | Invalid allowance: 5
            limits.cpu.allowance           | 10ms           | Invalid allowance: 10ms
            limits.cpu.priority            | 11             | Invalid value for a limit "11". Must be between 0 and 10
            limits.cpu.priority            | -1             | Invalid value for a limit "-1". Must be between 0 and 10
            limits.cpu.priority            | abc            | Invalid value for an integer "abc"
            limits.hugepages.2MB           | 10%            | Invalid value: 10%
            limits.memory                  | abc            | Invalid value: abc
            limits.memory                  | 0              | Memory limit can't be 0
            limits.memory                  | 0B             | Memory limit can't be 0
            limits.memory                  | 0%             | Memory limit can't be 0%
            limits.memory                  | 1 GiB          | Invalid value: 1 GiB
            limits.memory                  | 1gib           | Invalid value: 1gib
            limits.memory                  | 1KB            | Invalid value: 1KB
            limits.memory                  | -1             | Invalid value: -1
            limits.memory.enforce          | HARD           | Invalid value "HARD" (not one of [soft hard])
            raw.idmap                      | abc            | Failed to get ID map: Invalid ID map line "abc"
            raw.idmap                      | both 1 2 3     | Failed to get ID map: Invalid ID map line "both 1 2 3"
            raw.idmap                      | x 1 2          | Failed to get ID map: Invalid ID map type "x 1 2"
            raw.idmap                      | both 1-2 5     | Failed to get ID map: The ID map ranges are of different sizes "both 1-2 5"
            raw.lxc                        | nonsense       | Invalid raw.lxc line: nonsense
            raw.lxc                        | lxc.logfile=/x | Setting lxc.logfile is not allowed
            raw.lxc                        | lxc.log.file=x | Setting lxc.logfile is not allowed
            raw.lxc                        | lxc.syslog=x   | Setting lxc.log.syslog is not allowed
            raw.lxc                        | lxc.ephemeral=1 | Setting lxc.ephemeral is not allowed
            raw.lxc                        | lxc.net.0.type=veth | Only interface-specific ipv4/ipv6 lxc.net. keys are allowed
            raw.lxc                        | lxc.prlimit.nofile=5 | Process limits should be set via "limits.kernel.[limit name]" and not directly via "lxc.prlimit.[limit name]"
            snapshots.expiry               | 1x             | Invalid expiry expression
            snapshots.expiry               | 1d 2d          | Invalid expiry expression
            snapshots.expiry               | -1d            | Invalid expiry expression
            snapshots.expiry               | 1d2H           | Invalid expiry expression
            snapshots.schedule             | @foo           | Schedule must be of the form: <minute> <hour> <day-of-month> <month> <day-of-week>
            snapshots.schedule             | * * * *        | Schedule must be of the form: <minute> <hour> <day-of-month> <month> <day-of-week>
            snapshots.schedule             | @daily,@hourly | Schedule must be of the form: <minute> <hour> <day-of-month> <month> <day-of-week>
            snapshots.schedule             | 61 * * * *     | Error parsing schedule: end of range (61) above maximum (59): 61
            snapshots.schedule             | 0 0 * * 8      | Error parsing schedule: end of range (8) above maximum (6): 8
            volatile.uuid                  | abc            | Invalid UUID
            volatile.vsock_id              | abc            | Invalid value for an integer "abc"
            """)
    void validate_instanceRefused(String key, String value, String answer) {
        var caught =
                assertThrows(ProblemException.class, () -> Schemas.instance().validate(Map.of(key, value)));
        assertEquals(answer, caught.problem().what());
        assertEquals(400, caught.problem().statusCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', useHeadersInDisplayName = true, textBlock = """
            KEY                              | VALUE
            boot.autostart                   | TRUE
            boot.autostart                   | On
            boot.autostart                   | no
            boot.autostart                   | ``
            boot.autostart.delay             | -1
            limits.processes                 | +5
            limits.cpu                       | 4
            limits.cpu                       | 0-1,3
            limits.cpu                       | 1-1
            limits.cpu                       | 007
            limits.cpu.allowance             | 150%
            limits.cpu.allowance             | 25ms/100ms
            limits.cpu.allowance             | 10/100
            limits.memory                    | 512
            limits.memory                    | 1EiB
            limits.memory                    | 101%
            limits.memory.swap               | False
            limits.kernel.nofile             | 1000:unlimited
            linux.sysctl.net.ipv4.ip_forward | 1
            environment.A                    | x y
            user.a b                         | anything
            image.os                         | Debian
            security.syscalls.blacklist      | x
            raw.lxc                          | lxc.net.0.ipv4.gateway=1.2.3.4
            raw.lxc                          | # comment
            raw.idmap                        | both 1000-1001 5-6
            snapshots.expiry                 | 1M 2H 3d 4w 5m 6y
            snapshots.expiry                 | 1S
            snapshots.schedule               | @daily, @Hourly
            snapshots.schedule               | 0-5/2 * * JAN mon
            snapshots.schedule               | @never
            volatile.uuid                    | AE2C985E-174F-4C1C-A0A7-1A0D09008BB7
            volatile.eth0.hwaddr             | 00:16:3e:00:00:01
            volatile.a.b.hwaddr              | x
            volatile.eth0.last_state.vf.id   | 3
            volatile.base_image              | x
            cloud-init.user-data             | #!/bin/sh
            """)
    void validate_instanceAccepted(String key, String value) {
        assertDoesNotThrow(() -> Schemas.instance().validate(Map.of(key, value)));
    }

    @Test
    void validate_environmentWithLineBreak() {
        var caught = assertThrows(
                ProblemException.class, () -> Schemas.instance().validate(Map.of("environment.A", "x\ny")));
        assertEquals(
                "Environment variables cannot contain line breaks",
                caught.problem().what());
    }

    @Test
    void validate_namesTheFirst() {
        var caught =
                assertThrows(ProblemException.class, () -> Schemas.instance().validate(Map.of("zzz", "1", "aaa", "2")));
        assertEquals("Unknown configuration key: aaa", caught.problem().what());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            security.syscalls.allow     | x | security.syscalls.deny         | y     | security.syscalls.allow is mutually exclusive with security.syscalls.deny*
            security.syscalls.allow     | x | security.syscalls.deny_compat  | true  | security.syscalls.allow is mutually exclusive with security.syscalls.deny*
            security.syscalls.allow     | x | security.syscalls.deny_default | true  | security.syscalls.allow is mutually exclusive with security.syscalls.deny*
            security.syscalls.whitelist | x | security.syscalls.blacklist    | y     | security.syscalls.allow is mutually exclusive with security.syscalls.deny*
            security.syscalls.whitelist | x | security.syscalls.allow        | y     | Mutually exclusive keys security.syscalls.allow and security.syscalls.whitelist are set
            security.syscalls.blacklist | x | security.syscalls.deny         | y     | Mutually exclusive keys security.syscalls.deny and security.syscalls.blacklist are set
            security.privileged         | 1 | nvidia.runtime                 | true  | nvidia.runtime is incompatible with privileged containers
            """)
    void validate_keysThatExcludeEachOther(String key1, String value1, String key2, String value2, String answer) {
        for (var schema : new Schema[] {Schemas.instance(), Schemas.profile()}) {
            var caught =
                    assertThrows(ProblemException.class, () -> schema.validate(Map.of(key1, value1, key2, value2)));
            assertEquals(answer, caught.problem().what());
        }
    }

    @Test
    void validate_allowWithoutDeny() {
        Schemas.instance().validate(Map.of("security.syscalls.allow", "x", "security.syscalls.deny_default", "false"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            volatile.uuid        | x   | Volatile keys can only be set on instances
            volatile.eth0.hwaddr | x   | Volatile keys can only be set on instances
            image.os             | x   | Image keys can only be set on instances
            foo                  | x   | Unknown configuration key: foo
            security.csm         | 1   | Unknown configuration key: security.csm
            security.secureboot  | abc | Invalid value for a boolean "abc"
            """)
    void validate_profileRefused(String key, String value, String answer) {
        var caught =
                assertThrows(ProblemException.class, () -> Schemas.profile().validate(Map.of(key, value)));
        assertEquals(answer, caught.problem().what());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "security.secureboot",
                "limits.memory.hugepages",
                "migration.stateful",
                "agent.nic_config",
                "security.agent.metrics"
            })
    void validate_profileWithKeyOfVirtualMachines(String key) {
        Schemas.profile().validate(Map.of(key, "true"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            foo                            | 1     | unknown key
            volatile.uuid                  | x     | unknown key
            core.syslog_socket             | true  | unknown key
            core.https_address             | a b   | Couldn't resolve "a b"
            core.https_allowed_credentials | abc   | invalid boolean
            core.shutdown_timeout          | abc   | invalid integer
            images.compression_algorithm   | abc   | Invalid compression algorithm "abc"
            core.bgp_routerid              | abc   | Not an IPv4 address "abc"
            core.bgp_asn                   | abc   | invalid integer
            core.bgp_asn                   | 4294967296 | Value isn't within valid range. Must be between 0 and 4294967294
            cluster.max_voters             | 2     | Value must be an odd number equal to or higher than 3
            cluster.max_standby            | 9     | Value must be between 0 and 5
            cluster.offline_threshold      | 1     | Value must be greater than '10'
            cluster.images_minimal_replica | -5    | Invalid value for image replica count
            cluster.join_token_expiry      | abc   | Invalid expiry expression
            """)
    void validate_serverRefused(String key, String value, String why) {
        var caught = assertThrows(ProblemException.class, () -> Schemas.server().validate(Map.of(key, value)));
        assertEquals(
                "cannot set '" + key + "' to '" + value + "': " + why,
                caught.problem().what());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            core.https_address           | :8443
            core.https_address           | 10.0.0.1
            core.https_address           | [::1]:8443
            core.https_address           | [::]
            core.https_address           | ::1
            core.trust_password          | secret
            images.compression_algorithm | zstd
            images.default_architecture  | x86_64
            images.auto_update_interval  | -1
            cluster.max_voters           | 5
            core.remote_token_expiry     | 1d
            user.x                       | 1
            """)
    void validate_serverAccepted(String key, String value) {
        Schemas.server().validate(Map.of(key, value));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            foo                               | 1    | Invalid project configuration key "foo"
            limits.disk.pool.default          | 1GiB | Invalid project configuration key "limits.disk.pool.default"
            features.images                   | abc  | Invalid project configuration key "features.images" value: Invalid value for a boolean "abc"
            limits.memory                     | 50%  | Invalid project configuration key "limits.memory" value: Invalid value: 50%
            restricted.backups                | abc  | Invalid project configuration key "restricted.backups" value: Invalid value "abc" (not one of [block allow])
            restricted.containers.privilege   | abc  | Invalid project configuration key "restricted.containers.privilege" value: Invalid value "abc" (not one of [allow unprivileged isolated])
            restricted.devices.disk.paths     | abc  | Invalid project configuration key "restricted.devices.disk.paths" value: Item "abc": Must be absolute file path
            restricted.idmap.uid              | abc  | Invalid project configuration key "restricted.idmap.uid" value: Item "abc": Invalid number "abc"
            restricted.idmap.uid              | 1-   | Invalid project configuration key "restricted.idmap.uid" value: Item "1-": Invalid end number "1-"
            restricted.networks.subnets       | abc  | Invalid project configuration key "restricted.networks.subnets" value: Subnet "abc" invalid, must be in the format of "<uplink network>:<subnet>"
            backups.compression_algorithm     | abc  | Invalid project configuration key "backups.compression_algorithm" value: Invalid compression algorithm "abc"
            """)
    void validate_projectRefused(String key, String value, String answer) {
        var caught =
                assertThrows(ProblemException.class, () -> Schemas.project().validate(Map.of(key, value)));
        assertEquals(answer, caught.problem().what());
    }

    @Test
    void validate_projectAccepted() {
        Schemas.project()
                .validate(Map.of(
                        "features.images", "true",
                        "limits.memory", "1GiB",
                        "restricted", "true",
                        "restricted.devices.disk.paths", "/a,/b",
                        "restricted.idmap.uid", "1000-2000,5",
                        "restricted.networks.access", "anything",
                        "user.x", "y"));
    }

    @Test
    void keys_defaultsFitTheirRules() {
        var names = new HashSet<String>();
        for (var schema : new Schema[] {Schemas.instance(), Schemas.profile(), Schemas.server(), Schemas.project()}) {
            names.clear();
            for (var key : schema.keys()) {
                assertTrue(names.add(key.name()), key.name());
                assertFalse(key.help().isEmpty(), key.name());
                assertFalse(key.help().endsWith("."), key.name());
                if (!key.defaultValue().isEmpty()) {
                    assertEquals("", key.check().complaint(key.defaultValue()), key.name());
                }
                assertTrue(schema.find(key.name().replace("*", "x")).isPresent());
            }
        }
    }

    @Test
    void requireIdmapKept_dropped() {
        var before = Map.of("volatile.idmap.next", "[]", "volatile.uuid", "x");
        VolatileKeys.requireIdmapKept(before, Map.of("volatile.idmap.next", "[1]"));
        var caught = assertThrows(
                ProblemException.class, () -> VolatileKeys.requireIdmapKept(before, Map.of("volatile.uuid", "x")));
        assertEquals(
                "Volatile idmap keys can't be deleted by the user",
                caught.problem().what());
    }

    @Test
    void isLive_someOfEach() {
        assertTrue(Schemas.instance().isLive("limits.memory"));
        assertTrue(Schemas.instance().isLive("user.x"));
        assertFalse(Schemas.instance().isLive("security.privileged"));
        assertEquals("30", Schemas.instance().defaultOf("boot.host_shutdown_timeout"));
    }

    @Test
    void markdown_hasEveryKey() {
        String page = ConfigDocs.markdown();
        for (var schema : new Schema[] {Schemas.instance(), Schemas.profile(), Schemas.server(), Schemas.project()}) {
            for (var key : schema.keys()) {
                assertTrue(page.contains("| `" + key.name() + "` |"), key.name());
            }
        }
    }

    @Test
    void configuration_shape() {
        var configs = (Map<?, ?>) ConfigDocs.configuration().get("configs");
        var boot = (Map<?, ?>) ((Map<?, ?>) configs.get("instance")).get("boot");
        var first = (Map<?, ?>) ((java.util.List<?>) boot.get("keys")).getFirst();
        assertEquals("bool", ((Map<?, ?>) first.get("boot.autostart")).get("type"));
    }
}
