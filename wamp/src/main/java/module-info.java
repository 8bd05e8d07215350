/**
 * WAMP versions 1 and 2, over WebSocket and RawSocket.
 *
 * <p>Annotated methods are called by reflection: their package must be open to {@code dev.sprocket.wamp} and {@code
 * com.google.gson}.
 */
module dev.sprocket.wamp {
    requires transitive dev.sprocket.pubsub;
    requires transitive dev.sprocket.websocket;
    requires io.netty.codec;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports dev.sprocket.wamp;
    exports dev.sprocket.wamp.annotation;
    exports dev.sprocket.wamp.auth;
    exports dev.sprocket.wamp.rawsocket;
    exports dev.sprocket.wamp.server;
    exports dev.sprocket.wamp.spi;

    uses dev.sprocket.wamp.spi.Serializer;

    provides dev.sprocket.core.internal.metrics.MetricSource with
            dev.sprocket.wamp.internal.metrics.WampMetrics;
    provides dev.sprocket.pubsub.Event.PayloadFormat with
            dev.sprocket.wamp.internal.broker.V2PayloadFormat;
}
