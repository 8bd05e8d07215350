package dev.sprocket.core.internal.transport;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.DelegatingComponent;
import dev.sprocket.core.internal.callback.OnMessageOverride;
import dev.sprocket.core.spi.ProtocolLayer;

/** Way of received bytes from the handler of a layer to the next layer. */
public final class ReadPath {
    private ReadPath() {}

    /**
     * Reports whether no component between two layers wants the bytes of a connection.
     *
     * <p>The handler of the lower layer may then pass bytes to the handler after it.
     *
     * @param top the component above the lower layer
     * @param conn the connection of the lower layer
     */
    public static boolean isFree(Component<?> top, Connection conn) {
        Component<?> at = top;
        while (at instanceof DelegatingComponent transparent) {
            Component<?> next = transparent.passesTo(conn).orElse(null);
            if (next == null) {
                return false;
            }
            at = next;
        }
        return at instanceof ProtocolLayer<?> && !OnMessageOverride.isIn(at, ProtocolLayer.class);
    }
}
