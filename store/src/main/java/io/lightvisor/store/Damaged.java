package io.lightvisor.store;

/// A database file whose content is wrong; the message says what was found.
final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    Damaged(String message) {
        super(message);
    }
}
