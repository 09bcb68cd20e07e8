package io.lightvisor.engine.operation;

/// Takes the websockets of an operation of class websocket, each named by its secret.
public interface Channels {
    /// Checks a secret before the upgrade is answered: throws `Forbidden` for a wrong one and a bad request
    /// for one
    /// that is already connected.
    void check(String secret);

    /// Hands in a connected websocket. Called on the connection's own virtual thread, returns when the
    /// channel is no
    /// longer needed.
    void connect(String secret, Channel channel) throws Exception;
}
