package dev.sprocket.wamp.rawsocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.server.WampServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Recovery of WAMP v2 subscriptions over RawSocket, which is that over WebSocket. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class RawSocketRecoveryTest {
    private final Topics topics = new Topics(id -> TopicSettings.DEFAULT.history(3, Duration.ofHours(1)));
    private final Topic news = topics.topic("news");
    private final WampServer server = new WampServer(new WampComponent() {}, topics);

    /** Client in memory that has joined. */
    private final class Peer implements AutoCloseable {
        private final EmbeddedChannel channel = new EmbeddedChannel();

        Peer() {
            IoServer.attach(channel, new RawSocket(server.overRawSocket()));
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0x7F, (byte) 0xF1, 0, 0}));
            ByteBuf handshake = channel.readOutbound();
            assertThat(handshake.readUnsignedByte()).isEqualTo((short) 0x7F);
            handshake.release();
            send("[1,\"realm1\",{\"roles\":{\"subscriber\":{},\"caller\":{}}}]");
            assertThat(received()).singleElement().asString().contains("\"_recovery\":true");
        }

        void send(String json) {
            byte[] payload = json.getBytes(UTF_8);
            channel.writeInbound(Unpooled.buffer().writeInt(payload.length).writeBytes(payload));
        }

        List<String> received() {
            channel.runPendingTasks();
            ByteBuf all = Unpooled.buffer();
            for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
                all.writeBytes(bytes);
                bytes.release();
            }
            List<String> messages = new ArrayList<>();
            while (all.isReadable()) {
                messages.add(all.readCharSequence(all.readInt(), UTF_8).toString());
            }
            return messages;
        }

        @Override
        public void close() {
            channel.finishAndReleaseAll();
        }
    }

    private static String position(String event) {
        return event.replaceAll(".*\"_position\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void returning_client_receives_what_it_missed() {
        String known;
        try (Peer ann = new Peer()) {
            ann.send("[32,1,{},\"news\"]");
            var unused = ann.received();
            news.broadcast(Event.of(1));
            known = position(ann.received().get(0));
        }
        news.broadcast(Event.of(2));
        news.broadcast(Event.of(3));

        try (Peer ann = new Peer()) {
            ann.send("[32,1,{\"_after\":\"" + known + "\"},\"news\"]");
            news.broadcast(Event.of(4));

            assertThat(ann.received())
                    .satisfiesExactly(
                            subscribed -> assertThat(subscribed).startsWith("[33,1,"),
                            two -> assertThat(two).endsWith(",[2]]"),
                            three -> assertThat(three).endsWith(",[3]]"),
                            four -> assertThat(four).endsWith(",[4]]"));
        }
    }

    @Test
    void next_event_tells_gap() {
        try (Peer ann = new Peer()) {
            ann.send("[32,1,{\"_after\":\"1.1.1\"},\"news\"]");
            var unused = ann.received();
            news.broadcast(Event.of(1));

            assertThat(ann.received())
                    .singleElement()
                    .asString()
                    .contains("\"_gap\":{", "\"reason\":\"unknown\"")
                    .endsWith(",[1]]");
        }
    }
}
