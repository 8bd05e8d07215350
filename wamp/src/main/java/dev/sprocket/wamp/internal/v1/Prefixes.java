package dev.sprocket.wamp.internal.v1;

import dev.sprocket.core.RejectedException;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import java.util.HashMap;
import java.util.Map;

/** Prefixes defined by a WAMP v1 client, for the expansion of its CURIEs. */
final class Prefixes {
    private final WampOptions options;
    private Map<String, String> uris = Map.of();

    Prefixes(WampOptions options) {
        this.options = options;
    }

    void define(String prefix, String uri) {
        if (prefix.length() > Topics.MAX_ID_LENGTH || uri.length() > Topics.MAX_ID_LENGTH) {
            throw RejectedException.malformed("prefix of " + prefix.length() + " characters for a URI of "
                    + uri.length() + " (expected: <= " + Topics.MAX_ID_LENGTH + ")");
        }
        if (uris.isEmpty()) {
            uris = new HashMap<>();
        }
        uris.put(prefix, uri);
        if (uris.size() > options.maxPrefixes()) {
            throw RejectedException.limitExceeded(
                    "limit of " + options.maxPrefixes() + " prefixes per connection reached");
        }
    }

    String expand(String uriOrCurie) {
        return options.curies().expand(uriOrCurie, uris);
    }

    /** Expands a procedure. Throws {@link WampProtocolException} if it is too long. */
    String procedure(String uriOrCurie) {
        String procedure = expand(uriOrCurie);
        if (procedure.length() > Topics.MAX_ID_LENGTH) {
            throw new WampProtocolException(
                    "procedure of " + procedure.length() + " characters (expected: <= " + Topics.MAX_ID_LENGTH + ")");
        }
        return procedure;
    }

    /** Expands a topic. Throws {@link WampProtocolException} if it is empty or too long. */
    String topic(String uriOrCurie) {
        String topic = expand(uriOrCurie);
        if (topic.isEmpty() || topic.length() > Topics.MAX_ID_LENGTH) {
            throw new WampProtocolException(
                    "topic of " + topic.length() + " characters (expected: 1-" + Topics.MAX_ID_LENGTH + ")");
        }
        return topic;
    }
}
