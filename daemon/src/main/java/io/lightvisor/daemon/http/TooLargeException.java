package io.lightvisor.daemon.http;

/// A JSON body beyond [Call#MAX_JSON].
final class TooLargeException extends RuntimeException {
    TooLargeException() {
        super("the request's body is larger than " + (Call.MAX_JSON >> 20) + "MiB, the most that JSON may have here");
    }
}
