package io.lightvisor.storage;

final class DirPoolTest extends VolumeDriverContract {
    @Override
    String driver() {
        return "dir";
    }
}
