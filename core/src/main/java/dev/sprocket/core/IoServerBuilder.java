package dev.sprocket.core;

import dev.sprocket.core.spi.AlpnProtocols;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts an {@link IoServer} together that needs more than a host and a port:
 *
 * <pre>{@code
 * IoServer.builder(app).bind("127.0.0.1", 8080).bind("::1", 8080).loops(loops).build().run();
 * }</pre>
 *
 * What is said here holds for all addresses of the server; two servers on the same {@link EventLoops} may differ.
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
     * Listens on this address too; {@code 0.0.0.0} is all of this machine's IPv4 addresses, {@code ::} all of both
     * families. With the same port, {@code ::} leaves IPv4 to {@code 0.0.0.0}.
     *
     * @param port 0 takes a free one; 0-65535, else {@link IllegalArgumentException}
     */
    public IoServerBuilder bind(String host, int port) {
        addresses.add(new TcpAddress(host, port));
        return this;
    }

    /** As above, on 127.0.0.1. */
    public IoServerBuilder bind(int port) {
        return bind(IoServer.DEFAULT_HOST, port);
    }

    /**
     * Listens on a Unix domain socket too: clients of this machine only, and no port. The file is made by the start, in
     * place of one that nobody listens on any more, and removed by the end. The remote address of its connections is the
     * file. On epoll a client that has sent all it wants to send may go on reading; on other transports it is closed then.
     *
     * @param path at most 107 bytes, else {@link IllegalArgumentException}
     */
    public IoServerBuilder unix(Path path) {
        addresses.add(new UnixAddress(path, null));
        return this;
    }

    /**
     * As above, and says who may connect. There is no moment in which the file is there with other permissions; it is made
     * in a folder of its own beside the path, which takes up to 12 bytes of the 107.
     *
     * @param permissions as {@code rw-rw----}; without them it is up to the process' umask
     */
    public IoServerBuilder unix(Path path, String permissions) {
        addresses.add(new UnixAddress(path, PosixFilePermissions.fromString(permissions)));
        return this;
    }

    /** Lets {@code ::} listen on IPv6 alone, so that another server can have {@code 0.0.0.0} on its port. Needs epoll. */
    public IoServerBuilder ipv6Only() {
        this.ipv6Only = true;
        return this;
    }

    /** Uses these event loops, which other endpoints may share, instead of one for each core. */
    public IoServerBuilder loops(EventLoops shared) {
        this.loops = shared;
        return this;
    }

    /** How many connections the system holds ready for each address until they are accepted: 4,096 unless told otherwise. */
    public IoServerBuilder backlog(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("backlog: " + connections + " (expected: >= 1)");
        }
        this.backlog = connections;
        return this;
    }

    /** Serves TLS only. */
    public IoServerBuilder tls(Tls certificate) {
        this.tls = certificate;
        return this;
    }

    /** Takes the peer's address from the header of a load balancer. */
    public IoServerBuilder proxyProtocol(ProxyProtocol from) {
        this.proxy = from;
        return this;
    }

    // ---- the way out: the limit, and what happens past it

    /** How many bytes may wait for a peer that does not read before its connection is closed: 1 MiB unless told otherwise. */
    public IoServerBuilder outboundLimit(long bytes) {
        return outboundLimit(new OutboundLimit(bytes, OverflowPolicy.CLOSE));
    }

    /** How much may wait for a peer that does not read, and what happens past it. */
    public IoServerBuilder outboundLimit(OutboundLimit limit) {
        this.outbound = limit;
        return this;
    }

    // ----

    /** The server, not started yet. Throws {@link IllegalStateException} if it was told no address. */
    public IoServer build() {
        if (addresses.isEmpty()) {
            throw new IllegalStateException("no address to listen on (expected: bind before build)");
        }
        List<String> offered = ForwardingComponent.find(app, AlpnProtocols.class)
                .map(AlpnProtocols::protocols)
                .orElse(List.of());
        List<ListenAddress> all = addresses.stream()
                .map(one -> ipv6Only && one instanceof TcpAddress tcp ? tcp.ipv6Only() : one)
                .toList();
        return new IoServer(
                new ListeningSockets(all, backlog), loops, new IoOptions(outbound, tls, proxy, offered), app);
    }
}
