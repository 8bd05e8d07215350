package dev.sprocket.core.spi;

import dev.sprocket.core.AttributeKey;

/** Attribute of the highest context below a connection. */
final class LayerContextKey {
    static final AttributeKey<LayerContext> KEY =
            AttributeKey.of("pipeline context", "is an IoServer below this layer?");

    private LayerContextKey() {}
}
