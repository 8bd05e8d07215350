package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Leases and entries of the nodes at Redis.
 *
 * <p>A lease is a key that expires. What a node owns is a hash: entries (kind, U+0000 and key; {@code +} and value),
 * their version, number and bytes, the node's text, its time of a lease, and who has taken it over.
 */
@ThreadSafe
@SuppressWarnings("NullAway") // JDK 17 hides type annotations in the class files of another module
final class RedisDirectory implements Directory {
    private static final char SEPARATOR = '\0';
    private static final byte[] REMOVED = {'-'};
    /** Number of items of a node in the answer to a beat. */
    private static final int MEMBER_SIZE = 4;

    private final Names names;
    private final Commands commands;

    RedisDirectory(Names names, Commands commands) {
        this.names = names;
        this.commands = commands;
    }

    private static byte[] text(long number) {
        return Names.bytes(Long.toString(number));
    }

    private static byte[] incarnation(NodeId node) {
        return Names.bytes(Names.incarnation(node));
    }

    private byte[] channel() {
        return Names.bytes(names.all());
    }

    private byte[][] keys(NodeId node) {
        return new byte[][] {names.lease(node), names.owned(node), names.nodes()};
    }

    @Override
    public CompletionStage<View> beat(NodeId self, String text, Duration lease) {
        return commands.script(
                        Script.BEAT,
                        keys(self),
                        Names.bytes(Names.full(self)),
                        incarnation(self),
                        text(lease.toMillis()),
                        Names.bytes(text),
                        names.leases(),
                        names.ownedBegin())
                .thenApply(RedisDirectory::view);
    }

    private static View view(Reply reply) {
        Lease lease =
                switch ((int) reply.number(0)) {
                    case 1 -> Lease.RENEWED;
                    case 2 -> Lease.TAKEN;
                    default -> Lease.HELD;
                };
        List<Member> members = new ArrayList<>();
        for (int i = 2; i + MEMBER_SIZE <= reply.size(); i += MEMBER_SIZE) {
            members.add(new Member(
                    Names.node(reply.text(i)), reply.text(i + 1), reply.number(i + 2), reply.number(i + 3) == 1));
        }
        return new View(lease, reply.number(1), members);
    }

    @Override
    public CompletionStage<Entries> read(NodeId node) {
        return commands.script(Script.OWNED, new byte[][] {names.owned(node)}).thenApply(RedisDirectory::entries);
    }

    private static Entries entries(Reply reply) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i + 1 < reply.size(); i += 2) {
            String name = reply.text(i);
            int separator = name.indexOf(SEPARATOR);
            entries.add(new Entry(
                    name.substring(0, separator),
                    name.substring(separator + 1),
                    reply.text(i + 1).substring(1)));
        }
        return new Entries(reply.number(0), entries);
    }

    @Override
    public CompletionStage<Outcome> change(NodeId self, Change change, Limits own, Limits sum, byte[] frame) {
        List<byte[]> arguments = new ArrayList<>(List.of(
                incarnation(self),
                text(change.version()),
                text(change.replaces() ? 1 : 0),
                names.ownedBegin(),
                text(own.entries()),
                text(own.bytes()),
                text(sum.entries()),
                text(sum.bytes())));
        arguments.addAll(List.of(text(OVERHEAD), channel(), frame));
        for (Entry entry : change.entries()) {
            String value = entry.value();
            arguments.add(Names.bytes(entry.kind() + SEPARATOR + entry.key()));
            arguments.add(value == null ? REMOVED : ("+" + value).getBytes(StandardCharsets.UTF_8));
        }
        return commands.script(Script.CHANGE, keys(self), arguments.toArray(new byte[0][]))
                .thenApply(reply -> switch ((int) reply.number(0)) {
                    case 1 -> Outcome.STORED;
                    case 2 -> Outcome.NO_LEASE;
                    default -> Outcome.FULL;
                });
    }

    @Override
    public CompletionStage<@Nullable Entries> takeOver(NodeId self, NodeId gone) {
        byte[][] keys = {names.owned(gone), names.nodes(), names.lease(gone), names.lease(self)};
        CompletableFuture<Reply> reply = commands.script(
                Script.TAKE_OVER,
                keys,
                Names.bytes(Names.full(gone)),
                incarnation(gone),
                Names.bytes(Names.full(self)),
                incarnation(self),
                names.leases());
        return reply.thenApply(answer -> answer.size() == 0 ? null : entries(answer));
    }

    @Override
    public CompletionStage<Void> forget(NodeId self, NodeId gone, byte[] frame) {
        return commands.script(
                        Script.FORGET,
                        new byte[][] {names.owned(gone), names.nodes()},
                        Names.bytes(Names.full(gone)),
                        Names.bytes(Names.full(self)),
                        channel(),
                        frame)
                .thenAccept(reply -> {});
    }

    @Override
    public CompletionStage<Void> leave(NodeId self, byte[] frame) {
        return commands.script(
                        Script.LEAVE, keys(self), Names.bytes(Names.full(self)), incarnation(self), channel(), frame)
                .thenAccept(reply -> {});
    }
}
