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
/// A snapshot of a root will be a third kind of folder below `containers-snapshots/INSTANCE/`, made by two more
/// methods of the driver (`freeze` the root as it is, `createRoot` from a frozen one). The overlay driver turns the
/// upper folder into a layer below `.layers/` for it, with a link to what lies below; whoever uses a layer links to it,
/// so
/// which are in use is found on disk, also after a crash.
@NullMarked
package io.lightvisor.storage.driver;

import org.jspecify.annotations.NullMarked;
