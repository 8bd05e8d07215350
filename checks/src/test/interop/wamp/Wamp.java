import io.crossbar.autobahn.wamp.Client;
import io.crossbar.autobahn.wamp.Session;
import io.crossbar.autobahn.wamp.auth.ChallengeResponseAuth;
import io.crossbar.autobahn.wamp.auth.TicketAuth;
import io.crossbar.autobahn.wamp.exceptions.ApplicationError;
import io.crossbar.autobahn.wamp.interfaces.IAuthenticator;
import io.crossbar.autobahn.wamp.interfaces.IInvocationHandler;
import io.crossbar.autobahn.wamp.interfaces.TriConsumer;
import io.crossbar.autobahn.wamp.transports.NettyWebSocket;
import io.crossbar.autobahn.wamp.types.CallOptions;
import io.crossbar.autobahn.wamp.types.CallResult;
import io.crossbar.autobahn.wamp.types.EventDetails;
import io.crossbar.autobahn.wamp.types.InvocationResult;
import io.crossbar.autobahn.wamp.types.PublishOptions;
import io.crossbar.autobahn.wamp.types.RegisterOptions;
import io.crossbar.autobahn.wamp.types.Registration;
import io.crossbar.autobahn.wamp.types.SessionDetails;
import io.crossbar.autobahn.wamp.types.SubscribeOptions;
import io.crossbar.autobahn.wamp.types.Subscription;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tests the Autobahn Java client against the server.
 *
 * <p>{@code Wamp URL FORMAT...} tests features and prints "ok FORMAT FEATURE" per feature.
 * {@code Wamp cross URL FORMAT NAME OTHER...} calls every other client and exchanges events with all of them.
 * {@code Wamp recover URL FORMAT} recovers missed events as recover.mjs does. Exits with 0 if everything works.
 */
public class Wamp {
    private static final PublishOptions ACKNOWLEDGE = new PublishOptions(true, true);

    private interface Check {
        void run() throws Exception;
    }

    /** Session with futures of its join and its end. */
    private static final class Peer {
        /** Single thread, because the default executor does not keep the order of events. */
        final Executor executor = Executors.newSingleThreadExecutor();

        final Session session = new Session(executor);
        final CompletableFuture<SessionDetails> joined = new CompletableFuture<>();
        final CompletableFuture<String> left = new CompletableFuture<>();

        Peer(String url, String format, String realm, IAuthenticator... authenticators) throws Exception {
            session.addOnJoinListener((session, details) -> joined.complete(details));
            session.addOnLeaveListener((session, details) -> {
                joined.completeExceptionally(new ApplicationError(details.reason));
                left.complete(details.reason);
            });
            Client client = new Client(new NettyWebSocket(url + "/" + realm, List.of("wamp.2." + format)), executor);
            client.add(session, realm, authenticators.length == 0 ? null : Arrays.asList(authenticators));
            client.connect();
        }

        /**
         * Opens a session, with up to five retries.
         *
         * <p>The transport may notify the session of the connection before it has the channel, and then never sends
         * HELLO.
         */
        static Peer open(String url, String format, String realm, IAuthenticator... authenticators) throws Exception {
            for (int i = 0; ; i++) {
                Peer peer = new Peer(url, format, realm, authenticators);
                try {
                    peer.joined.get(10, TimeUnit.SECONDS);
                    return peer;
                } catch (TimeoutException e) {
                    if (i == 5) {
                        throw e;
                    }
                } catch (ExecutionException e) {
                    throw (Exception) e.getCause();
                }
            }
        }

        void close() throws Exception {
            session.leave("wamp.close.close_realm");
            same("wamp.close.goodbye_and_out", soon(left));
        }
    }

    private static final class Inbox {
        final BlockingQueue<Object> items = new LinkedBlockingQueue<>();
        EventDetails details;

        TriConsumer<List<Object>, Map<String, Object>, EventDetails> handler() {
            return (args, kwargs, about) -> {
                details = about;
                items.add(args == null ? List.of() : args);
            };
        }

        void next(Object... args) throws Exception {
            same(Arrays.asList(args), items.poll(60, TimeUnit.SECONDS));
        }
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static void same(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(actual + " (expected: " + expected + ")");
        }
    }

    private static ApplicationError failure(CompletableFuture<?> future) throws Exception {
        try {
            soon(future);
        } catch (ApplicationError e) {
            return e;
        }
        throw new AssertionError("succeeded (expected: an error)");
    }

    private final String url;
    private final String format;
    private Peer a;
    private Peer b;
    private Peer c;

    private Wamp(String url, String format) {
        this.url = url;
        this.format = format;
    }

    private void publish(String topic, Object... args) throws Exception {
        soon(a.session.publish(topic, ACKNOWLEDGE, args));
    }

    private List<Object> call(String procedure, Object... args) throws Exception {
        return soon(a.session.call(procedure, args)).results;
    }

    private Map<String, Check> features() {
        Map<String, Check> all = new LinkedHashMap<>();
        all.put("publish and subscribe", () -> {
            Inbox events = new Inbox();
            Subscription subscription = soon(b.session.subscribe("com.topic", events.handler()));
            List<Object> values = Arrays.asList(
                    1,
                    -7,
                    2.5,
                    "gr\u00fc\u00dfe",
                    true,
                    null,
                    List.of(1, List.of(2)),
                    Map.of("x", List.of()),
                    1L << 40);
            soon(a.session.publish("com.topic", values, Map.of("key", "value"), ACKNOWLEDGE));
            events.next(values.toArray());
            soon(subscription.unsubscribe());
            publish("com.topic", "nobody");
            soon(b.session.subscribe("com.topic", events.handler()));
            publish("com.topic", "again");
            events.next("again");
        });
        all.put("acknowledge", () -> {
            if (soon(a.session.publish("com.acknowledged", ACKNOWLEDGE, 1)).publication <= 0) {
                throw new AssertionError("no publication");
            }
        });
        all.put("exclude_me = false", () -> {
            Inbox events = new Inbox();
            soon(a.session.subscribe("com.me", events.handler()));
            publish("com.me", "not me");
            soon(a.session.publish("com.me", new PublishOptions(true, false), "me"));
            events.next("me");
        });
        all.put("prefix and wildcard subscriptions", () -> {
            Inbox prefix = new Inbox();
            Inbox wildcard = new Inbox();
            soon(b.session.subscribe("com.pattern", prefix.handler(), new SubscribeOptions("prefix", true, false)));
            soon(b.session.subscribe("com..here", wildcard.handler(), new SubscribeOptions("wildcard", true, false)));
            publish("com.elsewhere.here", "w");
            wildcard.next("w");
            same("com.elsewhere.here", wildcard.details.topic);
            publish("com.pattern.any", "p");
            prefix.next("p");
            same("com.pattern.any", prefix.details.topic);
            publish("com.pattern2.here", "both");
            prefix.next("both");
            wildcard.next("both");
        });
        all.put("call and register", () -> {
            Registration registration =
                    soon(b.session.register("com.twice", (IInvocationHandler) (args, kwargs, details) -> {
                        List<Object> twice = new ArrayList<>(args);
                        twice.addAll(args);
                        return new InvocationResult(twice, kwargs);
                    }));
            CallResult result =
                    soon(a.session.call("com.twice", List.of(1, "a"), Map.of("k", List.of(2)), (CallOptions) null));
            same(List.of(1, "a", 1, "a"), result.results);
            same(Map.of("k", List.of(2)), result.kwresults);
            same(
                    "wamp.error.procedure_already_exists",
                    failure(a.session.register("com.twice", () -> 1)).getMessage());
            soon(registration.unregister());
            same(
                    "wamp.error.no_such_procedure",
                    failure(a.session.call("com.twice", 1)).getMessage());
        });
        all.put("procedures of the application", () -> {
            same(List.of(7), call("app.add", 3, 4));
            ApplicationError e = failure(a.session.call("app.error", 1));
            same("app.error.bad", e.getMessage());
            same(List.of("it is bad", 7), e.args);
        });
        all.put("prefix and wildcard registrations", () -> {
            for (String how : List.of("prefix", "wildcard")) {
                soon(b.session.register(
                        how.equals("prefix") ? "com.served" : "com..served",
                        // the client reports the pattern as the procedure
                        (IInvocationHandler)
                                (args, kwargs, details) -> new InvocationResult(Arrays.<Object>asList(how)),
                        new RegisterOptions(how, "single")));
            }
            same(List.of("prefix"), call("com.served.by.me"));
            same(List.of("wildcard"), call("com.really.served"));
        });
        all.put("shared registrations", () -> {
            for (Peer peer : List.of(b, c)) {
                soon(peer.session.register(
                        "com.shared",
                        (IInvocationHandler) (args, kwargs, details) ->
                                new InvocationResult(Arrays.<Object>asList(peer == b ? "b" : "c")),
                        new RegisterOptions("exact", "roundrobin")));
            }
            for (String who : List.of("b", "c", "b", "c")) {
                same(List.of(who), call("com.shared"));
            }
        });
        all.put("call timeout", () -> {
            CompletableFuture<InvocationResult> never = new CompletableFuture<>();
            soon(b.session.register("com.slow", (IInvocationHandler) (args, kwargs, details) -> never.join()));
            ApplicationError e = failure(a.session.call("com.slow", new CallOptions(50), 1));
            never.complete(new InvocationResult());
            same("wamp.error.timeout", e.getMessage());
        });
        all.put("session meta API", () -> {
            Inbox left = new Inbox();
            soon(a.session.subscribe("wamp.session.on_leave", left.handler()));
            Peer other = Peer.open(url, format, "open");
            long id = other.session.getID();
            if (!((List<?>) call("wamp.session.list").get(0)).contains(id)) {
                throw new AssertionError("not in the list");
            }
            other.close();
            same(id, ((List<?>) left.items.poll(60, TimeUnit.SECONDS)).get(0));
            same(
                    "wamp.error.no_such_session",
                    failure(a.session.call("wamp.session.get", id)).getMessage());
        });
        all.put("testament", () -> {
            Inbox events = new Inbox();
            soon(a.session.subscribe("com.testament", events.handler()));
            Peer other = Peer.open(url, format, "open");
            // the client ignores a RESULT without arguments
            other.session.call("wamp.session.add_testament", "com.testament", List.of("gone"), Map.of());
            soon(other.session.call("wamp.session.count"));
            other.close();
            events.next("gone");
        });
        all.put("retained events", () -> {
            soon(a.session.publish("com.retained", new PublishOptions(true, true, true), "kept"));
            Inbox events = new Inbox();
            soon(b.session.subscribe("com.retained", events.handler(), new SubscribeOptions("exact", true, true)));
            events.next("kept");
        });
        all.put("missed events by publication", () -> {
            Inbox events = new Inbox();
            long id = soon(b.session.subscribe("com.remembered.more", events.handler())).subscription;
            publish("com.remembered.more", "heard");
            events.next("heard");
            long publication = events.details.publication;
            publish("com.remembered.more", "missed");
            same(List.of(List.of("missed")), kept(id, Map.of("after_publication", publication)));
        });
        all.put("missed events by position", () -> {
            long id = soon(b.session.subscribe("com.remembered.more", new Inbox().handler())).subscription;
            Object position = getEvents(id, Map.of("limit", 0)).kwresults.get("position");
            publish("com.remembered.more", "missed");
            same(List.of(List.of("missed")), kept(id, Map.of("after_position", position)));
        });
        all.put("authentication denied", () -> {
            for (IAuthenticator wrong : List.of(
                    new TicketAuth("joe", "wrong"),
                    new TicketAuth("nobody", "ticket of joe"),
                    new ChallengeResponseAuth("peter", "wrong"),
                    new ChallengeResponseAuth("nobody", "secret of peter"))) {
                try {
                    Peer.open(url, format, "closed", wrong);
                    throw new AssertionError("accepted wrong credentials");
                } catch (ApplicationError e) {
                    same("wamp.error.authentication_denied", e.getMessage());
                }
            }
        });
        all.put("ticket", () -> authenticates("joe", new TicketAuth("joe", "ticket of joe")));
        all.put("wampcra", () -> authenticates("peter", new ChallengeResponseAuth("peter", "secret of peter")));
        // unsupported: salted wampcra; cryptosign without the native library of libsodium-jni
        return all;
    }

    private CallResult getEvents(long subscription, Map<String, Object> options) throws Exception {
        return soon(b.session.call("wamp.subscription.get_events", List.of(subscription), options, (CallOptions) null));
    }

    /** Returns the arguments of events that the topic of a subscription keeps. */
    private List<Object> kept(long subscription, Map<String, Object> options) throws Exception {
        List<Object> arguments = new ArrayList<>();
        for (Object event : getEvents(subscription, options).results) {
            arguments.add(((Map<?, ?>) event).get("args"));
        }
        return arguments;
    }

    private void authenticates(String authid, IAuthenticator authenticator) throws Exception {
        Peer peer = Peer.open(url, format, "closed", authenticator);
        // the client does not expose the details of WELCOME
        List<Object> details = soon(peer.session.call("wamp.session.get", peer.session.getID())).results;
        same(authid, ((Map<?, ?>) details.get(0)).get("authid"));
        peer.close();
    }

    private boolean run() {
        boolean good = true;
        for (Map.Entry<String, Check> feature : features().entrySet()) {
            try {
                a = Peer.open(url, format, "open");
                b = Peer.open(url, format, "open");
                c = Peer.open(url, format, "open");
                feature.getValue().run();
                System.out.println("ok " + format + " " + feature.getKey());
                a.close();
                b.close();
                c.close();
                if (feature.getKey().equals("publish and subscribe")) {
                    System.out.println("ok " + format + " join and goodbye");
                }
            } catch (Throwable e) {
                good = false;
                System.out.println("failed " + format + " " + feature.getKey() + ": " + e);
                Arrays.stream(e.getStackTrace()).limit(8).forEach(System.out::println);
            }
        }
        return good;
    }

    /** Calls every other client and exchanges events with all of them. */
    private static void cross(String url, String format, String name, List<String> others) throws Exception {
        Peer peer = Peer.open(url, format, "open");
        Session session = peer.session;
        List<String> heard = new ArrayList<>();
        Inbox events = new Inbox();
        soon(session.subscribe("com.cross.topic", events.handler()));
        soon(session.register("com.cross." + name, (IInvocationHandler) (args, kwargs, details) ->
                new InvocationResult(Arrays.<Object>asList(name + " hears " + args.get(0)))));
        int all = others.size() + 1;
        session.call("app.meet", all).get(60, TimeUnit.SECONDS);
        for (String other : others) {
            if (!other.equals("v1")) {
                same(List.of(other + " hears " + name), soon(session.call("com.cross." + other, name)).results);
            }
        }
        soon(session.publish("com.cross.topic", ACKNOWLEDGE, name));
        for (String other : others) {
            heard.add(String.valueOf(((List<?>) events.items.poll(30, TimeUnit.SECONDS)).get(0)));
        }
        same(new TreeSet<>(others), new TreeSet<>(heard));
        session.call("app.meet", all).get(60, TimeUnit.SECONDS);
        peer.close();
        System.out.println("ok " + format + " " + name);
    }

    /** Subscribes to "news", connects again for each line of the input, and recovers by get_events. */
    private static void recover(String url, String format) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        Map<String, Object> mark = new LinkedHashMap<>();
        while (true) {
            Peer peer = Peer.open(url, format, "open");
            CompletableFuture<Void> lost = new CompletableFuture<>();
            peer.session.addOnDisconnectListener((session, clean) -> lost.complete(null));
            BlockingQueue<EventDetails> details = new LinkedBlockingQueue<>();
            BlockingQueue<Object> items = new LinkedBlockingQueue<>();
            AtomicBoolean live = new AtomicBoolean();
            TriConsumer<List<Object>, Map<String, Object>, EventDetails> handler = (args, kwargs, about) -> {
                if (live.get()) {
                    hear(args.get(0), about.publication, mark);
                } else {
                    items.add(args.get(0));
                    details.add(about);
                }
            };
            long id = soon(peer.session.subscribe("news", handler)).subscription;
            Set<Long> recovered = new HashSet<>();
            boolean first = mark.isEmpty();
            boolean complete;
            do {
                Map<String, Object> options = first ? Map.of("limit", 0) : Map.copyOf(mark);
                CallResult result = soon(
                        peer.session.call("wamp.subscription.get_events", List.of(id), options, (CallOptions) null));
                if (result.kwresults.get("gap") instanceof Map<?, ?> gap) {
                    System.out.println("gap " + gap.get("reason"));
                }
                for (Object event : result.results) {
                    Map<?, ?> each = (Map<?, ?>) event;
                    recovered.add(((Number) each.get("publication")).longValue());
                    System.out.println("event " + ((List<?>) each.get("args")).get(0));
                }
                mark.clear();
                mark.put("after_position", result.kwresults.get("position"));
                complete = first || (Boolean) result.kwresults.get("complete");
            } while (!complete);
            // on the thread of the handler, so that no event comes in between
            CompletableFuture.runAsync(
                            () -> {
                                for (Object item = items.poll(); item != null; item = items.poll()) {
                                    EventDetails about = details.remove();
                                    if (!recovered.contains(about.publication)) {
                                        hear(item, about.publication, mark);
                                    }
                                }
                                live.set(true);
                            },
                            peer.executor)
                    .get();
            System.out.println("ready");
            lost.get();
            System.out.println("lost");
            if (input.readLine() == null) {
                return;
            }
        }
    }

    private static void hear(Object event, long publication, Map<String, Object> mark) {
        System.out.println("event " + event);
        mark.clear();
        mark.put("after_publication", publication);
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("recover")) {
            recover(args[1], args[2]);
        }
        if (args[0].equals("cross")) {
            try {
                cross(args[1], args[2], args[3], List.of(args).subList(4, args.length));
                Runtime.getRuntime().halt(0);
            } catch (Throwable e) {
                e.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
        }
        boolean good = true;
        for (String format : List.of(args).subList(1, args.length)) {
            good &= new Wamp(args[0], format).run();
        }
        System.out.flush();
        Runtime.getRuntime().halt(good ? 0 : 1);
    }
}
