package dev.sprocket.wamp;

import com.google.errorprone.annotations.Immutable;

/**
 * The options of a CALL.
 *
 * @param progress whether more of the call follows
 * @param receiveProgress whether the caller takes the result in parts
 * @param discloseMe whether the callee may know the caller
 * @param timeout in milliseconds; 0 for none
 */
@Immutable
record V2CallOptions(boolean progress, boolean receiveProgress, boolean discloseMe, long timeout) {
    static final V2CallOptions NONE = new V2CallOptions(false, false, false, 0);

    /** Throws {@link CallException} if one is of the wrong type. */
    static V2CallOptions of(OptionReader options) {
        return options.map().isEmpty()
                ? NONE
                : new V2CallOptions(
                        options.isTrue("progress"),
                        options.isTrue("receive_progress"),
                        options.isTrue("disclose_me"),
                        options.number("timeout"));
    }
}
