package dev.sprocket.core.internal.net;

import dev.sprocket.core.AttributeKey;
import javax.net.ssl.SSLEngine;

/** TLS engine of a connection, as an attribute. */
public final class TlsEngine {
    /** Set for encrypted connections. */
    public static final AttributeKey<SSLEngine> KEY = AttributeKey.of("TLS engine", "is this connection encrypted?");

    private TlsEngine() {}
}
