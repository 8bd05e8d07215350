package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.OptionType;

/** Options of a PUBLISH, validated before the event is published. */
@ThreadSafe
public record V2PublishOptions(
        V2Recipients recipients, boolean acknowledge, boolean excludeMe, boolean discloseMe, long ttlMillis) {
    /** Reads the options. Throws {@link CallException} if one has the wrong type. */
    public static V2PublishOptions of(OptionReader options) {
        options.check("transaction_hash", OptionType.TEXT);
        options.check("forward_for", OptionType.LIST);
        return new V2PublishOptions(
                V2Recipients.of(options),
                options.isTrue("acknowledge"),
                !Boolean.FALSE.equals(options.bool("exclude_me")),
                options.isTrue("disclose_me"),
                options.number("_ttl"));
    }
}
