/// Devices as values: what a user wrote as options, read once into a type per kind of device.
///
///     options --[Device#parse]--> NicDevice | DiskDevice | ProxyDevice | UnixDevice | ...
///
/// All twelve types of LXD are known and checked in its words; not all are offered. What is not says so
/// ([Device#missing()]), so that a start is refused with a reason and never goes on without the device.
///
/// To add a device: its options in [DeviceOptions], its record, its line in [Device#parse], its rows in the table test.
@NullMarked
package io.lightvisor.model.device;

import org.jspecify.annotations.NullMarked;
