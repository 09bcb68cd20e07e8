/// A server of SFTP, version 3, in the root of an instance.
///
///     SftpSession     the conversation: one request after another
///     SftpFiles       what the requests do
///     PacketReader, PacketWriter, Attributes   how they are written
///
/// Source: draft-ietf-secsh-filexfer-02; the extensions of OpenSSH's PROTOCOL, section 4.
@NullMarked
package io.lightvisor.daemon.sftp;

import org.jspecify.annotations.NullMarked;
