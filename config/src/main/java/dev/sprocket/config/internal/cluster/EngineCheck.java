package dev.sprocket.config.internal.cluster;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.frame.FrameType;
import dev.sprocket.cluster.internal.frame.FrameWriter;
import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.NodeId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Connection to an engine that checks what a server needs, under a temporary name. */
@ThreadSafe
final class EngineCheck {
    /** Lease of the checking node, which leaves before. */
    private static final Duration LEASE = Duration.ofSeconds(2);

    private static final long NANOS_PER_MICRO = 1000;

    /** Cause of a failure, and what to change. */
    private record Advice(Pattern cause, String text) {
        Advice(String cause, String text) {
            this(Pattern.compile(cause, Pattern.CASE_INSENSITIVE), text);
        }
    }

    private static final List<Advice> ADVICE = List.of(
            new Advice("WRONGPASS|NOAUTH|invalid password", "correct user and password in uri"),
            new Advice("NOPERM", "give the user of uri the rights of the guide, such as channels &PREFIX:*"),
            new Advice("refused", "start the engine, or correct the address in uri"),
            new Advice("unknown ?host|resolve|NXDOMAIN", "correct the host in uri"),
            new Advice(
                    "ssl|certifi|handshake|tls", "use rediss:// with a trusted certificate, or redis:// without TLS"),
            new Advice("sentinel|master", "correct the Sentinels or the name of the primary in uri"),
            new Advice(
                    "no answer|timed out|timeout",
                    "check the address in uri, firewalls, and whether it needs rediss://"));

    private final Engine engine;
    private final NodeId self =
            NodeId.start(NodeNames.of("check", ThreadLocalRandom.current().nextInt()));
    private final CompletableFuture<Void> up = new CompletableFuture<>();
    private final CompletableFuture<Void> returned = new CompletableFuture<>();
    private final Duration limit;

    /**
     * Creates a check.
     *
     * @param limit time limit of each step
     */
    EngineCheck(Engine engine, Duration limit) {
        this.engine = engine;
        this.limit = limit;
    }

    /** Failure with what to change, for people. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1;

        FailedException(String message) {
            super(message);
        }
    }

    /**
     * Connects, and disconnects again.
     *
     * @param nodeName name that a server needs
     * @param facts receives what was found
     * @return warnings
     */
    List<String> run(Optional<String> nodeName, Consumer<String> facts) throws FailedException {
        try (engine) {
            engine.start(self, new Receiver());
            await("not connected", up);
            facts.accept("connected");
            Engine.Report report = await("its server cannot be read", engine.report());
            report.facts().forEach(facts);
            facts.accept("round trip of a probe " + roundTrip() + " ms");
            List<String> warnings = new java.util.ArrayList<>(report.warnings());
            nodes(nodeName, facts).ifPresent(warnings::add);
            return warnings;
        }
    }

    /** Sends a frame to this node and returns its time in milliseconds, as text. */
    private String roundTrip() throws FailedException {
        long started = System.nanoTime();
        await("it refuses messages", engine.send(self.name(), probe()));
        await("a message to this node does not come back (check rights and output buffers of the engine)", returned);
        long micros = (System.nanoTime() - started) / NANOS_PER_MICRO;
        return micros / 1000 + "." + micros / 100 % 10;
    }

    private byte[] probe() {
        return new byte[] {0};
    }

    /** Lists the running nodes, and warns if the name is used by one of them. */
    private Optional<String> nodes(Optional<String> nodeName, Consumer<String> facts) throws FailedException {
        Directory directory = engine.directory();
        Directory.View view = await("it keeps no lease", directory.beat(self, "", LEASE));
        await("it keeps no lease", directory.leave(self, new FrameWriter(FrameType.LEFT, self).toBytes()));
        List<String> running = view.members().stream()
                .filter(member -> member.alive() && !member.id().equals(self))
                .map(member -> member.id().name())
                .sorted()
                .toList();
        facts.accept("running servers: " + (running.isEmpty() ? "none" : String.join(", ", running)));
        return nodeName.filter(running::contains)
                .map(name -> "node-name: a running server has the lease of " + name
                        + " (if it is another one, choose a name of its own for each)");
    }

    private <T> T await(String step, CompletionStage<T> stage) throws FailedException {
        try {
            return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new FailedException(advised(step, "no answer within " + limit.toMillis() + " ms"));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new FailedException(advised(step, String.valueOf(cause.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailedException(step + ": interrupted");
        }
    }

    private static String advised(String step, String cause) {
        String text = step + ": " + cause;
        if (text.endsWith(")")) {
            return text; // it says what to change
        }
        return text
                + ADVICE.stream()
                        .filter(one -> one.cause.matcher(cause).find())
                        .findFirst()
                        .map(one -> " (" + one.text + ")")
                        .orElse(" (check the engine and uri)");
    }

    private final class Receiver implements Engine.Listener {
        @Override
        public void onEvent(String topic, byte[] envelope) {}

        @Override
        public void onFrame(byte[] frame) {
            if (Arrays.equals(frame, probe())) {
                returned.complete(null);
            }
        }

        @Override
        public void onState(Engine.State state, String cause) {
            if (state == Engine.State.UP) {
                up.complete(null);
            } else {
                up.completeExceptionally(new IllegalStateException(cause));
            }
        }

        @Override
        public void onContinuityLost(@Nullable Set<String> topics, Engine.Cause cause) {}
    }
}
