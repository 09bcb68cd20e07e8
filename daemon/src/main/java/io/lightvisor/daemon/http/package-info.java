/// The front door: HTTP/1.1 over the unix socket and over TLS, on Jetty's core (no servlets).
///
///     request -> RequestHandler -> Router -> Route -> handler(Call) -> Answer -> response
///
/// - A [io.lightvisor.daemon.http.Route] declares method, path, who may, and on which thread its handler runs.
/// - A handler reads a [io.lightvisor.daemon.http.Call] and returns an [io.lightvisor.daemon.http.Answer], or throws a
///   [io.lightvisor.model.ProblemException].
/// - What is in memory is answered on the selector's thread (no hand-over); all else on a virtual thread of its own.
@NullMarked
package io.lightvisor.daemon.http;

import org.jspecify.annotations.NullMarked;
