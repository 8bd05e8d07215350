/** WebSocket connections for components. */
@SuppressWarnings("module") // the named modules are compiled later
module dev.sprocket.websocket {
    requires transitive dev.sprocket.http;
    requires io.netty.codec;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.sprocket.websocket;
    exports dev.sprocket.websocket.internal.keepalive to
            dev.sprocket.wamp;

    provides dev.sprocket.core.internal.metrics.MetricSource with
            dev.sprocket.websocket.internal.metrics.WsMetrics;
}
