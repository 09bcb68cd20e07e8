package io.lightvisor.image.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Evaluates one expression: `or`, `and`, `not`, `==`, `!=`, brackets, texts, numbers, `true`, `false`, names with dots
/// or `["keys"]`, and `config_get(key, default)`. Values are texts, truths and maps.
final class Expression {
    private static final int MAX_DEPTH = 50;

    private final List<String> tokens;
    private final Map<String, Object> names;
    private final Map<String, String> config;
    private int at;
    private int depth;

    private Expression(List<String> tokens, Map<String, Object> names, Map<String, String> config) {
        this.tokens = tokens;
        this.names = names;
        this.config = config;
    }

    static Object evaluate(String text, Map<String, Object> names, Map<String, String> config) {
        var expression = new Expression(tokens(text), names, config);
        var value = expression.or();
        if (expression.at < expression.tokens.size()) {
            throw new TemplateError("\"" + expression.tokens.get(expression.at) + "\" was not expected here");
        }
        return value;
    }

    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean truth -> truth;
            case String text -> !text.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    static String text(Object value) {
        return switch (value) {
            // As Pongo2 writes them.
            case Boolean truth -> truth ? "True" : "False";
            case String text -> text;
            default -> throw new TemplateError("a value that is no text cannot be written");
        };
    }

    private Object or() {
        if (++depth > MAX_DEPTH) {
            throw new TemplateError("an expression is nested too deeply");
        }
        var value = and();
        while (take("or") || take("||")) {
            var right = and();
            value = isTrue(value) || isTrue(right);
        }
        depth--;
        return value;
    }

    private Object and() {
        var value = not();
        while (take("and") || take("&&")) {
            var right = not();
            value = isTrue(value) && isTrue(right);
        }
        return value;
    }

    private Object not() {
        boolean negated = false;
        while (take("not") || take("!")) {
            negated = !negated;
        }
        var value = comparison();
        return negated ? (Object) !isTrue(value) : value;
    }

    private Object comparison() {
        var value = operand();
        if (take("==")) {
            return value.equals(operand());
        }
        if (take("!=") || take("<>")) {
            return !value.equals(operand());
        }
        return value;
    }

    private Object operand() {
        var token = next();
        if (token.equals("(")) {
            var value = or();
            expect(")");
            return value;
        }
        if (token.startsWith("\"") || Character.isDigit(token.charAt(0))) {
            return token.startsWith("\"") ? token.substring(1) : token;
        }
        if (token.equals("true") || token.equals("True")) {
            return true;
        }
        if (token.equals("false") || token.equals("False")) {
            return false;
        }
        if (token.equals("config_get")) {
            return configGet();
        }
        return path(token);
    }

    private Object configGet() {
        expect("(");
        var key = text(or());
        expect(",");
        var otherwise = or();
        expect(")");
        var value = config.get(key);
        return value == null ? otherwise : value;
    }

    /// A name and what it holds. What there is not is an empty text.
    private Object path(String name) {
        if (!Character.isLetter(name.charAt(0)) && name.charAt(0) != '_') {
            throw new TemplateError("\"" + name + "\" was not expected here");
        }
        var value = names.getOrDefault(name, "");
        while (true) {
            String key;
            if (take(".")) {
                key = next();
            } else if (take("[")) {
                key = text(or());
                expect("]");
            } else {
                return value;
            }
            value = value instanceof Map<?, ?> map && map.get(key) != null ? map.get(key) : "";
        }
    }

    private boolean take(String token) {
        if (at < tokens.size() && tokens.get(at).equals(token)) {
            at++;
            return true;
        }
        return false;
    }

    private String next() {
        if (at == tokens.size()) {
            throw new TemplateError("an expression ends too early");
        }
        return tokens.get(at++);
    }

    private void expect(String token) {
        if (!take(token)) {
            throw new TemplateError("\"" + token + "\" was expected");
        }
    }

    /// Words, signs, and texts; a text is marked by the quote it begins with.
    private static List<String> tokens(String text) {
        var tokens = new ArrayList<String>();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '"' || c == '\'') {
                i = quoted(text, i, tokens);
            } else if (Character.isLetterOrDigit(c) || c == '_') {
                int from = i;
                while (i < text.length() && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_')) {
                    i++;
                }
                tokens.add(text.substring(from, i));
            } else {
                var two = i + 2 <= text.length() ? text.substring(i, i + 2) : "";
                boolean pair = List.of("==", "!=", "<>", "&&", "||").contains(two);
                tokens.add(pair ? two : String.valueOf(c));
                i += pair ? 2 : 1;
            }
        }
        return tokens;
    }

    private static int quoted(String text, int from, List<String> tokens) {
        var value = new StringBuilder("\"");
        char quote = text.charAt(from);
        for (int i = from + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote) {
                tokens.add(value.toString());
                return i + 1;
            }
            if (c == '\\' && i + 1 < text.length()) {
                c = text.charAt(++i);
                c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
            }
            value.append(c);
        }
        throw new TemplateError("a text has no end");
    }
}
