/** Subscribers of topics by Server-Sent Events. */
module dev.sprocket.sse {
    requires transitive dev.sprocket.http;
    requires transitive dev.sprocket.pubsub;
    requires static transitive com.google.errorprone.annotations;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.sprocket.sse;
}
