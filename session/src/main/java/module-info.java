/** Sessions of web sites, read from their stores. */
@SuppressWarnings("module") // the named modules are compiled later
module dev.sprocket.session {
    requires transitive dev.sprocket.http;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.sprocket.session;
    exports dev.sprocket.session.json;
    exports dev.sprocket.session.php;
    exports dev.sprocket.session.spi;
    exports dev.sprocket.session.token;
    exports dev.sprocket.session.internal.client to
            dev.sprocket.session.jdbc,
            dev.sprocket.session.memcached,
            dev.sprocket.session.redis;
    exports dev.sprocket.session.internal.store to
            dev.sprocket.session.jdbc,
            dev.sprocket.session.memcached,
            dev.sprocket.session.redis,
            dev.sprocket.session.spring;

    provides dev.sprocket.core.internal.metrics.MetricSource with
            dev.sprocket.session.internal.metrics.SessionMetrics;
}
