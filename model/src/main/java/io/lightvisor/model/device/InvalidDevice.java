package io.lightvisor.model.device;

/// What is wrong with a device, on its way to where its name is put before it.
final class InvalidDevice extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String complaint;

    InvalidDevice(String complaint) {
        super(complaint);
        this.complaint = complaint;
    }

    InvalidDevice(String complaint, Throwable cause) {
        super(complaint, cause);
        this.complaint = complaint;
    }

    String complaint() {
        return complaint;
    }
}
