package dev.sprocket.core.spi;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Key;
import java.util.function.Consumer;

/**
 * What a protocol has to say before a level below it closes the connection for a cause that only that one hears of. Below, whoever
 * {@linkplain Ending#take takes} an {@link Ending} has them said first.
 *
 * <p>Threads: {@link #set} any; words are said on the event loop, and must not block.
 */
public final class LastWords {
    private static final Key<Consumer<Ending.Cause>> KEY = Key.of("last words", "has somebody any?");

    private LastWords() {}

    /** Whoever stands on this connection has something to say; only what is sent to it in the call comes in time. */
    public static void set(Connection conn, Consumer<Ending.Cause> words) {
        KEY.set(conn, words);
    }

    /** Has them said, if there are any. */
    public static void say(Connection conn, Ending.Cause cause) {
        Consumer<Ending.Cause> words = KEY.peek(conn);
        if (words != null) {
            words.accept(cause);
        }
    }
}
