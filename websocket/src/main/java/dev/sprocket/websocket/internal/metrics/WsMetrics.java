package dev.sprocket.websocket.internal.metrics;

import dev.sprocket.core.internal.metrics.Metric;
import dev.sprocket.core.internal.metrics.Metric.Tag;
import dev.sprocket.core.internal.metrics.MetricSource;
import dev.sprocket.core.internal.metrics.TaggedCounter;
import java.util.List;

/** Counters of WebSockets. */
public final class WsMetrics implements MetricSource {
    /** Close code. Clients choose from 3000 on, so these codes are counted together. */
    public enum Code implements Tag {
        NORMAL(1000),
        GOING_AWAY(1001),
        PROTOCOL_ERROR(1002),
        UNSUPPORTED(1003),
        WITHOUT_CODE(1005),
        LOST(1006),
        MALFORMED(1007),
        POLICY(1008),
        TOO_LARGE(1009),
        FAILURE(1011),
        RESTART(1012),
        UNAVAILABLE(1013),
        UNAUTHORIZED(4401),
        REGISTERED("3xxx"),
        PRIVATE("4xxx"),
        OTHER("other");

        private final String tag;

        Code(int code) {
            this(String.valueOf(code));
        }

        Code(String tag) {
            this.tag = tag;
        }

        @Override
        public String tag() {
            return tag;
        }

        /** Returns the constant of a code. */
        static Code of(int code) {
            return switch (code) {
                case 1000 -> NORMAL;
                case 1001 -> GOING_AWAY;
                case 1002 -> PROTOCOL_ERROR;
                case 1003 -> UNSUPPORTED;
                case 1005 -> WITHOUT_CODE;
                case 1006 -> LOST;
                case 1007 -> MALFORMED;
                case 1008 -> POLICY;
                case 1009 -> TOO_LARGE;
                case 1011 -> FAILURE;
                case 1012 -> RESTART;
                case 1013 -> UNAVAILABLE;
                case 4401 -> UNAUTHORIZED;
                default -> code / 1000 == 3 ? REGISTERED : code / 1000 == 4 ? PRIVATE : OTHER;
            };
        }
    }

    private static final TaggedCounter<Code> CLOSED =
            TaggedCounter.of("sprocket.websockets.closed", "WebSockets that were closed", "code", Code.class);

    /** Counts a closed WebSocket. */
    public static void closed(int code) {
        CLOSED.increment(Code.of(code));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(CLOSED.metric());
    }
}
