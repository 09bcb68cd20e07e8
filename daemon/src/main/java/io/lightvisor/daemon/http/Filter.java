package io.lightvisor.daemon.http;

import io.lightvisor.api.JsonObject;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.Wire;
import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// The `filter` of a list request.
///
///     name eq web.* and status eq Running
///     not config.image.os eq debian or description ne "an old one"
///
/// A clause is `[not] field eq|ne value`; `and` and `or` join clauses from left to right, none stronger than the other.
/// A
/// field is a path with dots into the object as the API shows it; where a map's keys hold dots themselves
/// (`config.image.os`) the longest key that fits counts. A text matches as a regular expression without regard to case,
/// whole unless the expression has `^` or `$`; numbers and booleans compare by their spelling. What is not there equals
/// nothing.
public final class Filter {
    /// A regular expression may look at this many characters in all, so that none runs for ever.
    private static final int MAX_STEPS = 1_000_000;

    private final List<Clause> clauses;

    /// @param orBefore joined to what stands before it by "or", else by "and"
    private record Clause(
            boolean orBefore,
            boolean negated,
            String field,
            @Nullable Pattern pattern,
            String value) {
        boolean matches(JsonObject object) {
            Object found = find(object, field);
            boolean equal;
            if (found == null || found instanceof JsonObject || found instanceof List) {
                equal = false;
            } else if (found instanceof String text && pattern != null) {
                equal = pattern.matcher(new Bounded(text)).find();
            } else {
                equal = found.toString().equalsIgnoreCase(value);
            }
            return equal != negated;
        }
    }

    private Filter(List<Clause> clauses) {
        this.clauses = clauses;
    }

    /// Parses a filter; an empty one matches everything. Throws a bad request.
    public static Filter parse(String text) {
        var clauses = new ArrayList<Clause>();
        var words = words(text);
        int i = 0;
        boolean orBefore = false;
        while (i < words.size()) {
            boolean negated = words.get(i).equalsIgnoreCase("not");
            if (negated && ++i == words.size()) {
                throw bad("incomplete not clause");
            }
            String field = words.get(i++);
            if (i == words.size()) {
                throw bad("clause has no operator");
            }
            String operator = words.get(i++);
            if (operator.equalsIgnoreCase("ne")) {
                negated = !negated;
            } else if (!operator.equalsIgnoreCase("eq")) {
                throw bad("unknown operator \"" + Problem.printable(operator) + "\", it is eq or ne");
            }
            if (i == words.size()) {
                throw bad("clause has no value");
            }
            String value = words.get(i++);
            clauses.add(new Clause(orBefore, negated, field, pattern(value), value));
            if (i < words.size()) {
                String join = words.get(i++);
                orBefore = join.equalsIgnoreCase("or");
                if (!orBefore && !join.equalsIgnoreCase("and")) {
                    throw bad("clauses are joined by and or or, not \"" + Problem.printable(join) + "\"");
                }
                if (i == words.size()) {
                    throw bad("unterminated compound clause");
                }
            }
        }
        return new Filter(clauses);
    }

    private static @Nullable Pattern pattern(String value) {
        boolean anchored = value.indexOf('^') >= 0 || value.indexOf('$') >= 0;
        try {
            return Pattern.compile(anchored ? value : "^(?:" + value + ")$", Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            return null;
        }
    }

    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == ' ') {
                i++;
            } else if (c == '"') {
                var word = new StringBuilder();
                for (i++; ; i++) {
                    if (i >= text.length()) {
                        throw bad("unterminated quote");
                    }
                    char q = text.charAt(i);
                    if (q == '"') {
                        break;
                    }
                    if (q == '\\' && i + 1 < text.length()) {
                        q = text.charAt(++i);
                    }
                    word.append(q);
                }
                words.add(word.toString());
                i++;
            } else {
                int end = text.indexOf(' ', i);
                end = end < 0 ? text.length() : end;
                words.add(text.substring(i, end));
                i = end;
            }
        }
        return words;
    }

    private static RuntimeException bad(String why) {
        return Problem.badRequest("Invalid filter: " + why).exception();
    }

    /// Whether everything matches.
    public boolean isEmpty() {
        return clauses.isEmpty();
    }

    /// Whether a record of the wire matches.
    public boolean matches(Object record) {
        return clauses.isEmpty() || matches(JsonTree.object(Wire.bytes(record)));
    }

    boolean matches(JsonObject object) {
        boolean result = true;
        for (int i = 0; i < clauses.size(); i++) {
            Clause clause = clauses.get(i);
            if (i == 0) {
                result = clause.matches(object);
            } else if (clause.orBefore()) {
                result = result || clause.matches(object);
            } else {
                result = result && clause.matches(object);
            }
        }
        return result;
    }

    private static @Nullable Object find(JsonObject object, String path) {
        if (object.has(path)) {
            return object.get(path);
        }
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            if (object.get(path.substring(0, dot)) instanceof JsonObject inner) {
                Object found = find(inner, path.substring(dot + 1));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /// A text that a matcher can look at only so many times.
    private static final class Bounded implements CharSequence {
        private final CharSequence text;
        private final int[] steps;

        Bounded(CharSequence text) {
            this(text, new int[1]);
        }

        private Bounded(CharSequence text, int[] steps) {
            this.text = text;
            this.steps = steps;
        }

        @Override
        public char charAt(int index) {
            if (++steps[0] > MAX_STEPS) {
                throw bad("the regular expression takes too long");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Bounded(text.subSequence(start, end), steps);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
