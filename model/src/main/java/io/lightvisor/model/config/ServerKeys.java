package io.lightvisor.model.config;

import static io.lightvisor.model.config.ConfigKey.Scope.ANY;
import static io.lightvisor.model.config.ConfigKey.Scope.MEMBER;
import static io.lightvisor.model.config.Keys.LIVE;
import static io.lightvisor.model.config.Keys.text;

import io.lightvisor.model.config.ConfigKey.Scope;
import java.util.List;

/// The keys of the server.
final class ServerKeys {
    static final List<ConfigKey> ALL = List.of(
            text(
                    "backups.compression_algorithm",
                    "gzip",
                    LIVE,
                    ANY,
                    Checks.COMPRESSION,
                    "How backups are compressed where nothing else is asked for"),
            text("candid.api.key", "", LIVE, ANY, Checks.ANY, "Public key of a Candid server (kept, without effect)"),
            text("candid.api.url", "", LIVE, ANY, Checks.ANY, "URL of a Candid server (kept, without effect)"),
            text("candid.domains", "", LIVE, ANY, Checks.ANY, "Domains of a Candid server (kept, without effect)"),
            number("candid.expiry", "3600", "Seconds that a Candid macaroon lasts (kept, without effect)"),
            address("cluster.https_address", MEMBER, "Address for the traffic of a cluster"),
            Keys.number(
                    "cluster.images_minimal_replica",
                    "3",
                    LIVE,
                    ANY,
                    Checks.between(-1, Integer.MAX_VALUE, "Invalid value for image replica count"),
                    "Members that keep a copy of an image; -1 for all"),
            text("cluster.join_token_expiry", "3H", LIVE, ANY, Checks.EXPIRY, "How long a join token is good"),
            Keys.number(
                    "cluster.max_standby",
                    "2",
                    LIVE,
                    ANY,
                    Checks.between(0, 5, "Value must be between 0 and 5"),
                    "Most members with the role database-standby"),
            Keys.number(
                    "cluster.max_voters", "3", LIVE, ANY, ServerKeys::voters, "Most members with the role database"),
            Keys.number(
                    "cluster.offline_threshold",
                    "20",
                    LIVE,
                    ANY,
                    Checks.between(11, Integer.MAX_VALUE, "Value must be greater than '10'"),
                    "Seconds of silence after which a member is offline"),
            address("core.bgp_address", MEMBER, "Address of the BGP server"),
            Keys.number(
                    "core.bgp_asn",
                    "",
                    LIVE,
                    ANY,
                    Checks.between(0, 4294967294L, "Value isn't within valid range. Must be between 0 and 4294967294"),
                    "BGP autonomous system number"),
            text("core.bgp_routerid", "", LIVE, MEMBER, Checks.IPV4, "BGP router id"),
            address("core.debug_address", MEMBER, "Address of the debug server (kept, without effect)"),
            address("core.dns_address", MEMBER, "Address of the DNS server"),
            address("core.https_address", MEMBER, "Address at which clients of the network are served"),
            flag("core.https_allowed_credentials", "", "Send Access-Control-Allow-Credentials"),
            text("core.https_allowed_headers", "", LIVE, ANY, Checks.ANY, "Value of Access-Control-Allow-Headers"),
            text("core.https_allowed_methods", "", LIVE, ANY, Checks.ANY, "Value of Access-Control-Allow-Methods"),
            text("core.https_allowed_origin", "", LIVE, ANY, Checks.ANY, "Value of Access-Control-Allow-Origin"),
            text(
                    "core.https_trusted_proxy",
                    "",
                    LIVE,
                    ANY,
                    Checks.ANY,
                    "Proxies, by commas, whose word is taken for a client's address"),
            address("core.metrics_address", MEMBER, "Address at which only metrics are served"),
            flag("core.metrics_authentication", "true", "Whether metrics need a certificate"),
            text("core.proxy_http", "", LIVE, ANY, Checks.ANY, "HTTP proxy; unset, the environment's"),
            text("core.proxy_https", "", LIVE, ANY, Checks.ANY, "HTTPS proxy; unset, the environment's"),
            text("core.proxy_ignore_hosts", "", LIVE, ANY, Checks.ANY, "Hosts reached without a proxy, by commas"),
            text("core.remote_token_expiry", "", LIVE, ANY, Checks.EXPIRY, "How long a token for a client is good"),
            number("core.shutdown_timeout", "5", "Minutes to wait for operations when the server stops"),
            flag("core.trust_ca_certificates", "", "Trust all certificates of the CA"),
            text("core.trust_password", "", LIVE, ANY, Checks.ANY, "Password by which a client gets trusted"),
            flag("images.auto_update_cached", "true", "Keep cached images new"),
            number("images.auto_update_interval", "6", "Hours between looks for newer images; 0 for never"),
            text(
                    "images.compression_algorithm",
                    "gzip",
                    LIVE,
                    ANY,
                    Checks.COMPRESSION,
                    "How new images are compressed"),
            text(
                    "images.default_architecture",
                    "",
                    LIVE,
                    ANY,
                    Checks.ARCHITECTURE,
                    "Architecture asked for where a cluster has several"),
            number("images.remote_cache_expiry", "10", "Days after which an unused cached image goes"),
            text("maas.api.key", "", LIVE, ANY, Checks.ANY, "Key of a MAAS server (kept, without effect)"),
            text("maas.api.url", "", LIVE, ANY, Checks.ANY, "URL of a MAAS server (kept, without effect)"),
            text("maas.machine", "", LIVE, MEMBER, Checks.ANY, "Name of this host in MAAS (kept, without effect)"),
            text("network.ovn.integration_bridge", "br-int", LIVE, ANY, Checks.ANY, "Bridge of OVN networks"),
            text(
                    "network.ovn.northbound_connection",
                    "unix:/var/run/ovn/ovnnb_db.sock",
                    LIVE,
                    ANY,
                    Checks.ANY,
                    "Northbound database of OVN"),
            text(
                    "rbac.agent.private_key",
                    "",
                    LIVE,
                    ANY,
                    Checks.ANY,
                    "Agent key of an RBAC server (kept, without effect)"),
            text(
                    "rbac.agent.public_key",
                    "",
                    LIVE,
                    ANY,
                    Checks.ANY,
                    "Agent key of an RBAC server (kept, without effect)"),
            text("rbac.agent.url", "", LIVE, ANY, Checks.ANY, "Agent URL of an RBAC server (kept, without effect)"),
            text(
                    "rbac.agent.username",
                    "",
                    LIVE,
                    ANY,
                    Checks.ANY,
                    "Agent name of an RBAC server (kept, without effect)"),
            number("rbac.api.expiry", "", "Seconds that an RBAC macaroon lasts (kept, without effect)"),
            text("rbac.api.key", "", LIVE, ANY, Checks.ANY, "Public key of an RBAC server (kept, without effect)"),
            text("rbac.api.url", "", LIVE, ANY, Checks.ANY, "URL of an RBAC server (kept, without effect)"),
            number("rbac.expiry", "", "Seconds that an RBAC macaroon lasts (kept, without effect)"),
            text("storage.backups_volume", "", LIVE, MEMBER, Checks.VOLUME, "Volume that holds backups: pool/volume"),
            text("storage.images_volume", "", LIVE, MEMBER, Checks.VOLUME, "Volume that holds images: pool/volume"),
            text("user.*", "", LIVE, ANY, Checks.ANY, "Anything"));

    private ServerKeys() {}

    private static ConfigKey flag(String name, String defaultValue, String help) {
        return new ConfigKey(
                name,
                ConfigKey.Type.BOOLEAN,
                defaultValue,
                LIVE,
                ANY,
                Checks.saying("invalid boolean", Checks.BOOLEAN),
                help);
    }

    private static ConfigKey number(String name, String defaultValue, String help) {
        return Keys.number(name, defaultValue, LIVE, ANY, Checks.saying("invalid integer", Checks.INTEGER), help);
    }

    private static ConfigKey address(String name, Scope scope, String help) {
        return text(name, "", LIVE, scope, Checks.LISTEN_ADDRESS, help);
    }

    private static String voters(String v) {
        if (!Numbers.isInteger(v)) {
            return "invalid integer";
        }
        return Numbers.isBetween(v, 3, Integer.MAX_VALUE) && Integer.parseInt(v) % 2 == 1
                ? ""
                : "Value must be an odd number equal to or higher than 3";
    }
}
