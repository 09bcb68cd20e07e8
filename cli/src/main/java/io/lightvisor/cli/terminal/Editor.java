package io.lightvisor.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The user's editor: `$VISUAL`, `$EDITOR`, else the first of `editor`, `vi`, `emacs`, `nano` that is there.
public final class Editor {
    private static final String[] USUAL = {"editor", "vi", "emacs", "nano"};

    private Editor() {}

    /// Lets the user change a text. Throws if the editor fails.
    public static String edit(String text, String suffix) throws IOException, InterruptedException {
        Path file = Files.createTempFile("lxc_editor_", suffix);
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8);
            // The variables hold a command with arguments, so a shell takes them apart; the file's name is an argument
            // of its own.
            Process process = new ProcessBuilder("sh", "-c", command() + " \"$1\"", "sh", file.toString())
                    .inheritIO()
                    .start();
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("the editor failed with code " + code + "; nothing was changed");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static String command() throws IOException {
        for (String variable : new String[] {"VISUAL", "EDITOR"}) {
            String value = System.getenv(variable);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        for (String name : USUAL) {
            for (String folder : new String[] {"/usr/bin/", "/bin/", "/usr/local/bin/"}) {
                if (Files.isExecutable(Path.of(folder + name))) {
                    return folder + name;
                }
            }
        }
        throw new IOException("no editor was found; set EDITOR to one");
    }
}
