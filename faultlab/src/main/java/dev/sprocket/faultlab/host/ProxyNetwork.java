package dev.sprocket.faultlab.host;

import dev.sprocket.testkit.proxy.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Loopback address, and a proxy between each node and Redis. Not thread-safe. */
public final class ProxyNetwork implements Network {
    private static final String LOOPBACK = "127.0.0.1";

    private final Map<String, FaultProxy> proxies = new HashMap<>();
    private final long seed;

    /** Creates the network; {@code seed} is that of lost connections. */
    public ProxyNetwork(long seed) {
        this.seed = seed;
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.of(Ability.LOSE_CONNECTIONS, Ability.DELAY);
    }

    @Override
    public String address(String host) {
        return LOOPBACK;
    }

    @Override
    public int port(int wanted) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> on(String host) {
        return List.of();
    }

    @Override
    public String reach(String node, String redis, int port, boolean disturbed) {
        FaultProxy proxy =
                proxies.computeIfAbsent(node, first -> FaultProxy.builder(new InetSocketAddress(LOOPBACK, port))
                        .seed(seed)
                        .start());
        return LOOPBACK + ":" + proxy.address().getPort();
    }

    private FaultProxy proxy(String node) {
        FaultProxy proxy = proxies.get(node);
        if (proxy == null) {
            throw new IllegalStateException(node + " has no proxy");
        }
        return proxy;
    }

    @Override
    public void cut(String node, Way way) {
        if (way != Way.FROM_REDIS) {
            proxy(node).stall(FaultProxy.Direction.TO_SERVER);
        }
        if (way != Way.TO_REDIS) {
            proxy(node).stall(FaultProxy.Direction.TO_CLIENT);
        }
    }

    @Override
    public void cutReplica() {
        throw new UnsupportedOperationException("a proxy is between nodes and Redis only");
    }

    @Override
    public void delay(String node, int millis) {
        proxy(node).delay(Duration.ofMillis(millis));
    }

    @Override
    public void lose(String node, int percent) {
        proxy(node).loseConnections(percent / 100.0);
    }

    @Override
    public void heal() {
        proxies.values().forEach(FaultProxy::heal);
    }

    @Override
    public void close() {
        proxies.values().forEach(FaultProxy::close);
    }
}
