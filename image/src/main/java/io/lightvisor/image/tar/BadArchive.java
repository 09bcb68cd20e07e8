package io.lightvisor.image.tar;

import java.io.IOException;

/// An archive that is damaged, or that holds what it may not. The message is a sentence that names the entry.
public final class BadArchive extends IOException {
    private static final long serialVersionUID = 1L;

    public BadArchive(String message) {
        super(message);
    }

    public BadArchive(String message, Throwable cause) {
        super(message, cause);
    }
}
