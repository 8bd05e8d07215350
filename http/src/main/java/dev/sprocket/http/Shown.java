package dev.sprocket.http;

/** What a peer sent, as logs show it: on one line, and not at any length. */
final class Shown {
    private static final int LONGEST = 200;

    private Shown() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST));
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char c = text.charAt(i);
            shown.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? '\uFFFD' : c);
        }
        return text.length() > LONGEST ? shown + "… (" + text.length() + " characters)" : shown.toString();
    }
}
