package io.lightvisor.image.tar;

import io.lightvisor.linux.FileNames;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The records of an extended header: lines of `LENGTH KEY=VALUE\n`. GNU's sparse map of version 0.0 repeats keys, so
/// those are kept in their order.
final class PaxRecords {
    static final PaxRecords NONE = new PaxRecords(Map.of(), List.of());

    private final Map<String, byte[]> values;
    private final List<TarEntry.Extent> repeatedMap;

    private PaxRecords(Map<String, byte[]> values, List<TarEntry.Extent> repeatedMap) {
        this.values = values;
        this.repeatedMap = repeatedMap;
    }

    static PaxRecords parse(byte[] bytes) throws BadArchive {
        var values = new HashMap<String, byte[]>();
        var repeated = new ArrayList<TarEntry.Extent>();
        long offset = -1;
        int at = 0;
        while (at < bytes.length) {
            int space = at;
            int length = 0;
            while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9' && space - at < 8) {
                length = length * 10 + bytes[space++] - '0';
            }
            int end = at + length;
            if (space == at
                    || space >= bytes.length
                    || bytes[space] != ' '
                    || end <= space + 1
                    || end > bytes.length
                    || bytes[end - 1] != '\n') {
                throw new BadArchive("damaged tar archive: an extended header does not parse");
            }
            int equals = space + 1;
            while (equals < end && bytes[equals] != '=') {
                equals++;
            }
            if (equals == end) {
                throw new BadArchive("damaged tar archive: an extended header has a record without a value");
            }
            var key = new String(bytes, space + 1, equals - space - 1, StandardCharsets.UTF_8);
            var value = Arrays.copyOfRange(bytes, equals + 1, end - 1);
            if (key.equals("GNU.sparse.offset")) {
                offset = decimal(value);
            } else if (key.equals("GNU.sparse.numbytes")) {
                repeated.add(new TarEntry.Extent(offset, decimal(value)));
            } else {
                values.put(key, value);
            }
            at = end;
        }
        return new PaxRecords(values, repeated);
    }

    /// These records over global ones.
    PaxRecords over(PaxRecords global) {
        if (global.values.isEmpty()) {
            return this;
        }
        var merged = new HashMap<>(global.values);
        merged.putAll(values);
        return new PaxRecords(merged, repeatedMap);
    }

    String text(String key, String otherwise) {
        var value = values.get(key);
        return value == null ? otherwise : FileNames.decode(value);
    }

    Optional<String> find(String key) {
        return Optional.ofNullable(values.get(key)).map(FileNames::decode);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    long number(String key, long otherwise) throws BadArchive {
        var value = values.get(key);
        return value == null ? otherwise : decimal(value);
    }

    /// Seconds with an optional fraction: `1350244992.023960108`.
    Instant time(String key, Instant otherwise) throws BadArchive {
        var value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        var text = new String(value, StandardCharsets.US_ASCII);
        int dot = text.indexOf('.');
        try {
            long seconds = Long.parseLong(dot < 0 ? text : text.substring(0, dot));
            if (dot < 0) {
                return Instant.ofEpochSecond(seconds);
            }
            var fraction = (text.substring(dot + 1) + "000000000").substring(0, 9);
            long nanos = Long.parseLong(fraction);
            return Instant.ofEpochSecond(seconds, text.startsWith("-") ? -nanos : nanos);
        } catch (RuntimeException e) {
            throw new BadArchive("damaged tar archive: \"" + key + "\" is no time", e);
        }
    }

    /// The records that begin with `prefix`, by the rest of their key.
    Map<String, byte[]> withPrefix(String prefix) {
        Map<String, byte[]> found = Map.of();
        for (var record : values.entrySet()) {
            if (record.getKey().startsWith(prefix)) {
                if (found.isEmpty()) {
                    found = new LinkedHashMap<>();
                }
                found.put(record.getKey().substring(prefix.length()), record.getValue());
            }
        }
        return found;
    }

    /// The sparse map of version 0.0 or 0.1 in these records; null if there is none.
    @Nullable
    List<TarEntry.Extent> sparseMap() throws BadArchive {
        var map = values.get("GNU.sparse.map");
        if (map == null) {
            return repeatedMap.isEmpty() ? null : repeatedMap;
        }
        var extents = new ArrayList<TarEntry.Extent>();
        var numbers = new String(map, StandardCharsets.US_ASCII).split(",", -1);
        if (numbers.length % 2 != 0) {
            throw new BadArchive("damaged tar archive: a sparse map has an odd count of numbers");
        }
        for (int i = 0; i < numbers.length; i += 2) {
            extents.add(new TarEntry.Extent(
                    decimal(numbers[i].getBytes(StandardCharsets.US_ASCII)),
                    decimal(numbers[i + 1].getBytes(StandardCharsets.US_ASCII))));
        }
        return extents;
    }

    static long decimal(byte[] digits) throws BadArchive {
        if (digits.length == 0 || digits.length > 18) {
            throw new BadArchive("damaged tar archive: a number of an extended header is empty or too long");
        }
        long value = 0;
        for (byte b : digits) {
            if (b < '0' || b > '9') {
                throw new BadArchive("damaged tar archive: a number of an extended header holds other than digits");
            }
            value = value * 10 + b - '0';
        }
        return value;
    }
}
