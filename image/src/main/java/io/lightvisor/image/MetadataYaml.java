package io.lightvisor.image;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// Writes `metadata.yaml`. All texts are quoted, so that none is taken for a number or a date.
public final class MetadataYaml {
    private final StringBuilder out = new StringBuilder(1024);

    private MetadataYaml() {}

    /// The file of this metadata; [ImageMetadata#parse] reads it back the same.
    public static byte[] write(ImageMetadata metadata) {
        return new MetadataYaml().all(metadata).getBytes(StandardCharsets.UTF_8);
    }

    private String all(ImageMetadata metadata) {
        out.append("architecture: ");
        quote(metadata.architecture().kernelName());
        out.append("\ncreation_date: ").append(metadata.createdAt().getEpochSecond());
        if (!metadata.expiresAt().equals(Instant.EPOCH)) {
            out.append("\nexpiry_date: ").append(metadata.expiresAt().getEpochSecond());
        }
        out.append("\nproperties:");
        texts("  ", metadata.properties());
        out.append("templates:");
        if (metadata.templates().isEmpty()) {
            out.append(" {}\n");
            return out.toString();
        }
        out.append('\n');
        new TreeMap<>(metadata.templates()).forEach((path, template) -> {
            out.append("  ");
            quote(path);
            out.append(":\n    when:");
            if (template.when().isEmpty()) {
                out.append(" []");
            }
            for (var trigger : template.when()) {
                out.append("\n      - ");
                quote(trigger);
            }
            out.append("\n    create_only: ").append(template.createOnly());
            out.append("\n    template: ");
            quote(template.template());
            out.append("\n    properties:");
            texts("      ", template.properties());
        });
        return out.toString();
    }

    private void texts(String indent, Map<String, String> texts) {
        if (texts.isEmpty()) {
            out.append(" {}\n");
            return;
        }
        out.append('\n');
        new TreeMap<>(texts).forEach((key, value) -> {
            out.append(indent);
            quote(key);
            out.append(": ");
            quote(value);
            out.append('\n');
        });
    }

    /// A double-quoted scalar: YAML 1.2, section 7.3.1.
    private void quote(String text) {
        out.append('"');
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '\t') {
                out.append("\\t");
            } else if (c < ' ' || (c > '~' && c < 0xA0) || c == 0x2028 || c == 0x2029 || c >= 0xD800 && c < 0x10000) {
                String digits = Integer.toHexString(c);
                out.append("\\u").repeat('0', 4 - digits.length()).append(digits);
            } else {
                out.appendCodePoint(c);
            }
        });
        out.append('"');
    }
}
