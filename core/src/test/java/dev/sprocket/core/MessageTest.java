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
    void text_is_utf8_and_size_is_in_bytes() {
        Message message = Message.text("né€😀");

        assertThat(message.isBinary()).isFalse();
        assertThat(message.text()).isEqualTo("né€😀");
        assertThat(message.bytes()).isEqualTo("né€😀".getBytes(UTF_8));
        assertThat(message.size()).isEqualTo(10);
    }

    @Test
    void binary_preserves_every_byte() {
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
    void bytes_returns_a_copy() {
        Message message = Message.text("abc");

        message.bytes()[0] = 'X';

        assertThat(message.text()).isEqualTo("abc");
    }

    @Test
    void message_of_a_slice_contains_only_the_slice() {
        ByteBuf buffer = Unpooled.copiedBuffer("<<inner>>", UTF_8);

        Message message = Message.text(buffer.slice(2, 5));

        assertThat(message.text()).isEqualTo("inner");
        assertThat(message.copy().bytes()).isEqualTo("inner".getBytes(UTF_8));
    }

    @Test
    void buffer_remains_owned_by_the_caller() {
        ByteBuf buffer = Unpooled.copiedBuffer("x", UTF_8);

        assertThat(Message.text(buffer).text()).isEqualTo("x");
        assertThat(Message.binary(buffer).copy().size()).isEqualTo(1);

        assertThat(buffer.refCnt()).isEqualTo(1);
    }

    @Test
    void copy_is_independent_of_buffer_and_preserves_type() {
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
    void borrowed_message_can_be_copied_in_callback() {
        AtomicReference<Message> borrowed = new AtomicReference<>();
        AtomicReference<Message> copy = new AtomicReference<>();
        MessageComponent<Connection, Message> app = (from, message) -> {
            borrowed.set(message);
            copy.set(message.copy());
        };
        try (Peer peer = new Peer(app)) {
            peer.send("hello");
        }

        assertThatThrownBy(() -> borrowed.get().content()).hasMessageContaining("call copy()");
        assertThat(copy.get().text()).isEqualTo("hello");
    }

    @Test
    void toString_omits_the_content() {
        assertThat(Message.text("secret")).hasToString("text message of 6 bytes");
        assertThat(Message.binary(new byte[3])).hasToString("binary message of 3 bytes");
    }

    @Test
    void fragment_ends_are_preserved_by_copy() {
        Message message = Message.text("abcd");

        assertThat(message.isFragmented()).isFalse();
        assertThat(message.fragmentEnds()).containsExactly(4);
        assertThat(message.fragmented(1, 1, 4).copy().fragmentEnds()).containsExactly(1, 1, 4);
        assertThat(message.fragmented(4).isFragmented()).isFalse();
    }

    @Test
    void fragments_must_cover_the_whole_message() {
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
