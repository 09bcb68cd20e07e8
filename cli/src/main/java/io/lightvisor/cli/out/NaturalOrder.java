package io.lightvisor.cli.out;

/// Orders texts as people count: `eth2` before `eth10`.
public final class NaturalOrder {
    private NaturalOrder() {}

    /// Negative, zero or positive, as `a` is before, equal to or after `b`.
    public static int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            char c = a.charAt(i);
            char d = b.charAt(j);
            if (!digit(c) || !digit(d)) {
                if (c != d) {
                    return c - d;
                }
                i++;
                j++;
                continue;
            }
            int startA = i;
            int startB = j;
            while (i < a.length() && digit(a.charAt(i))) {
                i++;
            }
            while (j < b.length() && digit(b.charAt(j))) {
                j++;
            }
            while (startA < i - 1 && a.charAt(startA) == '0') {
                startA++;
            }
            while (startB < j - 1 && b.charAt(startB) == '0') {
                startB++;
            }
            if (i - startA != j - startB) {
                return (i - startA) - (j - startB);
            }
            for (; startA < i; startA++, startB++) {
                if (a.charAt(startA) != b.charAt(startB)) {
                    return a.charAt(startA) - b.charAt(startB);
                }
            }
        }
        return (a.length() - i) - (b.length() - j);
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }
}
