package dev.sprocket.wamp.internal.dealer;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.OptionReader;

/**
 * Options of a CALL.
 *
 * @param progress true if further parts of the call follow
 * @param receiveProgress true if the caller accepts progressive results
 * @param discloseMe true if the callee may learn the identity of the caller
 * @param timeout timeout in milliseconds; 0 for none
 */
@Immutable
public record CallOptions(boolean progress, boolean receiveProgress, boolean discloseMe, long timeout) {
    public static final CallOptions NONE = new CallOptions(false, false, false, 0);

    /** Reads the options. Throws {@link CallException} if one has the wrong type. */
    public static CallOptions of(OptionReader options) {
        return options.map().isEmpty()
                ? NONE
                : new CallOptions(
                        options.isTrue("progress"),
                        options.isTrue("receive_progress"),
                        options.isTrue("disclose_me"),
                        options.number("timeout"));
    }
}
