/** HTTP/1.1 and HTTP/2 servers, routes and request filters. */
@SuppressWarnings("module") // the named modules are compiled later
module dev.sprocket.http {
    requires transitive dev.sprocket.core;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.codec.http2;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires java.naming;

    exports dev.sprocket.http;
    exports dev.sprocket.http.auth;
    exports dev.sprocket.http.files;
    exports dev.sprocket.http.origin;
    exports dev.sprocket.http.proxy;
    exports dev.sprocket.http.route;
    exports dev.sprocket.http.sse;
    exports dev.sprocket.http.internal.auth to
            dev.sprocket.session;
    exports dev.sprocket.http.internal.exchange to
            dev.sprocket.config;
    exports dev.sprocket.http.internal.loopback to
            dev.sprocket.bridge.http;
}
