package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Message;
import dev.sprocket.core.spi.PipelineContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.IllegalReferenceCountException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GatheringTest {
    @RegisterExtension
    final Peer peer = new Peer();

    /** The buffers that were written to the socket since the last time, each with its frames. */
    private List<List<String>> buffers() {
        peer.wire.channel().runPendingTasks();
        List<List<String>> buffers = new ArrayList<>();
        for (ByteBuf each = peer.wire.channel().readOutbound();
                each != null;
                each = peer.wire.channel().readOutbound()) {
            byte[] bytes = new byte[each.readableBytes()];
            each.readBytes(bytes).release();
            if (bytes.length > 0) {
                buffers.add(Client.read(bytes));
            }
        }
        return buffers;
    }

    private static byte[] three() {
        return Client.join(Client.text(0x81, "a"), Client.text(0x81, "b"), Client.text(0x81, "c"));
    }

    @Test
    void small_frames_of_a_turn_are_one_buffer() {
        peer.connect(new Echo());
        peer.send(three());
        assertThat(buffers()).containsExactly(List.of("text a", "text b", "text c"));
        peer.send(Client.text(0x81, "d"));
        assertThat(buffers()).containsExactly(List.of("text d"));
    }

    @Test
    void a_large_frame_keeps_its_place_among_small_ones() {
        String large = "x".repeat(10_000);
        peer.connect(new Echo());
        peer.send(Client.text(0x81, "a"), Client.text(0x81, large), Client.text(0x81, "b"));
        assertThat(buffers()).containsExactly(List.of("text a"), List.of("text " + large), List.of("text b"));
    }

    @Test
    void bytes_that_many_share_keep_their_place_among_small_ones() {
        peer.connect(new Recorder() {
            @Override
            public void onMessage(WsConnection from, Message message) {
                PipelineContext segment = PipelineContext.of(from);
                from.send("before");
                segment.write(segment.encoder().encode(Message.text("shared"), segment.alloc()));
                from.send("after");
            }
        });
        peer.send(Client.text(0x81, "go"));
        assertThat(buffers()).containsExactly(List.of("text before"), List.of("text shared"), List.of("text after"));
    }

    @Test
    void many_small_frames_leave_in_buffers_of_a_limited_size() {
        peer.connect(new Recorder() {
            @Override
            public void onMessage(WsConnection from, Message message) {
                for (int i = 0; i < 200; i++) {
                    from.send("y".repeat(998));
                }
            }
        });
        peer.send(Client.text(0x81, "go"));
        List<List<String>> buffers = buffers();
        assertThat(buffers.stream().mapToInt(List::size).sum()).isEqualTo(200);
        assertThat(buffers).allMatch(buffer -> buffer.size() <= 34);
    }

    @Test
    void frames_before_a_close_frame_are_sent_and_none_after_it() {
        peer.connect(new Recorder() {
            @Override
            public void onMessage(WsConnection from, Message message) {
                from.send("last");
                from.close(1000, "bye");
                seen.add("sent " + from.send("too late"));
            }
        });
        peer.send(Client.text(0x81, "go"));
        assertThat(buffers()).containsExactly(List.of("text last", "close 1000 bye"));
    }

    @Test
    void a_connection_that_is_lost_in_the_turn_gives_its_buffer_back() {
        peer.connect(new Recorder() {
            @Override
            public void onMessage(WsConnection from, Message message) {
                from.send("never read");
                peer.wire.channel().close();
            }
        });
        // the leak detector is the judge of the rest
        peer.send(Client.text(0x81, "go"));
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void messages_of_another_thread_keep_their_order() throws Exception {
        Recorder app = new Recorder();
        peer.connect(app);
        Thread other = new Thread(() -> {
            for (int i = 0; i < 5; i++) {
                app.conn().send("m" + i);
            }
        });
        other.start();
        other.join();
        assertThat(buffers().stream().flatMap(List::stream))
                .containsExactly("text m0", "text m1", "text m2", "text m3", "text m4");
    }

    private static final class Echo extends Recorder {
        @Override
        public void onMessage(WsConnection from, Message message) {
            from.send(message);
        }
    }

    @Test
    void nothing_of_a_frame_is_sent_whose_message_is_gone() {
        Recorder app = new Recorder();
        peer.connect(app);
        ByteBuf borrowed = Unpooled.copiedBuffer("kept too long", StandardCharsets.UTF_8);
        borrowed.release();

        assertThatThrownBy(() -> app.conn().send(Message.text(borrowed)))
                .isInstanceOf(IllegalReferenceCountException.class);
        app.conn().send("next");
        assertThat(peer.received()).containsExactly("text next");
    }
}
