package io.lightvisor.engine.instance;

/// Everything that keeps instances outside of the records: `backup.yaml` beside each, and backups.
final class BackupPart implements AutoCloseable {
    private final World world;
    private final BackupStore store;
    private final InstanceBackups backups;
    private final Recovery recovery;
    private final BackupExpiry expiry;
    private final BackupFiles files;

    BackupPart(World world, InstanceRules rules) {
        this.world = world;
        this.store = new BackupStore(world.lxdDir());
        var planner = new ImportPlanner(world.planner(), rules);
        this.backups = new InstanceBackups(world, store, new ImportInstanceFlow(world, planner, store));
        this.recovery = new Recovery(world, planner);
        this.expiry = new BackupExpiry(backups);
        this.files = new BackupFiles(world);
    }

    InstanceBackups backups() {
        return backups;
    }

    Recovery recovery() {
        return recovery;
    }

    /// Clears up what a crash left, then begins.
    void start() {
        store.recover(world.store().facts());
        files.start();
        expiry.start();
    }

    @Override
    public void close() {
        expiry.close();
        files.close();
    }
}
