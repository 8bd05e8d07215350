package dev.sprocket.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class MessageTest {
    @Test
    void text_is_UTF_8_on_the_wire_and_its_size_is_in_bytes() {
        Message message = Message.text("né€😀");

        assertThat(message.isBinary()).isFalse();
        assertThat(message.text()).isEqualTo("né€😀");
        assertThat(message.bytes()).isEqualTo("né€😀".getBytes(UTF_8));
        assertThat(message.size()).isEqualTo(10);
    }

    @Test
    void binary_keeps_every_byte() {
        byte[] bytes = {0, -1, 127, -128, 10};

        Message message = Message.binary(bytes);

        assertThat(message.isBinary()).isTrue();
        assertThat(message.bytes()).isEqualTo(bytes);
    }

    @Test
    void reading_does_not_consume() {
        Message message = Message.text("twice");

        assertThat(message.text() + message.text()).isEqualTo("twicetwice");
        assertThat(message.bytes()).hasSize(5);
        assertThat(message.size()).isEqualTo(5);
    }

    @Test
    void bytes_is_a_copy() {
        Message message = Message.text("abc");

        message.bytes()[0] = 'X';

        assertThat(message.text()).isEqualTo("abc");
    }

    @Test
    void a_message_around_a_part_of_a_buffer_is_that_part_alone() {
        ByteBuf buffer = Unpooled.copiedBuffer("<<inner>>", UTF_8);

        Message message = Message.text(buffer.slice(2, 5));

        assertThat(message.text()).isEqualTo("inner");
        assertThat(message.copy().bytes()).isEqualTo("inner".getBytes(UTF_8));
    }

    @Test
    void a_buffer_stays_the_callers_to_release() {
        ByteBuf buffer = Unpooled.copiedBuffer("x", UTF_8);

        Message.text(buffer).text();
        Message.binary(buffer).copy();

        assertThat(buffer.refCnt()).isEqualTo(1);
    }

    @Test
    void what_is_kept_outlives_the_buffer_and_stays_text_or_binary() {
        ByteBuf buffer = Unpooled.copiedBuffer("before", UTF_8);
        Message text = Message.text(buffer).copy();
        Message binary = Message.binary(buffer).copy();

        buffer.setBytes(0, "after!".getBytes(UTF_8));

        assertThat(text.text()).isEqualTo("before");
        assertThat(text.isBinary()).isFalse();
        assertThat(binary.text()).isEqualTo("before");
        assertThat(binary.isBinary()).isTrue();
    }

    @Test
    void a_callback_borrows_its_message_and_may_keep_it() {
        AtomicReference<Message> borrowed = new AtomicReference<>();
        AtomicReference<Message> kept = new AtomicReference<>();
        MessageComponent<Connection, Message> app = (from, message) -> {
            borrowed.set(message);
            kept.set(message.copy());
        };
        try (Peer peer = new Peer(app)) {
            peer.says("hello");
        }

        assertThatThrownBy(() -> borrowed.get().content()).hasMessageContaining("call copy()");
        assertThat(kept.get().text()).isEqualTo("hello");
    }

    @Test
    void logs_do_not_show_what_the_peer_wrote() {
        assertThat(Message.text("secret")).hasToString("text message of 6 bytes");
        assertThat(Message.binary(new byte[3])).hasToString("binary message of 3 bytes");
    }

    @Test
    void parts_end_where_they_are_said_to_and_survive_a_copy() {
        Message message = Message.text("abcd");

        assertThat(message.isFragmented()).isFalse();
        assertThat(message.fragmentEnds()).containsExactly(4);
        assertThat(message.fragmented(1, 1, 4).copy().fragmentEnds()).containsExactly(1, 1, 4);
        assertThat(message.fragmented(4).isFragmented()).isFalse();
    }

    @Test
    void parts_that_are_not_the_whole_message_are_refused() {
        Message message = Message.text("abcd");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> message.fragmented(1, 3))
                .withMessage("fragments that end at 3 (expected: 4)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> message.fragmented(3, 1, 4))
                .withMessage("fragment that ends at 1 (expected: >= 3)");
        assertThatIllegalArgumentException().isThrownBy(message::fragmented);
    }
}
