package dev.sprocket.wamp;

/** What a peer said, as a log or another message may show it. Threads: any; keeps no state. */
final class Shown {
    private static final int LONGEST = 100;

    private Shown() {}

    /** The start of a text, without what would begin a new line or steer a terminal. */
    static String of(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
                .forEach(line::appendCodePoint);
        return text.codePointCount(0, text.length()) <= LONGEST ? line.toString() : line + "…";
    }
}
