package dev.sprocket.core.io;

import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.flow.OverflowPolicy;
import dev.sprocket.core.tls.AlpnProtocols;
import dev.sprocket.core.tls.Tls;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builder of an {@link IoServer} with several addresses, TLS or custom limits.
 *
 * <pre>{@code
 * IoServer.builder(app).bind("127.0.0.1", 8080).bind("::1", 8080).loops(loops).build().run();
 * }</pre>
 *
 * <p>All settings apply to all addresses of the server; two servers on the same {@link EventLoops} may differ.
 *
 * <p>Not thread-safe.
 */
public final class IoServerBuilder {
    private final MessageComponent<? super Connection, ? super Message> app;
    private final List<ListenAddress> addresses = new ArrayList<>();
    private EventLoops loops = EventLoops.perCore();
    private boolean ipv6Only;
    private int backlog = IoServer.DEFAULT_BACKLOG;
    private @Nullable Tls tls;
    private @Nullable ProxyProtocol proxy;
    private OutboundLimit outbound = OutboundLimit.DEFAULT;

    IoServerBuilder(MessageComponent<? super Connection, ? super Message> app) {
        this.app = app;
    }

    /**
     * Adds a TCP address.
     *
     * @param host {@code 0.0.0.0} for all IPv4 addresses; {@code ::} for all addresses, or for IPv6 only if
     *     {@code 0.0.0.0} has the same port
     * @param port 0 selects a free port; 0-65535, else {@link IllegalArgumentException}
     */
    public IoServerBuilder bind(String host, int port) {
        addresses.add(new TcpAddress(host, port));
        return this;
    }

    /**
     * Adds a TCP address on 127.0.0.1.
     *
     * @param port 0 selects a free port; 0-65535, else {@link IllegalArgumentException}
     */
    public IoServerBuilder bind(int port) {
        return bind(IoServer.DEFAULT_HOST, port);
    }

    /**
     * Adds a Unix domain socket, for clients of this machine.
     *
     * <p>The file is created at the start, replacing one without a listening server, and removed at the end. It is the
     * remote address of its connections. On epoll a client that ended its stream may continue to read; on other
     * transports its connection is closed.
     *
     * @param path at most 107 bytes, else {@link IllegalArgumentException}
     */
    public IoServerBuilder unix(Path path) {
        addresses.add(new UnixAddress(path, null));
        return this;
    }

    /**
     * Adds a Unix domain socket with file permissions.
     *
     * <p>The file never exists with other permissions; it is created in a temporary directory next to the path, which
     * takes up to 12 of the 107 bytes.
     *
     * @param permissions such as {@code rw-rw----}; without them the process' umask applies
     */
    public IoServerBuilder unix(Path path, String permissions) {
        addresses.add(new UnixAddress(path, PosixFilePermissions.fromString(permissions)));
        return this;
    }

    /** Lets {@code ::} listen on IPv6 only, so that another server can use {@code 0.0.0.0}. Requires epoll. */
    public IoServerBuilder ipv6Only() {
        this.ipv6Only = true;
        return this;
    }

    /** Sets event loops that may be shared with other endpoints. The default is one loop per core. */
    public IoServerBuilder loops(EventLoops shared) {
        this.loops = shared;
        return this;
    }

    /** Sets the number of connections that wait to be accepted, per address. Default: 4,096. */
    public IoServerBuilder backlog(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("backlog: " + connections + " (expected: >= 1)");
        }
        this.backlog = connections;
        return this;
    }

    /** Enables TLS for all connections. */
    public IoServerBuilder tls(Tls certificate) {
        this.tls = certificate;
        return this;
    }

    /** Reads the peer's address from the PROXY header of a load balancer. */
    public IoServerBuilder proxyProtocol(ProxyProtocol from) {
        this.proxy = from;
        return this;
    }

    // ---- outbound limit

    /** Sets the limit of pending bytes beyond which a slow reader's connection is closed. Default: 1 MiB. */
    public IoServerBuilder outboundLimit(long bytes) {
        return outboundLimit(new OutboundLimit(bytes, OverflowPolicy.CLOSE));
    }

    /** Sets the limit of bytes that are pending for a slow reader, and its policy. */
    public IoServerBuilder outboundLimit(OutboundLimit limit) {
        this.outbound = limit;
        return this;
    }

    // ----

    /** Creates the server without starting it. Throws {@link IllegalStateException} without an address. */
    public IoServer build() {
        if (addresses.isEmpty()) {
            throw new IllegalStateException("no listen address (expected: bind before build)");
        }
        List<String> applicationProtocols = ForwardingComponent.find(app, AlpnProtocols.class)
                .map(AlpnProtocols::protocols)
                .orElse(List.of());
        List<ListenAddress> all = addresses.stream()
                .map(one -> ipv6Only && one instanceof TcpAddress tcp ? tcp.ipv6Only() : one)
                .toList();
        return new IoServer(
                new ListeningSockets(all, backlog),
                loops,
                new IoOptions(outbound, tls, proxy, applicationProtocols),
                app);
    }
}
