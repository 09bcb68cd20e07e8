package io.lightvisor.image.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/// Renders one template. Its work grows with its length alone: nothing in it repeats.
final class Template {
    /// What one template may write.
    static final int MAX_OUTPUT = 1024 * 1024;

    private final Map<String, Object> names;
    private final Map<String, String> config;
    private final StringBuilder out = new StringBuilder();
    /// The open `{% if %}`s, the innermost first.
    private final Deque<Branch> branches = new ArrayDeque<>();

    private static final class Branch {
        /// What is around it is written.
        private final boolean outer;
        /// One of its conditions has been true.
        private boolean done;
        /// What comes now is written.
        private boolean active;
        private boolean hasElse;

        private Branch(boolean outer) {
            this.outer = outer;
        }
    }

    private Template(Map<String, Object> names, Map<String, String> config) {
        this.names = names;
        this.config = config;
    }

    /// @throws TemplateError if it does not parse, or writes too much
    static byte[] render(String text, Map<String, Object> names, Map<String, String> config) {
        var template = new Template(names, config);
        template.run(text);
        return template.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void run(String text) {
        int at = 0;
        while (at < text.length()) {
            int open = tag(text, at);
            write(text.substring(at, open));
            if (open == text.length()) {
                break;
            }
            char kind = text.charAt(open + 1);
            var end = kind == '{' ? "}}" : kind + "}";
            int close = text.indexOf(end, open + 2);
            if (close < 0) {
                throw new TemplateError("\"{" + kind + "\" has no \"" + end + "\"");
            }
            var inside = text.substring(open + 2, close);
            at = close + 2;
            if (inside.endsWith("-")) {
                inside = inside.substring(0, inside.length() - 1);
                while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                    at++;
                }
            }
            if (inside.startsWith("-")) {
                inside = inside.substring(1);
                out.setLength(out.toString().stripTrailing().length());
            }
            tag(kind, inside.strip());
        }
        if (!branches.isEmpty()) {
            throw new TemplateError("an \"if\" has no \"endif\"");
        }
    }

    private static int tag(String text, int from) {
        for (int i = text.indexOf('{', from); i >= 0 && i + 1 < text.length(); i = text.indexOf('{', i + 1)) {
            char next = text.charAt(i + 1);
            if (next == '{' || next == '%' || next == '#') {
                return i;
            }
        }
        return text.length();
    }

    private void tag(char kind, String inside) {
        switch (kind) {
            case '{' -> {
                if (isActive()) {
                    write(Expression.text(evaluate(inside)));
                }
            }
            case '%' -> statement(inside);
            default -> {
                // A comment.
            }
        }
    }

    private void statement(String text) {
        if (text.startsWith("if ")) {
            var branch = new Branch(isActive());
            branches.push(branch);
            choose(branch, text.substring("if ".length()));
        } else if (text.startsWith("elif ")) {
            choose(open(text), text.substring("elif ".length()));
        } else if (text.equals("else")) {
            var branch = open(text);
            branch.hasElse = true;
            branch.active = branch.outer && !branch.done;
        } else if (text.equals("endif")) {
            if (branches.isEmpty()) {
                throw new TemplateError("\"endif\" without an \"if\"");
            }
            branches.pop();
        } else {
            throw new TemplateError("\"" + text + "\" is not known; known are if, elif, else, endif");
        }
    }

    private Branch open(String what) {
        var branch = branches.peek();
        if (branch == null || branch.hasElse) {
            throw new TemplateError("\"" + what + "\" without an \"if\"");
        }
        return branch;
    }

    private void choose(Branch branch, String condition) {
        branch.active = branch.outer && !branch.done && Expression.isTrue(evaluate(condition));
        branch.done |= branch.active;
    }

    private Object evaluate(String text) {
        return Expression.evaluate(text, names, config);
    }

    private boolean isActive() {
        var branch = branches.peek();
        return branch == null || branch.active;
    }

    private void write(String text) {
        if (!isActive()) {
            return;
        }
        if (out.length() + text.length() > MAX_OUTPUT) {
            throw new TemplateError("it writes more than " + MAX_OUTPUT + " characters");
        }
        out.append(text);
    }
}
