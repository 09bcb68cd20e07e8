package io.lightvisor.network;

/// An address in use in a managed network.
///
/// @param hostname empty if the client gave none
/// @param hwaddr empty for the gateway
public record Lease(String hostname, String hwaddr, String address, Type type) {
    public enum Type {
        /// Fixed by the device of an instance.
        STATIC,
        /// Given by DHCP, or derived from the hardware address.
        DYNAMIC,
        /// The bridge itself.
        GATEWAY;

        /// The word on the wire: `static`, `dynamic`, `gateway`.
        public String word() {
            return switch (this) {
                case STATIC -> "static";
                case DYNAMIC -> "dynamic";
                case GATEWAY -> "gateway";
            };
        }
    }
}
