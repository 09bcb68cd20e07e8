package io.lightvisor.image.bootstrap;

import io.lightvisor.model.Architecture;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// Writes `metadata.yaml` and the templates of an image that we build.
final class MetadataText {
    static final String HOSTNAME_TEMPLATE = "{{ container.name }}\n";
    static final String HOSTS_TEMPLATE = """
            127.0.0.1	localhost
            127.0.1.1	{{ container.name }}

            # The following lines are desirable for IPv6 capable hosts
            ::1	localhost ip6-localhost ip6-loopback
            ff02::1	ip6-allnodes
            ff02::2	ip6-allrouters
            """;

    private MetadataText() {}

    static String yaml(Instant created, Map<String, String> properties) {
        var text = new StringBuilder();
        text.append("architecture: ").append(Architecture.host().kernelName()).append('\n');
        text.append("creation_date: ").append(created.getEpochSecond()).append('\n');
        text.append("properties:\n");
        new TreeMap<>(properties)
                .forEach((key, value) -> text.append("  ")
                        .append(key)
                        .append(": ")
                        .append(quoted(value))
                        .append('\n'));
        text.append("""
                templates:
                  /etc/hostname:
                    when:
                    - create
                    - copy
                    - rename
                    create_only: false
                    template: hostname.tpl
                  /etc/hosts:
                    when:
                    - create
                    - copy
                    - rename
                    create_only: false
                    template: hosts.tpl
                """);
        return text.toString();
    }

    /// A double-quoted scalar (YAML 1.2, section 7.3.1).
    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
