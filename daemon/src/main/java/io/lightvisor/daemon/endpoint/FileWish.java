package io.lightvisor.daemon.endpoint;

import io.lightvisor.daemon.http.Call;
import io.lightvisor.model.Problem;

/// What the headers of an upload ask for.
///
/// @param append at the end of a file that is there, instead of over its content
/// @param uid    of a new file, by the guest's numbers
/// @param mode   of a new file, or -1 for the usual one
record FileWish(Type type, boolean append, long uid, long gid, int givenMode) {
    enum Type {
        FILE,
        DIRECTORY,
        SYMLINK
    }

    static FileWish of(Call call) {
        Type type = switch (call.header("X-LXD-type")) {
            case "", "file" -> Type.FILE;
            case "directory" -> Type.DIRECTORY;
            case "symlink" -> Type.SYMLINK;
            default ->
                throw Problem.badRequest("Bad file type: " + Problem.printable(call.header("X-LXD-type")))
                        .exception();
        };
        boolean append = switch (call.header("X-LXD-write")) {
            case "", "overwrite" -> false;
            case "append" -> true;
            default ->
                throw Problem.badRequest("Bad file write mode: " + Problem.printable(call.header("X-LXD-write")))
                        .exception();
        };
        return new FileWish(type, append, id(call, "X-LXD-uid"), id(call, "X-LXD-gid"), mode(call));
    }

    /// The mode of a new file.
    int mode(int usual) {
        return givenMode < 0 ? usual : givenMode;
    }

    /// Negative stands for "as usual", which is root.
    private static long id(Call call, String header) {
        String text = call.header(header);
        return text.isEmpty() ? 0 : Math.max(0, number(header, text));
    }

    private static int mode(Call call) {
        String text = call.header("X-LXD-mode");
        return text.isEmpty() ? -1 : (int) (number("X-LXD-mode", text) & 07777);
    }

    /// A number as C writes it: `0644` is octal, `0x1a4` hexadecimal, `420` decimal.
    private static long number(String header, String text) {
        try {
            if (text.startsWith("0o")) {
                return Long.parseLong(text, 2, text.length(), 8);
            }
            return Long.decode(text);
        } catch (NumberFormatException e) {
            throw Problem.badRequest(header + " is no number: " + Problem.printable(text))
                    .exception(e);
        }
    }
}
