/// What devices other than NICs do on the host: disks, nodes, proxies.
///
///     Device --[Contributions]--> mounts and nodes --> StartSpec, or RunningContainer#attach
///
/// [InstanceDevices] is the one door. What an instance has now is kept per instance ([Attached]) and found again after
/// a
/// restart of the daemon by asking the kernel: mounts in the init's mountinfo, nodes in the run folder, forwarders by
/// the
/// files they hold. What may come later (`required=false`, USB) is waited for by inotify and the kernel's uevents.
@NullMarked
package io.lightvisor.engine.device;

import org.jspecify.annotations.NullMarked;
