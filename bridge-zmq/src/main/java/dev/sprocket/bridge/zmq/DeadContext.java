package dev.sprocket.bridge.zmq;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * Closes the sockets of a context whose I/O thread has ended and cannot close them.
 *
 * <p>JeroMQ has no API for this, so its selectors are accessed by reflection.
 */
final class DeadContext {
    private DeadContext() {}

    /** Closes all channels; throws {@link IOException} if this version of JeroMQ is incompatible. */
    static void closeSockets(ZContext context) throws IOException {
        for (Selector selector : selectors(context)) {
            List<SelectableChannel> sockets = new ArrayList<>();
            try {
                for (SelectionKey key : selector.keys()) {
                    if (key.channel() instanceof ServerSocketChannel || key.channel() instanceof SocketChannel) {
                        sockets.add(key.channel());
                    }
                }
            } catch (java.nio.channels.ClosedSelectorException e) {
                continue; // selector of a poller that ended normally
            }
            for (SelectableChannel socket : sockets) {
                socket.close();
            }
            if (!sockets.isEmpty()) {
                // otherwise the descriptors stay open, since no thread selects any more
                selector.close();
            }
        }
    }

    private static List<Selector> selectors(ZContext context) throws IOException {
        try {
            List<Selector> found = new ArrayList<>();
            Object inner = field(ZMQ.Context.class, "ctx").get(context.getContext());
            for (Object each : (List<?>) field(zmq.Ctx.class, "selectors").get(inner)) {
                found.add((Selector) each);
            }
            return found;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IOException("sockets of JeroMQ not found: " + e, e);
        }
    }

    private static Field field(Class<?> owner, String name) throws NoSuchFieldException {
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
