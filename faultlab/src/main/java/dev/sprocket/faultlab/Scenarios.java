package dev.sprocket.faultlab;

import dev.sprocket.faultlab.host.Network;
import dev.sprocket.faultlab.host.Network.Ability;
import dev.sprocket.faultlab.host.Network.Way;
import dev.sprocket.faultlab.host.Node;
import dev.sprocket.faultlab.host.RedisHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All scenarios. */
final class Scenarios {
    private static final Set<Ability> ANY = Set.of();

    private Scenarios() {}

    /** Returns all scenarios in the order of the table. */
    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        add(all, "no fault", Setup.PLAIN, lab -> lab.pause(lab.settings().seconds(60, 10)));
        add(all, "kill -9 of a node", Setup.PLAIN, Scenarios::killNode);
        add(all, "SIGSTOP of a node", Setup.PLAIN, lab -> {
            Node node = lab.anyNode();
            lab.fault(
                    "SIGSTOP of " + node,
                    () -> node.process().signal("STOP"),
                    lab.settings().seconds(30, 6),
                    () -> node.process().signal("CONT"));
        });
        add(all, "rolling restart of the nodes", Setup.PLAIN, lab -> rolling(lab, node -> {}));
        add(all, "kill -9 of Redis, back empty", Setup.PLAIN, Scenarios::redisEmpty);
        add(all, "kill -9 of Redis, back with its append-only file", Setup.APPEND_ONLY, lab -> killRedis(lab, 2));
        add(all, "kill -9 of Redis, back from an old dump", Setup.PLAIN, lab -> {
            lab.redis().command("SAVE");
            lab.pause(4);
            killRedis(lab, 2);
        });
        add(
                all,
                "Redis away for a longer time",
                Setup.APPEND_ONLY,
                lab -> killRedis(lab, lab.settings().seconds(80, 12)));
        add(
                all,
                "SIGSTOP of Redis",
                Setup.PLAIN,
                lab -> lab.away(
                        lab.nodes(),
                        "SIGSTOP of Redis",
                        () -> lab.redis().process().signal("STOP"),
                        lab.settings().seconds(30, 8),
                        () -> lab.redis().process().signal("CONT")));
        add(
                all,
                "FLUSHALL",
                Setup.PLAIN,
                lab -> lab.fault("FLUSHALL", () -> lab.redis().command("FLUSHALL"), 0, () -> {}));
        add(all, "CLIENT KILL TYPE pubsub", Setup.PLAIN, Scenarios::clientKill);
        add(all, "tiny output buffer of subscribers", Setup.PLAIN, Scenarios::tinyBuffer);
        add(all, "planned failover by Sentinel", Setup.SENTINEL, Scenarios::planned);
        add(all, "planned failover by Sentinel, with min-replicas-to-write", Setup.SENTINEL, lab -> {
            for (RedisHost redis : List.of(lab.redis(), lab.replica())) {
                redis.command("CONFIG", "SET", "min-replicas-to-write", "1");
            }
            planned(lab);
        });
        add(
                all,
                "failover by Sentinel after kill -9",
                Setup.SENTINEL,
                lab -> lab.fault("kill -9 of the primary", () -> lab.redis().kill(), 0, () -> awaitPromotion(lab)));
        all.add(new Scenario(
                "failover by Sentinel to a replica that lagged",
                Set.of(Ability.LAG),
                Setup.SENTINEL,
                lab -> lab.fault(
                        "kill -9 of the primary, 3 s after its replica was cut off",
                        () -> {
                            lab.network().cutReplica();
                            lab.pause(3);
                            lab.redis().kill();
                        },
                        0,
                        () -> {
                            awaitPromotion(lab);
                            lab.network().heal();
                        })));
        for (int seconds : new int[] {5, 30, 120}) {
            add(all, "a node and Redis cut off, " + seconds + " s", Setup.PLAIN, lab -> cut(lab, Way.BOTH, seconds));
        }
        add(all, "a node hears nothing of Redis, 30 s", Setup.PLAIN, lab -> cut(lab, Way.FROM_REDIS, 30));
        add(all, "Redis hears nothing of a node, 30 s", Setup.PLAIN, lab -> cut(lab, Way.TO_REDIS, 30));
        add(
                all,
                "all nodes and Redis cut off, 30 s",
                Setup.PLAIN,
                lab -> lab.away(
                        lab.nodes(),
                        "all nodes cut off",
                        () -> lab.nodes().forEach(node -> lab.network().cut(node.name(), Way.BOTH)),
                        lab.settings().seconds(30, 8),
                        () -> lab.network().heal()));
        all.add(new Scenario("200 ms between a node and Redis", Set.of(Ability.DELAY), Setup.DISTURBED, lab -> {
            Node node = lab.anyNode();
            lab.fault(
                    "200 ms for " + node,
                    () -> lab.network().delay(node.name(), 100),
                    lab.settings().seconds(60, 10),
                    () -> lab.network().heal());
        }));
        all.add(new Scenario("2 % of packets lost", Set.of(Ability.LOSE_PACKETS), Setup.PLAIN, Scenarios::lose));
        all.add(new Scenario(
                "2 % of connections lost per second", Set.of(Ability.LOSE_CONNECTIONS), Setup.PLAIN, Scenarios::lose));
        add(all, "a clock an hour ahead", Setup.PLAIN, lab -> {
            if (!Node.hasFakeClock()) {
                throw new LeftOutException("faketime is missing");
            }
            Node node = lab.anyNode();
            node.clockAhead(1);
            killNode(lab, node, 1);
            lab.pause(lab.settings().seconds(30, 5));
        });
        add(all, "rolling upgrade", Setup.PLAIN, lab -> {
            String before = System.getProperty("faultlab.before");
            if (before == null) {
                throw new LeftOutException("-Dfaultlab.before names no class path of an earlier version");
            }
            rolling(lab, node -> node.classPath(before));
            rolling(lab, node -> node.classPath(null));
        });
        return all;
    }

    private static void add(List<Scenario> all, String name, Setup setup, Scenario.Action action) {
        all.add(new Scenario(name, ANY, setup, action));
    }

    static void killNode(Lab lab) throws Exception {
        killNode(lab, lab.anyNode(), lab.settings().seconds(10, 2));
    }

    private static void killNode(Lab lab, Node node, double seconds) throws Exception {
        lab.fault("kill -9 of " + node, () -> node.process().kill(), seconds, () -> lab.restart(node));
    }

    /** Ends each node by SIGTERM, and starts it again. */
    private static void rolling(Lab lab, Consumer<Node> change) throws Exception {
        for (Node node : lab.nodes()) {
            lab.fault(
                    "restart of " + node,
                    () -> {
                        node.process().signal("TERM");
                        lab.await(() -> !node.process().isAlive(), "end of " + node);
                        change.accept(node);
                    },
                    0,
                    () -> lab.restart(node));
        }
    }

    private static void killRedis(Lab lab, double seconds) throws Exception {
        lab.away(
                lab.nodes(),
                "kill -9 of Redis, " + seconds + " s",
                () -> lab.redis().kill(),
                seconds,
                () -> lab.redis().start());
    }

    static void redisEmpty(Lab lab) throws Exception {
        RedisHost redis = lab.redis();
        lab.fault("kill -9 of Redis, back empty", redis::kill, 1, () -> {
            empty(redis.folder());
            redis.start();
        });
    }

    /** Removes what a Redis has written, except its log. */
    private static void empty(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(folder) && !file.endsWith("redis.log")) {
                    Files.delete(file);
                }
            }
        }
    }

    static void clientKill(Lab lab) throws Exception {
        lab.fault(
                "CLIENT KILL TYPE pubsub", () -> lab.redis().command("CLIENT", "KILL", "TYPE", "pubsub"), 0, () -> {});
    }

    private static void tinyBuffer(Lab lab) throws Exception {
        String key = "client-output-buffer-limit";
        lab.fault(
                "output buffer of 2 KiB",
                () -> {
                    lab.redis().command("CONFIG", "SET", key, "pubsub 2048 2048 1");
                    lab.clients().burst(lab.nodes().get(0), 1000);
                },
                lab.settings().seconds(20, 4),
                () -> lab.redis().command("CONFIG", "SET", key, "pubsub 33554432 8388608 60"));
    }

    private static void planned(Lab lab) throws Exception {
        lab.fault(
                "SENTINEL FAILOVER",
                () -> lab.sentinel().command("SENTINEL", "FAILOVER", "main"),
                0,
                () -> awaitPromotion(lab));
    }

    private static void awaitPromotion(Lab lab) throws Exception {
        lab.await(() -> lab.replica().command("ROLE").contains("master"), "promotion of the replica");
        if (lab.redis().process().isAlive()) {
            lab.await(() -> lab.redis().command("ROLE").contains("slave"), "demotion of the primary");
        }
    }

    static void cut(Lab lab, Way way, int seconds) throws Exception {
        Node node = lab.anyNode();
        Network network = lab.network();
        lab.away(
                List.of(node),
                node + " cut off, " + way,
                () -> network.cut(node.name(), way),
                seconds <= 5 ? seconds : lab.settings().seconds(seconds, 8 + seconds / 30.0),
                network::heal);
    }

    private static void lose(Lab lab) throws Exception {
        lab.fault(
                "2 % lost",
                () -> lab.nodes().forEach(node -> lab.network().lose(node.name(), 2)),
                lab.settings().seconds(60, 10),
                () -> lab.network().heal());
    }
}
