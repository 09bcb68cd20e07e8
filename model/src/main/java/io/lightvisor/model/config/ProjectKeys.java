package io.lightvisor.model.config;

import static io.lightvisor.model.config.ConfigKey.Scope.ANY;
import static io.lightvisor.model.config.Keys.LIVE;
import static io.lightvisor.model.config.Keys.flag;
import static io.lightvisor.model.config.Keys.number;
import static io.lightvisor.model.config.Keys.text;

import java.util.List;

/// The keys of projects. A restriction that is unset means the strict default, once `restricted` is true.
final class ProjectKeys {
    private static final Check BLOCK_ALLOW = Checks.oneOf("block", "allow");

    static final List<ConfigKey> ALL = List.of(
            text("backups.compression_algorithm", "", LIVE, ANY, Checks.COMPRESSION, "How backups are compressed"),
            flag("features.images", "false", LIVE, ANY, "Has images and aliases of its own"),
            flag("features.networks", "false", LIVE, ANY, "Has networks of its own"),
            flag("features.profiles", "false", LIVE, ANY, "Has profiles of its own"),
            flag("features.storage.volumes", "false", LIVE, ANY, "Has storage volumes of its own"),
            flag("images.auto_update_cached", "", LIVE, ANY, "Keep cached images new"),
            number(
                    "images.auto_update_interval",
                    "",
                    LIVE,
                    ANY,
                    Checks.INTEGER,
                    "Hours between looks for newer images; 0 for never"),
            text("images.compression_algorithm", "", LIVE, ANY, Checks.COMPRESSION, "How new images are compressed"),
            text("images.default_architecture", "", LIVE, ANY, Checks.ARCHITECTURE, "Architecture asked for"),
            number(
                    "images.remote_cache_expiry",
                    "",
                    LIVE,
                    ANY,
                    Checks.INTEGER,
                    "Days after which an unused cached image goes"),
            number("limits.containers", "", LIVE, ANY, Checks.UINT32, "Most containers"),
            number("limits.cpu", "", LIVE, ANY, Checks.UINT32, "Most processors of all instances' limits.cpu together"),
            text("limits.disk", "", LIVE, ANY, Checks.SIZE, "Most disk space of all volumes together"),
            number("limits.instances", "", LIVE, ANY, Checks.UINT32, "Most instances"),
            text("limits.memory", "", LIVE, ANY, Checks.SIZE, "Most memory of all instances' limits.memory together"),
            number("limits.networks", "", LIVE, ANY, Checks.UINT32, "Most networks"),
            number(
                    "limits.processes",
                    "",
                    LIVE,
                    ANY,
                    Checks.UINT32,
                    "Most of all instances' limits.processes together"),
            number("limits.virtual-machines", "", LIVE, ANY, Checks.UINT32, "Most virtual machines"),
            flag("restricted", "false", LIVE, ANY, "Whether the keys below restricted hold"),
            blockAllow("restricted.backups", "Whether backups may be made"),
            text("restricted.cluster.groups", "", LIVE, ANY, Checks.ANY, "Groups of cluster members that may be used"),
            blockAllow("restricted.cluster.target", "Whether a cluster member may be asked for"),
            text(
                    "restricted.containers.interception",
                    "block",
                    LIVE,
                    ANY,
                    Checks.oneOf("allow", "block", "full"),
                    "Whether system calls may be intercepted; allow means the harmless ones"),
            blockAllow("restricted.containers.lowlevel", "Whether keys such as raw.lxc may be used"),
            blockAllow("restricted.containers.nesting", "Whether security.nesting may be true"),
            text(
                    "restricted.containers.privilege",
                    "unprivileged",
                    LIVE,
                    ANY,
                    Checks.oneOf("allow", "unprivileged", "isolated"),
                    "unprivileged: no privileged containers; isolated: with ids of their own as well"),
            text(
                    "restricted.devices.disk",
                    "managed",
                    LIVE,
                    ANY,
                    Checks.oneOf("block", "allow", "managed"),
                    "Disks other than the root; managed means those with a pool"),
            text(
                    "restricted.devices.disk.paths",
                    "",
                    LIVE,
                    ANY,
                    Checks.listOf(Checks.ABSOLUTE_PATH),
                    "Paths below which a disk's source may lie, by commas"),
            blockAllow("restricted.devices.gpu", "GPUs"),
            blockAllow("restricted.devices.infiniband", "Infiniband devices"),
            text(
                    "restricted.devices.nic",
                    "managed",
                    LIVE,
                    ANY,
                    Checks.oneOf("block", "allow", "managed"),
                    "NICs; managed means those with a network"),
            blockAllow("restricted.devices.pci", "PCI devices"),
            blockAllow("restricted.devices.proxy", "Proxies"),
            blockAllow("restricted.devices.unix-block", "Block devices"),
            blockAllow("restricted.devices.unix-char", "Character devices"),
            blockAllow("restricted.devices.unix-hotplug", "Devices that come and go"),
            blockAllow("restricted.devices.usb", "USB devices"),
            text(
                    "restricted.idmap.gid",
                    "",
                    LIVE,
                    ANY,
                    Checks.listOf(Checks.ID_RANGE),
                    "Groups that raw.idmap may name"),
            text(
                    "restricted.idmap.uid",
                    "",
                    LIVE,
                    ANY,
                    Checks.listOf(Checks.ID_RANGE),
                    "Users that raw.idmap may name"),
            text("restricted.networks.access", "", LIVE, ANY, Checks.ANY, "Networks that may be used, by commas"),
            text("restricted.networks.subnets", "", LIVE, ANY, ProjectKeys::subnets, "Subnets of uplinks, by commas"),
            text("restricted.networks.uplinks", "", LIVE, ANY, Checks.ANY, "Networks that may be an uplink, by commas"),
            text("restricted.networks.zones", "", LIVE, ANY, Checks.ANY, "DNS zones that may be used, by commas"),
            blockAllow("restricted.snapshots", "Whether snapshots may be made"),
            blockAllow("restricted.virtual-machines.lowlevel", "Whether keys such as raw.qemu may be used"),
            text("user.*", "", LIVE, ANY, Checks.ANY, "Anything"));

    private ProjectKeys() {}

    private static ConfigKey blockAllow(String name, String help) {
        return text(name, "block", LIVE, ANY, BLOCK_ALLOW, help);
    }

    private static String subnets(String v) {
        for (String part : Checks.split(v)) {
            String subnet = part.strip();
            int colon = subnet.indexOf(':');
            if (colon <= 0 || subnet.indexOf('/') < colon) {
                return "Subnet " + Checks.quoted(subnet)
                        + " invalid, must be in the format of \"<uplink network>:<subnet>\"";
            }
        }
        return "";
    }
}
