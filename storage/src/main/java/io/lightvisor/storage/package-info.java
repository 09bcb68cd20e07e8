/// Storage pools: [io.lightvisor.storage.StoragePools] picks the driver of a pool and speaks for it.
///
/// To add a driver: implement [io.lightvisor.storage.driver.VolumeDriver] in a package of its own, name it in
/// [io.lightvisor.storage.DriverKind] with its keys and what it needs of the host, and let its test inherit
/// `VolumeDriverContract`.
@NullMarked
package io.lightvisor.storage;

import org.jspecify.annotations.NullMarked;
