package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.spi.BorrowedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.IllegalReferenceCountException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Messages that are valid for one callback, on buffers whose memory is used again. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BorrowedMessageTest {
    private static final String ENDED = "message used after its callback returned (call copy() inside the callback)";

    private static ByteBuf buffer(String text) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(64).writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertEnded(ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessage(ENDED);
    }

    @Test
    void every_use_after_the_end_throws() {
        ByteBuf bytes = buffer("mine");
        Message message = BorrowedMessages.text(bytes);
        assertThat(message.text()).isEqualTo("mine");
        Message parts = message.fragmented(1, 4);
        BorrowedMessages.invalidate(message);
        bytes.release();
        ByteBuf next = buffer("theirs");
        for (Message ended : List.of(message, parts)) {
            assertEnded(ended::text);
            assertEnded(ended::bytes);
            assertEnded(ended::size);
            assertEnded(ended::copy);
            assertEnded(ended::content);
            assertEnded(() -> ended.fragmented(4));
            assertEnded(() -> BorrowedMessages.bytes(ended));
            assertThat(ended).hasToString("text message that is no longer valid");
            assertThat(ended.isBinary()).isFalse();
        }
        next.release();
    }

    @Test
    void keep_and_plain_values_outlive_the_callback() {
        ByteBuf bytes = buffer("mine");
        Message message = BorrowedMessages.binary(bytes);
        Message kept = message.copy();
        Message parts = message.fragmented(2, 4).copy();
        String text = message.text();
        BorrowedMessages.invalidate(message);
        bytes.release();
        ByteBuf next = buffer("theirs");
        assertThat(kept.text()).isEqualTo("mine").isEqualTo(text);
        assertThat(kept.isBinary()).isTrue();
        assertThat(parts.fragmentEnds()).containsExactly(2, 4);
        BorrowedMessages.invalidate(kept);
        assertThat(kept.text()).isEqualTo("mine");
        next.release();
    }

    @Test
    void content_kept_without_retain_throws_and_with_it_stays() {
        ByteBuf bytes = buffer("mine");
        Message message = BorrowedMessages.text(bytes);
        ByteBuf leaked = message.content();
        ByteBuf slice = leaked.slice(0, 2);
        assertThat(message.content()).isSameAs(leaked);
        assertThat(message.fragmented(2, 4).content()).isSameAs(leaked);
        ByteBuf retained = message.content().retainedSlice(0, 4);
        retained.release();
        BorrowedMessages.invalidate(message);
        bytes.release();
        ByteBuf next = buffer("theirs");
        assertThatThrownBy(() -> leaked.getByte(0)).isInstanceOf(IllegalReferenceCountException.class);
        assertThatThrownBy(() -> slice.toString(StandardCharsets.UTF_8))
                .isInstanceOf(IllegalReferenceCountException.class);
        next.release();

        ByteBuf others = buffer("ours");
        Message second = BorrowedMessages.text(others);
        ByteBuf held = second.content().retain();
        BorrowedMessages.invalidate(second);
        others.release();
        next = buffer("theirs");
        assertThat(held.toString(StandardCharsets.UTF_8)).isEqualTo("ours");
        assertEnded(second::text);
        held.release();
        next.release();
    }

    @Test
    void messages_of_a_callers_own_do_not_end() {
        Message text = Message.text("mine");
        Message binary = Message.binary(new byte[] {1, 2});
        BorrowedMessages.invalidate(text);
        BorrowedMessages.invalidate(binary);
        assertThat(text.text()).isEqualTo("mine");
        assertThat(binary.bytes()).containsExactly(1, 2);
        assertThat(text.content().refCnt()).isOne();
    }

    @Test
    void a_message_used_by_another_thread_while_it_ends_is_whole_or_refused() throws Exception {
        ByteBuf bytes = buffer("aaaaaaaaaaaaaaaa");
        List<String> wrong = new ArrayList<>();
        for (int round = 0; round < 2_000; round++) {
            bytes.setBytes(0, "aaaaaaaaaaaaaaaa".getBytes(StandardCharsets.US_ASCII));
            Message message = BorrowedMessages.text(bytes);
            Thread reader = new Thread(() -> {
                try {
                    while (true) {
                        String text = message.text();
                        if (!text.equals("aaaaaaaaaaaaaaaa")) {
                            wrong.add(text);
                            return;
                        }
                    }
                } catch (IllegalStateException ended) {
                    // refused
                }
            });
            reader.start();
            BorrowedMessages.invalidate(message);
            bytes.setBytes(0, "bbbbbbbbbbbbbbbb".getBytes(StandardCharsets.US_ASCII));
            reader.join();
        }
        bytes.release();
        assertThat(wrong).isEmpty();
    }
}
