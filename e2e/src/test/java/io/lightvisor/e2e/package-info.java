/// Black-box tests: an installation as `quickstart` lays it out, its daemon on a state folder of its own, and both
/// `lxc` clients, ours and Debian's, driving real containers.
///
/// - [LightvisorHost] is the installation and its daemon, one for all tests; tests take it as a parameter.
/// - [Lxc] is one of the two clients; a class with `@ParameterizedClass` and [Client] runs once with each.
/// - [Api] speaks plain HTTP on the socket, for what no client would send.
/// - [Needs] says what a test needs of the machine; without it the test is skipped, with the reason.
///
/// Every instance, image, profile, network that a test makes goes at its end (`LightvisorHost.clean()`), and the
/// last class, [LeftoversTest], deletes the rest, stops the daemon and looks for what is left on the host.
package io.lightvisor.e2e;
