package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Message;
import dev.sprocket.core.internal.transport.PipelineContext;
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
class WriteCoalescingTest {
    @RegisterExtension
    final Peer peer = new Peer();

    /** Returns the frames of each buffer written since the last call. */
    private List<List<String>> buffers() {
        peer.wire.channel().runPendingTasks();
        List<List<String>> buffers = new ArrayList<>();
        for (ByteBuf each = peer.wire.channel().readOutbound();
                each != null;
                each = peer.wire.channel().readOutbound()) {
            byte[] bytes = new byte[each.readableBytes()];
            each.readBytes(bytes).release();
            if (bytes.length > 0) {
                buffers.add(ClientFrames.read(bytes));
            }
        }
        return buffers;
    }

    private static byte[] threeTexts() {
        return ClientFrames.join(
                ClientFrames.text(0x81, "a"), ClientFrames.text(0x81, "b"), ClientFrames.text(0x81, "c"));
    }

    @Test
    void small_frames_of_one_iteration_share_a_buffer() {
        peer.connect(new Echo());
        peer.send(threeTexts());
        assertThat(buffers()).containsExactly(List.of("text a", "text b", "text c"));
        peer.send(ClientFrames.text(0x81, "d"));
        assertThat(buffers()).containsExactly(List.of("text d"));
    }

    @Test
    void large_frame_keeps_its_order_among_small_frames() {
        String large = "x".repeat(10_000);
        peer.connect(new Echo());
        peer.send(ClientFrames.text(0x81, "a"), ClientFrames.text(0x81, large), ClientFrames.text(0x81, "b"));
        assertThat(buffers()).containsExactly(List.of("text a"), List.of("text " + large), List.of("text b"));
    }

    @Test
    void shared_bytes_keep_their_order_among_small_frames() {
        peer.connect(new Recorder() {
            @Override
            public void onMessage(WsConnection from, Message message) {
                PipelineContext context = PipelineContext.of(from);
                from.send("before");
                context.write(context.encoder().encode(Message.text("shared"), context.alloc()));
                from.send("after");
            }
        });
        peer.send(ClientFrames.text(0x81, "go"));
        assertThat(buffers()).containsExactly(List.of("text before"), List.of("text shared"), List.of("text after"));
    }

    @Test
    void coalesced_buffers_have_a_limited_size() {
        peer.connect(new Recorder() {
            @Override
            public void onMessage(WsConnection from, Message message) {
                for (int i = 0; i < 200; i++) {
                    from.send("y".repeat(998));
                }
            }
        });
        peer.send(ClientFrames.text(0x81, "go"));
        List<List<String>> buffers = buffers();
        assertThat(buffers.stream().mapToInt(List::size).sum()).isEqualTo(200);
        assertThat(buffers).allMatch(buffer -> buffer.size() <= 34);
    }

    @Test
    void sends_frames_before_a_close_frame_only() {
        peer.connect(new Recorder() {
            @Override
            public void onMessage(WsConnection from, Message message) {
                from.send("last");
                from.close(1000, "bye");
                seen.add("sent " + from.send("too late"));
            }
        });
        peer.send(ClientFrames.text(0x81, "go"));
        assertThat(buffers()).containsExactly(List.of("text last", "close 1000 bye"));
    }

    @Test
    void connection_lost_in_an_iteration_releases_its_buffer() {
        peer.connect(new Recorder() {
            @Override
            public void onMessage(WsConnection from, Message message) {
                from.send("never read");
                peer.wire.channel().close();
            }
        });
        // the leak detector checks the buffer
        peer.send(ClientFrames.text(0x81, "go"));
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void messages_of_another_thread_keep_order() throws Exception {
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
    void released_message_sends_no_part_of_its_frame() {
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
