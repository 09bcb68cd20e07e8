package io.lightvisor.cli.commands;

import io.lightvisor.api.client.ApiException;
import io.lightvisor.api.http.UpgradedConnection;
import io.lightvisor.cli.session.CliException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// `lxc file mount`: sshfs speaks SFTP over its standard streams, and we carry it to the instance.
final class FileMount {
    private static final int PART = 256 * 1024;

    private FileMount() {}

    /// Mounts and waits until it is unmounted; the exit status.
    ///
    /// @param path in the instance
    static int run(String instance, String path, Path target, UpgradedConnection connection)
            throws IOException, ApiException, CliException, InterruptedException {
        if (!Files.isDirectory(target)) {
            throw new CliException("Target path must be a directory");
        }
        Process sshfs;
        try {
            sshfs = new ProcessBuilder("sshfs", "-o", "slave", instance + ":" + path, target.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException absent) {
            throw new CliException("sshfs not found. Try SSH SFTP mode using --listen of another client, or install"
                    + " the package sshfs");
        }
        try (connection) {
            System.err.println("sshfs mounting \"" + instance + path + "\" on \"" + target + "\"");
            System.err.println("Press ctrl+c to finish");
            carry("to the instance", sshfs.getInputStream(), connection.output(), connection);
            carry("to sshfs", connection.input(), sshfs.getOutputStream(), sshfs.getOutputStream());
            int status = sshfs.waitFor();
            System.err.println("sshfs has stopped");
            return status;
        } finally {
            sshfs.destroy();
        }
    }

    private static void carry(String name, InputStream from, OutputStream to, AutoCloseable atEnd) {
        Thread thread = new Thread(
                new Runnable() {
                    @Override
                    public void run() {
                        byte[] buffer = new byte[PART];
                        try {
                            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                                to.write(buffer, 0, n);
                                to.flush();
                            }
                        } catch (IOException gone) {
                            // The other side is told by the end.
                        }
                        try {
                            atEnd.close();
                        } catch (Exception gone) {
                            // Then it has ended already.
                        }
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
