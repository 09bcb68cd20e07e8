package io.lightvisor.cli.out;

/// Bytes as people read them.
public final class Units {
    private static final String[] BINARY = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final String[] DECIMAL = {"kB", "MB", "GB", "TB", "PB", "EB"};

    private Units() {}

    /// With powers of 1024 and two places: `1.65MiB`; below 1024 `800B`.
    public static String binary(long bytes) {
        return of(bytes, 1024, BINARY);
    }

    /// With powers of 1000 and two places: `1.31kB`.
    public static String decimal(long bytes) {
        return of(bytes, 1000, DECIMAL);
    }

    /// With powers of 1024 and no places: `32KiB`.
    public static String wholeBinary(long bytes) {
        String text = binary(bytes);
        int dot = text.indexOf('.');
        return dot < 0 ? text : Math.round(Double.parseDouble(text.substring(0, dot + 3))) + text.substring(dot + 3);
    }

    private static String of(long bytes, long base, String[] units) {
        if (bytes < base) {
            return bytes + "B";
        }
        double value = bytes;
        for (String unit : units) {
            value /= base;
            if (value < base) {
                return fixed(value, 2) + unit;
            }
        }
        return fixed(value, 2) + units[units.length - 1];
    }

    /// A number that is not negative, with so many decimals, rounded half up.
    public static String fixed(double value, int places) {
        long scale = 1;
        for (int i = 0; i < places; i++) {
            scale *= 10;
        }
        long scaled = Math.round(value * scale);
        if (places == 0) {
            return Long.toString(scaled);
        }
        String fraction = Long.toString(scale + scaled % scale);
        return scaled / scale + "." + fraction.substring(1);
    }
}
