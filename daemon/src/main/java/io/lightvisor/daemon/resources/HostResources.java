package io.lightvisor.daemon.resources;

import io.lightvisor.api.Resources;
import io.lightvisor.model.Architecture;

/// Reads it all.
public final class HostResources {
    private HostResources() {}

    /// The hardware now.
    ///
    /// @param kernel the kernel's version: that of drivers without one of their own
    public static Resources read(String kernel) {
        var cards = new CardReader(kernel);
        return new Resources(
                CpuReader.read(Architecture.host().kernelName()),
                MemoryReader.read(),
                cards.gpu(),
                cards.network(),
                DiskReader.read(),
                new UsbReader(kernel).read(),
                cards.pci(),
                SystemReader.read());
    }
}
