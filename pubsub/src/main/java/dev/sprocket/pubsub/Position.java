package dev.sprocket.pubsub;

import com.google.errorprone.annotations.Immutable;

/**
 * Position in the log of a topic: that of one event, or of the beginning.
 *
 * <p>Clients keep its text and return it to continue after this event. The text is opaque to them. A position proves
 * itself: it is believed if the event at this offset has this check value.
 *
 * @param epoch identifies the log; an emptied or restarted log that cannot continue has another one
 * @param offset number of the event in the epoch, from 1; 0 is the beginning
 * @param check 32 bits of the event's publication id; 0 at the beginning
 */
@Immutable
public record Position(long epoch, long offset, int check) {
    /** Position before the oldest event that is kept; its text is {@code earliest}. */
    public static final Position EARLIEST = new Position(0, 0, 0);

    private static final String EARLIEST_TEXT = "earliest";
    /** Maximum length of the text, in characters. */
    private static final int MAX_LENGTH = 64;

    /** Returns the position of an event with a publication id. */
    public static Position of(long epoch, long offset, long publication) {
        return new Position(epoch, offset, Long.hashCode(publication * 0x9E3779B97F4A7C15L));
    }

    /**
     * Reads a position from its text.
     *
     * @throws IllegalArgumentException if it is not the text of a position
     */
    public static Position parse(String text) {
        if (text.equals(EARLIEST_TEXT)) {
            return EARLIEST;
        }
        String[] parts = text.length() > MAX_LENGTH ? new String[0] : text.split("\\.", -1);
        if (parts.length == 3) {
            try {
                Position position = new Position(
                        Long.parseUnsignedLong(parts[0], Character.MAX_RADIX),
                        Long.parseLong(parts[1]),
                        Integer.parseUnsignedInt(parts[2], 16));
                if (position.toString().equals(text)) { // only one text for each position
                    return position;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(invalid(text), e);
            }
        }
        throw new IllegalArgumentException(invalid(text));
    }

    private static String invalid(String text) {
        return "position of " + text.length() + " characters (expected: a position as received, or earliest)";
    }

    /** Returns the text, of at most 43 ASCII letters, digits and dots. */
    @Override
    public String toString() {
        return equals(EARLIEST)
                ? EARLIEST_TEXT
                : Long.toUnsignedString(epoch, Character.MAX_RADIX) + "." + offset + "." + Integer.toHexString(check);
    }
}
