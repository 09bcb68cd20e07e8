package io.lightvisor.model.device;

/// How a device may be called. Names become parts of paths and of keys (`volatile.NAME.hwaddr`), so unlike LXD's they
/// hold no slash.
final class DeviceNames {
    private static final int LONGEST = 63;

    private DeviceNames() {}

    static void check(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            throw new InvalidDevice("Name must be 1-63 characters long");
        }
        if (name.charAt(0) == '.') {
            throw new InvalidDevice("Name must not start with \".\" character");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!plain && "-:_.".indexOf(c) < 0) {
                throw new InvalidDevice(
                        "Name can only contain alphanumeric, hyphen, colon, underscore and full stop characters");
            }
        }
    }
}
