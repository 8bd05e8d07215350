package dev.sprocket.testkit.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.WampServer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls whose invocations are dropped for a slow callee. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SlowCalleeTest {
    private static final int CALLS = 100;
    private static final Pattern DROPPED = Pattern.compile(
            "\\[8,48,(\\d+),\\{\\},\"wamp\\.error\\.unavailable\",\\[\"the callee reads too slowly\"\\]\\]");
    private static final Pattern INVOCATION = Pattern.compile("\\[68,(\\d+),.*");

    private final MessageComponent<? super Connection, ? super Message> stack =
            new RawSocket(new WampServer(new WampComponent() {}).overRawSocket());

    private static void send(MemorySocket socket, String json) {
        byte[] bytes = json.getBytes(UTF_8);
        socket.write(ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array());
    }

    private static List<String> received(MemorySocket socket) {
        ByteBuffer all = ByteBuffer.wrap(socket.read());
        List<String> messages = new ArrayList<>();
        while (all.hasRemaining()) {
            byte[] one = new byte[all.getInt()];
            all.get(one);
            messages.add(new String(one, UTF_8));
        }
        return messages;
    }

    private MemorySocket joined(OutboundLimit limit) {
        MemorySocket socket = MemorySocket.to(stack, limit);
        socket.write(new byte[] {0x7F, (byte) 0xF1, 0, 0});
        assertThat(socket.read()).hasSize(4);
        send(socket, "[1,\"realm1\",{\"roles\":{\"caller\":{},\"callee\":{}}}]");
        assertThat(received(socket)).hasSize(1);
        return socket;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CLOSE")
    void caller_gets_an_error_per_dropped_invocation(OutboundLimit.Overflow policy) {
        MemorySocket callee = joined(new OutboundLimit(10_000, policy));
        MemorySocket caller = joined(OutboundLimit.DEFAULT);
        send(callee, "[64,1,{},\"p\"]");
        assertThat(received(callee)).hasSize(1);
        callee.stall();
        String argument = "x".repeat(1000);
        for (int i = 1; i <= CALLS; i++) {
            send(caller, "[48," + i + ",{},\"p\",[\"" + argument + "\"]]");
        }
        assertThat(callee.isOpen()).isTrue();

        List<String> errors = received(caller);
        assertThat(errors).isNotEmpty().allMatch(DROPPED.asMatchPredicate());

        callee.resume();
        List<String> invocations = received(callee);
        assertThat(invocations.size() + errors.size()).isEqualTo(CALLS);
        for (String invocation : invocations) {
            Matcher id = INVOCATION.matcher(invocation);
            assertThat(id.matches()).isTrue();
            send(callee, "[70," + id.group(1) + ",{}]");
        }
        assertThat(received(caller)).hasSize(invocations.size()).allMatch(reply -> reply.startsWith("[50,"));
    }

    /** The error is added to the queue from which an invocation is being dropped. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CLOSE")
    void self_call_does_not_corrupt_the_queue(OutboundLimit.Overflow policy) {
        MemorySocket client = joined(new OutboundLimit(10_000, policy));
        send(client, "[64,1,{},\"p\"]");
        assertThat(received(client)).hasSize(1);
        client.stall();
        String argument = "x".repeat(1000);
        for (int i = 2; i <= CALLS; i++) {
            send(client, "[48," + i + ",{},\"p\",[\"" + argument + "\"]]");
        }
        assertThat(client.isOpen()).isTrue();
        client.resume();
        assertThat(received(client))
                .isNotEmpty()
                .allMatch(message -> message.startsWith("[8,48,") || message.startsWith("[68,"));
        send(client, "[48,101,{},\"nobody\"]");
        assertThat(received(client)).singleElement().asString().contains("no_such_procedure");
    }
}
