/// What every storage driver promises.
///
/// Vocabulary: a *pool* is a folder ([io.lightvisor.storage.driver.PoolFolder]) with volumes; an *image folder* is an
/// image's content, unpacked once and never changed; an *instance folder* holds `backup.yaml`, `metadata.yaml`,
/// `templates/` and the root of one instance; a *root layout* says which folders, mounted how, are that root.
///
///     image folder --createRoot--> instance folder --layout--> RootLayout --(engine)--> mounts of the container
///
/// Ids on disk are those that the guest sees (0 is the guest's root); who may see them is decided by id-mapped mounts
/// when the instance starts. Therefore nobody but the host's root may enter these folders: a set-id file of a guest
/// would be one of the host.
///
/// A *snapshot folder* is a third kind, below `containers-snapshots/INSTANCE/`: an instance folder whose root is never
/// written again (`freeze`), and which new roots begin as (`thaw`). The overlay driver shares what lies below by links;
/// which of it is in use is read from them, so it is right after a crash.
@NullMarked
package io.lightvisor.storage.driver;

import org.jspecify.annotations.NullMarked;
