package dev.sprocket.faultlab.host;

import dev.sprocket.testkit.proxy.FaultProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Network namespaces on one bridge; the clients have the address of the bridge.
 *
 * <p>Packets are dropped by nftables. The kernel's netem delays them; without it, a proxy at the bridge does. Needs the
 * rights of root. Not thread-safe.
 */
public final class NamespaceNetwork implements Network {
    private static final String BRIDGE = "sprfl0";
    private static final String PREFIX = "10.231.77.";
    private static final int LAB = 254;
    private static final List<String> HOSTS = List.of("n1", "n2", "n3", "r1", "r2", "s1");
    private static final List<String> NODES = List.of("n1", "n2", "n3");

    private static @Nullable FileLock lock;

    private final Map<String, FaultProxy> proxies = new HashMap<>();
    private final boolean netem;

    /** Creates namespaces, after those of a run that was killed are removed. */
    public NamespaceNetwork() {
        remove();
        Programs.run("ip", "link", "add", BRIDGE, "type", "bridge");
        try {
            Programs.run("ip", "addr", "add", PREFIX + LAB + "/24", "dev", BRIDGE);
            Programs.run("ip", "link", "set", BRIDGE, "up");
            HOSTS.forEach(NamespaceNetwork::add);
            netem = Programs.works(
                    "ip",
                    "netns",
                    "exec",
                    space("n1"),
                    "tc",
                    "qdisc",
                    "add",
                    "dev",
                    "eth0",
                    "root",
                    "netem",
                    "delay",
                    "1ms");
            heal();
        } catch (RuntimeException e) {
            remove();
            throw e;
        }
    }

    /** Returns true if this process may create namespaces, and no other lab has some. */
    public static boolean isAvailable() {
        if (!Programs.has("ip", "nft") || !isAlone()) {
            return false;
        }
        String probe = "sprfl-probe";
        Programs.works("ip", "netns", "del", probe);
        boolean works = Programs.works("ip", "netns", "add", probe)
                && Programs.works("ip", "link", "add", "sprflp", "type", "veth", "peer", "name", "eth0", "netns", probe)
                && Programs.works("ip", "netns", "exec", probe, "nft", "add", "table", "inet", "faultlab");
        Programs.works("ip", "netns", "del", probe);
        return works;
    }

    /** Keeps a lock until this process ends. */
    private static synchronized boolean isAlone() {
        if (lock == null) {
            Path file = Path.of(System.getProperty("java.io.tmpdir"), "sprocket-faultlab.lock");
            try {
                lock = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                        .tryLock();
            } catch (IOException e) {
                return false;
            }
        }
        return lock != null;
    }

    private static String space(String host) {
        return "sprfl-" + host;
    }

    private static void add(String host) {
        String space = space(host);
        String outside = "sprfl-" + host + "v";
        Programs.run("ip", "netns", "add", space);
        Programs.run("ip", "link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", space);
        Programs.run("ip", "link", "set", outside, "master", BRIDGE, "up");
        Programs.run("ip", "-n", space, "addr", "add", number(host) + "/24", "dev", "eth0");
        Programs.run("ip", "-n", space, "link", "set", "eth0", "up");
        Programs.run("ip", "-n", space, "link", "set", "lo", "up");
    }

    private static void remove() {
        for (String host : HOSTS) {
            Programs.works("ip", "netns", "del", space(host));
            Programs.works("ip", "link", "del", "sprfl-" + host + "v");
        }
        Programs.works("ip", "link", "del", BRIDGE);
    }

    private static String number(String host) {
        return PREFIX + (HOSTS.indexOf(host) + 1);
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.of(Ability.DROP, Ability.LOSE_PACKETS, Ability.DELAY, Ability.LAG);
    }

    /** Returns true if the kernel delays packets; otherwise a proxy delays bytes. */
    public boolean hasNetem() {
        return netem;
    }

    @Override
    public String address(String host) {
        return number(host);
    }

    @Override
    public int port(int wanted) {
        return wanted;
    }

    @Override
    public List<String> on(String host) {
        return List.of("ip", "netns", "exec", space(host));
    }

    @Override
    public String reach(String node, String redis, int port, boolean disturbed) {
        if (netem || !disturbed) {
            return number(redis) + ":" + port;
        }
        FaultProxy proxy =
                proxies.computeIfAbsent(node, first -> FaultProxy.builder(new InetSocketAddress(number(redis), port))
                        .bind(new InetSocketAddress(PREFIX + LAB, 0))
                        .start());
        return PREFIX + LAB + ":" + proxy.address().getPort();
    }

    private static void nft(String host, String rule) {
        Programs.run("ip", "netns", "exec", space(host), "nft", rule);
    }

    private static void rule(String node, boolean from, String verdict) {
        nft(node, "add table inet faultlab");
        String chain = from ? "in" : "out";
        nft(
                node,
                "add chain inet faultlab " + chain + " { type filter hook " + chain
                        + "put priority 0; policy accept; }");
        nft(
                node,
                "add rule inet faultlab " + chain + " ip " + (from ? "saddr" : "daddr") + " { " + number("r1") + ", "
                        + number("r2") + ", " + number("s1") + " } " + verdict);
    }

    @Override
    public void cut(String node, Way way) {
        if (way != Way.TO_REDIS) {
            rule(node, true, "drop");
        }
        if (way != Way.FROM_REDIS) {
            rule(node, false, "drop");
        }
    }

    @Override
    public void cutReplica() {
        nft("r2", "add table inet faultlab");
        nft("r2", "add chain inet faultlab in { type filter hook input priority 0; policy accept; }");
        nft("r2", "add rule inet faultlab in ip saddr " + number("r1") + " drop");
    }

    @Override
    public void delay(String node, int millis) {
        FaultProxy proxy = proxies.get(node);
        if (proxy != null) {
            proxy.delay(Duration.ofMillis(millis));
        } else {
            Programs.run(
                    "ip",
                    "netns",
                    "exec",
                    space(node),
                    "tc",
                    "qdisc",
                    "add",
                    "dev",
                    "eth0",
                    "root",
                    "netem",
                    "delay",
                    millis + "ms");
        }
    }

    @Override
    public void lose(String node, int percent) {
        rule(node, true, "numgen random mod 100 < " + percent + " drop");
        rule(node, false, "numgen random mod 100 < " + percent + " drop");
    }

    @Override
    public void heal() {
        proxies.values().forEach(FaultProxy::heal);
        for (String host : HOSTS) {
            Programs.works("ip", "netns", "exec", space(host), "nft", "delete table inet faultlab");
        }
        for (String node : NODES) {
            if (netem) {
                Programs.works("ip", "netns", "exec", space(node), "tc", "qdisc", "del", "dev", "eth0", "root");
            }
        }
    }

    @Override
    public void close() {
        proxies.values().forEach(FaultProxy::close);
        remove();
    }
}
