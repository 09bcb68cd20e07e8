package io.lightvisor.model.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.model.ByteSize;
import io.lightvisor.model.DeviceMap;
import io.lightvisor.model.NetworkName;
import io.lightvisor.model.PoolName;
import io.lightvisor.model.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The words are those that LXD 5.0.2 answered when it was asked the same.
final class DeviceTest {
    /// Options as `type=disk path=/x`.
    private static Map<String, String> options(String text) {
        var options = new TreeMap<String, String>();
        for (String option : text.strip().split(" +")) {
            if (!option.isEmpty()) {
                int equals = option.indexOf('=');
                options.put(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        return options;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', useHeadersInDisplayName = true, textBlock = """
            OPTIONS | ANSWER
            `` | Failed loading device "x": Missing device type in config
            type=foo | Failed loading device "x": Unsupported device type
            type=none a=b | Invalid device option "a"
            type=disk | Disk entry is missing the required "source" or "path" property
            type=disk path=/x | Disk entry is missing the required "source" or "path" property
            type=disk path=/x pool=default | Disk entry is missing the required "source" or "path" property
            type=disk path=/ | Root disk entry must have a "pool" property set
            type=disk path=/ pool=p source=x | Root disk entry may not have a "source" property set
            type=disk path=/ source=/tmp | Root disk entry may not have a "source" property set
            type=disk path=/ pool=p size=abc | Invalid value for device option "size": Invalid value: abc
            type=disk path=/x source=/tmp size=1GiB | Only the root disk may have a size quota
            type=disk path=/x source=tmp | Source path must be absolute for local sources
            type=disk path=/x source=/tmp required=abc | Invalid value for device option "required": Invalid value for a boolean "abc"
            type=disk path=/x source=/tmp readonly=abc | Invalid value for device option "readonly": Invalid value for a boolean "abc"
            type=disk path=/x source=/tmp foo=1 | Invalid device option "foo"
            type=disk path=/x source=/tmp initial.uid=5 | Invalid device option "initial.uid"
            type=disk path=/x source=/tmp recursive=true readonly=true | Recursive read-only bind-mounts aren't currently supported by the kernel
            type=disk path=/x source=/tmp required=true optional=true | Cannot use both "required" and deprecated "optional" properties at the same time
            type=nic | Failed loading device "x": Unsupported device type
            type=nic nictype=abc | Failed loading device "x": Unsupported device type
            type=nic nictype=bridged | Invalid value for device option "parent": Required value
            type=nic nictype=macvlan | Invalid value for device option "parent": Required value
            type=nic nictype=ipvlan | Invalid value for device option "parent": Required value
            type=nic nictype=physical | Invalid value for device option "parent": Required value
            type=nic network=br0 nictype=bridged | Cannot use "nictype" property in conjunction with "network" property
            type=nic network=br0 parent=br0 | Cannot use "parent" property in conjunction with "network" property
            type=nic network=br0 mtu=1500 | Cannot use "mtu" property in conjunction with "network" property
            type=nic network=br0 name=eth/0 | Invalid value for device option "name": Network interface contains invalid characters
            type=nic network=br0 name=ab:c | Invalid value for device option "name": Network interface contains invalid characters
            type=nic network=br0 name=xxxxxxxxxxxxxxxx | Invalid value for device option "name": Network interface is too long (maximum 15 characters)
            type=nic network=br0 name=a | Invalid value for device option "name": Network interface is too short (minimum 2 characters)
            type=nic network=br0 hwaddr=abc | Invalid value for device option "hwaddr": Invalid MAC address, must be 6 bytes of hex separated by colons
            type=nic network=br0 hwaddr=00-16-3e-aa-bb-cc | Invalid value for device option "hwaddr": Invalid MAC address, must be 6 bytes of hex separated by colons
            type=nic network=br0 ipv4.routes=abc | Invalid value for device option "ipv4.routes": Item "abc": invalid CIDR address: abc
            type=nic network=br0 ipv4.routes=10.0.0.5 | Invalid value for device option "ipv4.routes": Item "10.0.0.5": invalid CIDR address: 10.0.0.5
            type=nic network=br0 ipv4.routes=10.0.0.5/24 | Invalid value for device option "ipv4.routes": Item "10.0.0.5/24": Not an IPv4 network address "10.0.0.5/24"
            type=nic network=br0 vlan=abc | Invalid value for device option "vlan": Invalid VLAN ID "abc"
            type=nic network=br0 vlan=5000 | Invalid value for device option "vlan": Out of VLAN ID range (0-4094) "5000"
            type=nic network=br0 foo=x | Invalid device option "foo"
            type=nic network=br0 gvrp=true | Invalid device option "gvrp"
            type=nic network=br0 security.acls=x | Invalid device option "security.acls"
            type=nic nictype=bridged parent=br0 mtu=abc | Invalid value for device option "mtu": Invalid MTU "abc"
            type=nic nictype=macvlan parent=eth0 vlan=none | Invalid value for device option "vlan": Invalid VLAN ID "none"
            type=nic nictype=macvlan parent=eth0 gvrp=abc | Invalid value for device option "gvrp": Invalid value for a boolean "abc"
            type=nic nictype=macvlan parent=eth0 host_name=xx | Invalid device option "host_name"
            type=nic nictype=macvlan parent=eth0 limits.max=1Mbit | Invalid device option "limits.max"
            type=nic nictype=p2p parent=x | Invalid device option "parent"
            type=nic nictype=p2p ipv4.address=10.1.1.1 | Invalid device option "ipv4.address"
            type=nic nictype=routed parent=eth0 ipv4.address=abc | Invalid value for device option "ipv4.address": Item "abc": Not an IPv4 address "abc"
            type=nic nictype=routed parent=eth0 ipv4.gateway=abc | Invalid value for device option "ipv4.gateway": Invalid gateway: abc
            type=nic nictype=ipvlan parent=eth0 mode=x | Invalid value for device option "mode": Must be one of: l3s, l2
            type=proxy | Invalid value for device option "listen": Unknown protocol type ""
            type=proxy listen=tcp:127.0.0.1:80 | Invalid value for device option "connect": Unknown protocol type ""
            type=proxy listen=abc connect=tcp:127.0.0.1:80 | Invalid value for device option "listen": Unknown protocol type "abc"
            type=proxy listen=tcp:host:80 connect=tcp:1.1.1.1:1 | Invalid value for device option "listen": Not an IP address "host"
            type=proxy listen=tcp:127.0.0.1 connect=tcp:1.1.1.1:1 | Invalid value for device option "listen": address 127.0.0.1: missing port in address
            type=proxy listen=tcp:127.0.0.1:90-80 connect=tcp:1.1.1.1:1 | Invalid value for device option "listen": End port should be higher than start port
            type=proxy listen=tcp:127.0.0.1:80 connect=tcp:1.1.1.1:1 bind=abc | Invalid value for device option "bind": Invalid binding side given. Must be "host" or "instance"
            type=proxy listen=tcp:127.0.0.1:80 connect=tcp:1.1.1.1:1 uid=abc | Invalid value for device option "uid": Invalid value for a UNIX ID
            type=proxy listen=tcp:127.0.0.1:80 connect=tcp:1.1.1.1:1 mode=0644 | Only proxy devices for non-abstract unix sockets can carry uid, gid, or mode properties
            type=proxy listen=udp:127.0.0.1:80 connect=udp:1.1.1.1:1 proxy_protocol=true | The PROXY header can only be sent to tcp servers in non-nat mode
            type=proxy listen=tcp:127.0.0.1:80 connect=tcp:1.1.1.1:1-2 | Mismatch between listen port(s) and connect port(s) count
            type=proxy listen=unix:/s connect=tcp:1.1.1.1:1-2 | Mismatch between listen port(s) and connect port(s) count
            type=proxy listen=tcp:::1:80 connect=tcp:1.1.1.1:1 | Invalid value for device option "listen": address ::1:80: too many colons in address
            type=proxy listen=unix: connect=tcp:1.1.1.1:1 | Invalid value for device option "listen": Missing address
            type=proxy listen=tcp:0.0.0.0:80 connect=tcp:1.1.1.1:1 nat=true | Cannot listen on wildcard address "0.0.0.0" when in nat mode
            type=proxy listen=tcp:1.1.1.2:80 connect=udp:1.1.1.1:1 nat=true | Proxying tcp <-> udp is not supported when using NAT
            type=proxy listen=unix:/s connect=tcp:1.1.1.1:1 nat=true | Proxying unix <-> tcp is not supported when using NAT
            type=proxy listen=tcp:1.1.1.2:80 connect=tcp:1.1.1.1:1 nat=true bind=instance | Only host-bound proxies can use NAT
            type=proxy listen=tcp:1.1.1.2:80 connect=tcp:1.1.1.1:1 nat=true proxy_protocol=true | The PROXY header can only be sent to tcp servers in non-nat mode
            type=disk source=/tmp pool=default path=/x | Storage volumes cannot be specified as absolute paths
            type=gpu gputype=mdev | Unsupported device type
            type=unix-char | Unix device entry is missing the required "source" or "path" property
            type=unix-char source=null | Invalid value for device option "source": Path needs to be in /dev
            type=unix-char source=/etc/passwd | Invalid value for device option "source": Path needs to be in /dev
            type=unix-block source=/dev/null major=abc | Invalid value for device option "major": Invalid value for a UNIX device number
            type=unix-block source=/dev/null uid=4294967296 | Invalid value for device option "uid": Invalid value for a UNIX ID
            type=unix-block source=/dev/null mode=abc | Invalid value for device option "mode": Invalid value for an octal file mode
            type=unix-hotplug | Unix hotplug devices require a vendorid or a productid
            type=unix-hotplug vendorid=abc | Invalid value for device option "vendorid": Invalid value, must be four lower case hex characters
            type=usb foo=1 | Invalid device option "foo"
            type=gpu pci=abc | Invalid value for device option "pci": Invalid PCI address
            type=gpu gputype=mig | Either "mig.uuid" or both "mig.gi" and "mig.ci" must be set
            type=gpu pci=0000:00:00.0 id=1 | Cannot use "id" when when "pci" is set
            type=tpm path=/dev/tpm0 | Failed to validate config: Invalid value for device option "pathrm": Required value
            type=infiniband | Failed loading device "x": Unsupported device type
            type=infiniband nictype=physical | Invalid value for device option "parent": Required value
            type=infiniband nictype=physical parent=ib0 hwaddr=abc | Invalid value for device option "hwaddr": Invalid value, must be either 8 or 20 bytes of hex separated by colons
            """)
    void parse_refused(String options, String answer) {
        var caught = assertThrows(ProblemException.class, () -> Device.parse("x", options(options)));
        assertEquals("Device validation failed for \"x\": " + answer, caught.getMessage());
        assertEquals(400, caught.problem().statusCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            OPTIONS | SUPPORTED
            type=none | true
            type=none user.x=1 | true
            type=disk path=/ pool=p | true
            type=disk path=/ pool=p size=1GiB | true
            type=disk path=/ pool=p limits.read=10iops limits.max=10MB | true
            type=disk source=/tmp | true
            type=disk source=/tmp path=/x readonly= user.a=b | true
            type=disk source=/nonexistent path=x optional=true shift=true propagation=rshared | true
            type=disk source=vol pool=p path=/x | false
            type=disk source=cloud-init:config path=/x | false
            type=disk source=ceph:a/b path=/x ceph.user_name=me | false
            type=nic network=br0 | true
            type=nic network=br0 name=eth0 hwaddr=00:16:3E:AA:BB:CC | true
            type=nic network=br0 name= vlan=none | true
            type=nic network=br0 ipv4.address=none ipv6.address=fd00::5 | true
            type=nic network=br0 limits.ingress=10Mbit | true
            type=nic nictype=bridged parent=nobr mtu=1400 | true
            type=nic nictype=macvlan parent=eth0 vlan=5 mtu=9000 | true
            type=nic nictype=p2p host_name=vethx ipv4.routes=10.0.0.0/24 | true
            type=nic nictype=routed | true
            type=nic nictype=routed parent=eth0 ipv4.address=10.1.1.1,10.1.1.2 | true
            type=nic nictype=ipvlan parent=eth0 | true
            type=nic nictype=physical parent=eth0 vlan=5 | true
            type=nic nictype=sriov parent=eth0 | true
            type=proxy listen=tcp:127.0.0.1:80-90 connect=tcp:127.0.0.1:80-85 | true
            type=proxy listen=unix:@a connect=tcp:[::1]:5 | true
            type=proxy listen=unix:/a connect=tcp:1.1.1.1:1 mode=0644 uid=5 gid=5 bind=container | true
            type=proxy listen=tcp::80,443 connect=udp:1.1.1.1:1-2 | true
            type=unix-char source=/dev/null path=/etc/x | true
            type=unix-char path=/dev/x major=1 minor=3 mode=7777 | true
            type=unix-block source=/dev/nope required=false | true
            type=unix-hotplug vendorid=1234 | true
            type=usb | true
            type=gpu gputype=physical id=0 | true
            type=gpu pci=00:00.0 | true
            type=tpm path=/dev/tpm0 pathrm=/dev/tpmrm0 | true
            type=pci address=0000:00:00.0 | true
            type=infiniband nictype=physical parent=ib0 | true
            """)
    void parse_accepted(String options, boolean supported) {
        var device = Device.parse("x", options(options));
        assertEquals(supported, device.isSupported());
        assertEquals(options(options), new TreeMap<>(device.options()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``  | Name must be 1-63 characters long
            ..  | Name must not start with "." character
            a b | Name can only contain alphanumeric, hyphen, colon, underscore and full stop characters
            a/b | Name can only contain alphanumeric, hyphen, colon, underscore and full stop characters
            ä   | Name can only contain alphanumeric, hyphen, colon, underscore and full stop characters
            """)
    void parse_badName(String name, String answer) {
        var caught = assertThrows(ProblemException.class, () -> Device.parse(name, options("type=none")));
        assertEquals("Device validation failed for \"" + name + "\": " + answer, caught.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth0", "a:b", "a.b-c_d", "A1"})
    void parse_goodName(String name) {
        assertEquals(name, Device.parse(name, options("type=none")).name());
    }

    @Test
    void parse_rootDisk() {
        var disk = assertInstanceOf(
                DiskDevice.class, Device.parse("root", options("type=disk path=/ pool=fast size=10GiB")));
        assertTrue(disk.isRoot());
        assertEquals(Optional.of(new PoolName("fast")), disk.pool());
        assertEquals(Optional.of(new ByteSize(10L << 30)), disk.size());
        assertTrue(disk.required());
        assertFalse(disk.readOnly());
        assertEquals("private", disk.propagation());
    }

    @Test
    void parse_optionalDisk() {
        var disk = assertInstanceOf(
                DiskDevice.class, Device.parse("d", options("type=disk path=/x source=/y optional=yes readonly=1")));
        assertFalse(disk.required());
        assertTrue(disk.readOnly());
        assertFalse(disk.isRoot());
    }

    @Test
    void parse_nicOfANetwork() {
        var nic = assertInstanceOf(NicDevice.class, Device.parse("eth0", options("type=nic network=lxdbr0 name=eth1")));
        assertEquals(NicDevice.Kind.BRIDGED, nic.kind());
        assertEquals(Optional.of(new NetworkName("lxdbr0")), nic.network());
        assertEquals(Optional.of("eth1"), nic.guestName());
        assertEquals(0, nic.mtu());
    }

    @Test
    void parse_proxy() {
        var proxy = assertInstanceOf(
                ProxyDevice.class,
                Device.parse("p", options("type=proxy listen=udp:[::1]:80-82,90 connect=unix:/x bind=instance")));
        assertEquals(new ProxyAddress.Network(true, "::1", List.of(80, 81, 82, 90)), proxy.listen());
        assertEquals(new ProxyAddress.Unix("/x"), proxy.connect());
        assertTrue(proxy.bindInside());
    }

    @Test
    void parse_twoDisksAtOnePath() {
        var map = new DeviceMap(
                Map.of("a", options("type=disk source=/a path=/x"), "b", options("type=disk source=/b path=/x")));
        var caught = assertThrows(ProblemException.class, () -> Devices.parse(map));
        assertEquals(
                "Device validation failed for \"b\": More than one disk device uses the same path \"/x\"",
                caught.getMessage());
    }

    @Test
    void requireSupported_namesTheWayOut() {
        Devices.parse(new DeviceMap(Map.of("root", options("type=disk path=/ pool=p"), "x", options("type=none"))))
                .requireSupported("c1");
        var devices = Devices.parse(new DeviceMap(Map.of("d1", options("type=disk source=ceph:a/b path=/x"))));
        var caught = assertThrows(ProblemException.class, () -> devices.requireSupported("c1"));
        assertEquals(501, caught.problem().statusCode());
        assertEquals(
                "Failed to start device \"d1\": Ceph is not offered by this version; remove it with"
                        + " \"lxc config device remove c1 d1\", or from the profile that brings it",
                caught.getMessage());
    }

    @Test
    void parse_diskLimits() {
        var limits = ((DiskDevice)
                        Device.parse("d", options("type=disk source=/y path=/x limits.read=10MB limits.write=20iops")))
                .limits()
                .orElseThrow();
        assertEquals(10_000_000, limits.readBytes().orElseThrow());
        assertTrue(limits.readOperations().isEmpty());
        assertTrue(limits.writeBytes().isEmpty());
        assertEquals(20, limits.writeOperations().orElseThrow());
    }

    @Test
    void target_withoutStepsThatLeadNowhere() {
        var disk = (DiskDevice) Device.parse("d", options("type=disk source=/y path=mnt/../tmp/x/"));
        assertEquals("/tmp/x", disk.target());
    }
}
