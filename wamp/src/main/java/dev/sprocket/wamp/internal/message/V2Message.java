package dev.sprocket.wamp.internal.message;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Message of WAMP v2, in either direction.
 *
 * <p>Its items on the wire are its type and its components in order: ids, strings, dictionaries, and arguments,
 * which are zero to two items. {@link V2Codec} reads and writes messages. Immutable.
 */
@ThreadSafe
public sealed interface V2Message {
    record Hello(String realm, Map<String, ?> details) implements V2Message {}

    record Welcome(long session, Map<String, ?> details) implements V2Message {}

    record Abort(Map<String, ?> details, String reason, CallArguments arguments) implements V2Message {}

    record Challenge(String method, Map<String, ?> extra) implements V2Message {}

    record Authenticate(String signature, Map<String, ?> extra) implements V2Message {}

    record Goodbye(Map<String, ?> details, String reason) implements V2Message {}

    /** ERROR message. */
    record Failed(long requestType, long request, Map<String, ?> details, String error, CallArguments arguments)
            implements V2Message {}

    record Publish(long request, Map<String, ?> options, String topic, CallArguments arguments) implements V2Message {}

    record Published(long request, long publication) implements V2Message {}

    record Subscribe(long request, Map<String, ?> options, String topic) implements V2Message {}

    record Subscribed(long request, long subscription) implements V2Message {}

    record Unsubscribe(long request, long subscription) implements V2Message {}

    /** UNSUBSCRIBED message; a revocation has request 0 and details. */
    record Unsubscribed(long request, @Nullable Map<String, ?> details) implements V2Message {
        public Unsubscribed(long request) {
            this(request, null);
        }
    }

    record Event(long subscription, long publication, Map<String, ?> details, CallArguments arguments)
            implements V2Message {}

    record Call(long request, Map<String, ?> options, String procedure, CallArguments arguments) implements V2Message {
        /** Returns a copy without the rest of the message buffer, if that is large. */
        public Call compact() {
            return new Call(request, options, procedure, arguments.compact());
        }
    }

    record Cancel(long request, Map<String, ?> options) implements V2Message {}

    record Result(long request, Map<String, ?> details, CallArguments arguments) implements V2Message {}

    record Register(long request, Map<String, ?> options, String procedure) implements V2Message {}

    record Registered(long request, long registration) implements V2Message {}

    record Unregister(long request, long registration) implements V2Message {}

    /** UNREGISTERED message; a revocation has request 0 and details. */
    record Unregistered(long request, @Nullable Map<String, ?> details) implements V2Message {
        public Unregistered(long request) {
            this(request, null);
        }
    }

    record Invocation(long request, long registration, Map<String, ?> details, CallArguments arguments)
            implements V2Message {}

    record Interrupt(long request, Map<String, ?> options) implements V2Message {}

    record Yield(long request, Map<String, ?> options, CallArguments arguments) implements V2Message {}
}
