/// The command `lxc`.
///
///     Main -> Cli -> CommandTable -> spec (parsing) -> commands.* -> api (HTTP) -> out (tables, YAML)
///
/// - `spec`: what a command looks like, declared once; parsing, help, completion and manual pages come from it.
/// - `config`: remotes, aliases, certificates of the user.
/// - `terminal`: what needs the operating system: terminals, signals, sockets, the editor.
/// - `out`: tables and formats, byte for byte as LXD 5.0.2 prints them where scripts read.
/// - `commands`: one file for each command or family of commands.
///
/// People feel every millisecond of a command's start. So nothing on the way uses regular expressions, streams,
/// lambdas,
/// `String.format`, pattern switches over types or records' `toString`: each loads a part of the JDK that costs more
/// than
/// the rest of the command.
@NullMarked
package io.lightvisor.cli;

import org.jspecify.annotations.NullMarked;
