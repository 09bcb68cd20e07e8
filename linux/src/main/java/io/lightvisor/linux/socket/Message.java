package io.lightvisor.linux.socket;

import io.lightvisor.linux.Fd;
import java.util.List;
import java.util.Optional;

/// What one recvmsg(2) brought. The descriptors are the receiver's to close.
///
/// @param data empty at the end of the connection
/// @param sender who sent it, if the socket was told to ask ([UnixSocket#askForCredentials])
/// @param truncated whether data or descriptors were lost because there was no room
public record Message(byte[] data, List<Fd> descriptors, Optional<PeerCredentials> sender, boolean truncated)
        implements AutoCloseable {
    public Message {
        descriptors = List.copyOf(descriptors);
    }

    public boolean isEnd() {
        return data.length == 0 && descriptors.isEmpty();
    }

    /// Closes the descriptors.
    @Override
    public void close() {
        for (var fd : descriptors) {
            fd.close();
        }
    }
}
