/** Topics, their subscribers and publishers. */
@SuppressWarnings("module") // the named modules are compiled later
module dev.sprocket.pubsub {
    requires transitive dev.sprocket.core;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.sprocket.pubsub;
    exports dev.sprocket.pubsub.access;
    exports dev.sprocket.pubsub.pattern;
    exports dev.sprocket.pubsub.push;
    exports dev.sprocket.pubsub.internal.access to
            dev.sprocket.sse,
            dev.sprocket.wamp;
    exports dev.sprocket.pubsub.internal.bridge to
            dev.sprocket.bridge.http,
            dev.sprocket.bridge.tcp,
            dev.sprocket.bridge.zmq;
    exports dev.sprocket.pubsub.internal.delivery to
            dev.sprocket.wamp;
    exports dev.sprocket.pubsub.internal.metrics to
            dev.sprocket.bridge.http,
            dev.sprocket.bridge.tcp,
            dev.sprocket.bridge.zmq;
    exports dev.sprocket.pubsub.internal.pattern to
            dev.sprocket.bridge.http,
            dev.sprocket.cluster,
            dev.sprocket.config,
            dev.sprocket.sse,
            dev.sprocket.wamp;
    exports dev.sprocket.pubsub.internal.push to
            dev.sprocket.bridge.http,
            dev.sprocket.bridge.tcp,
            dev.sprocket.bridge.zmq,
            dev.sprocket.config;
    exports dev.sprocket.pubsub.internal.subscribe to
            dev.sprocket.sse,
            dev.sprocket.wamp;

    provides dev.sprocket.core.internal.metrics.MetricSource with
            dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
}
