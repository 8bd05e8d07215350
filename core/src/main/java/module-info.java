/**
 * Components and connections, sockets, TLS, and decorators for any protocol.
 *
 * <p>{@code Json} reads types of the application by Gson: their package must be open to {@code com.google.gson}.
 */
@SuppressWarnings("module") // the named modules are compiled later
module dev.sprocket.core {
    requires transitive com.google.gson;
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;
    requires transitive io.netty.transport;
    requires io.netty.codec;
    requires io.netty.codec.haproxy;
    requires io.netty.handler;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires io.netty.transport.unix.common;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.sprocket.core;
    exports dev.sprocket.core.filter;
    exports dev.sprocket.core.flow;
    exports dev.sprocket.core.io;
    exports dev.sprocket.core.json;
    exports dev.sprocket.core.spi;
    exports dev.sprocket.core.text;
    exports dev.sprocket.core.thread;
    exports dev.sprocket.core.tls;
    exports dev.sprocket.core.internal.auth to
            dev.sprocket.http,
            dev.sprocket.session,
            dev.sprocket.sse,
            dev.sprocket.wamp;
    exports dev.sprocket.core.internal.flow to
            dev.sprocket.comet,
            dev.sprocket.http,
            dev.sprocket.legacy,
            dev.sprocket.pubsub,
            dev.sprocket.wamp,
            dev.sprocket.websocket;
    exports dev.sprocket.core.internal.framing to
            dev.sprocket.bridge.tcp;
    exports dev.sprocket.core.internal.json to
            dev.sprocket.bridge.http,
            dev.sprocket.pubsub,
            dev.sprocket.wamp;
    exports dev.sprocket.core.internal.log to
            dev.sprocket.bridge.http,
            dev.sprocket.bridge.tcp,
            dev.sprocket.bridge.zmq,
            dev.sprocket.cluster,
            dev.sprocket.comet,
            dev.sprocket.config,
            dev.sprocket.http,
            dev.sprocket.legacy,
            dev.sprocket.pubsub,
            dev.sprocket.session,
            dev.sprocket.session.jwt,
            dev.sprocket.sse,
            dev.sprocket.wamp,
            dev.sprocket.websocket;
    exports dev.sprocket.core.internal.metrics to
            dev.sprocket.bridge.http,
            dev.sprocket.bridge.tcp,
            dev.sprocket.cluster,
            dev.sprocket.cluster.redis,
            dev.sprocket.config,
            dev.sprocket.http,
            dev.sprocket.metrics,
            dev.sprocket.pubsub,
            dev.sprocket.session,
            dev.sprocket.wamp,
            dev.sprocket.websocket;
    exports dev.sprocket.core.internal.net to
            dev.sprocket.app,
            dev.sprocket.bridge.tcp,
            dev.sprocket.bridge.zmq,
            dev.sprocket.config,
            dev.sprocket.http,
            dev.sprocket.pubsub;
    exports dev.sprocket.core.internal.rate to
            dev.sprocket.bridge.http,
            dev.sprocket.pubsub,
            dev.sprocket.wamp;
    exports dev.sprocket.core.internal.reflect to
            dev.sprocket.http,
            dev.sprocket.wamp;
    exports dev.sprocket.core.internal.text to
            dev.sprocket.bridge.http,
            dev.sprocket.bridge.tcp,
            dev.sprocket.config,
            dev.sprocket.http,
            dev.sprocket.pubsub,
            dev.sprocket.session.jwt,
            dev.sprocket.sse,
            dev.sprocket.wamp;
    exports dev.sprocket.core.internal.timer to
            dev.sprocket.bridge.tcp,
            dev.sprocket.comet,
            dev.sprocket.http,
            dev.sprocket.session,
            dev.sprocket.wamp,
            dev.sprocket.websocket;
    exports dev.sprocket.core.internal.transport to
            dev.sprocket.bridge.http,
            dev.sprocket.bridge.tcp,
            dev.sprocket.cluster.redis,
            dev.sprocket.comet,
            dev.sprocket.config,
            dev.sprocket.http,
            dev.sprocket.legacy,
            dev.sprocket.pubsub,
            dev.sprocket.session,
            dev.sprocket.sse,
            dev.sprocket.wamp,
            dev.sprocket.websocket;

    provides dev.sprocket.core.internal.metrics.MetricSource with
            dev.sprocket.core.internal.metrics.CoreMetrics;
}
