package dev.sprocket.core;

/** What a peer sent, as a log may show it. Threads: any; keeps no state. */
final class OneLine {
    private static final int LONGEST = 200;

    private OneLine() {}

    /** The start of a text, without what would begin a new line or steer a terminal. */
    static String of(String text) {
        String start = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return start.replaceAll("\\p{Cntrl}+", " ");
    }
}
