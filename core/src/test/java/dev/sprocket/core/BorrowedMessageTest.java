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

/** Tests messages that are valid for one callback, with buffers whose memory is reused. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BorrowedMessageTest {
    private static final String INVALIDATED =
            "message used after its callback returned (call copy() inside the callback)";

    private static ByteBuf buffer(String text) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(64).writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertInvalidated(ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessage(INVALIDATED);
    }

    @Test
    void every_use_after_invalidation_throws() {
        ByteBuf bytes = buffer("mine");
        Message message = BorrowedMessages.text(bytes);
        assertThat(message.text()).isEqualTo("mine");
        Message parts = message.fragmented(1, 4);
        BorrowedMessages.invalidate(message);
        bytes.release();
        ByteBuf next = buffer("theirs");
        for (Message invalid : List.of(message, parts)) {
            assertInvalidated(invalid::text);
            assertInvalidated(invalid::bytes);
            assertInvalidated(invalid::size);
            assertInvalidated(invalid::copy);
            assertInvalidated(invalid::content);
            assertInvalidated(() -> invalid.fragmented(4));
            assertInvalidated(() -> BorrowedMessages.bytes(invalid));
            assertThat(invalid).hasToString("text message that is no longer valid");
            assertThat(invalid.isBinary()).isFalse();
        }
        next.release();
    }

    @Test
    void copies_and_values_outlive_the_callback() {
        ByteBuf bytes = buffer("mine");
        Message message = BorrowedMessages.binary(bytes);
        Message copy = message.copy();
        Message parts = message.fragmented(2, 4).copy();
        String text = message.text();
        BorrowedMessages.invalidate(message);
        bytes.release();
        ByteBuf next = buffer("theirs");
        assertThat(copy.text()).isEqualTo("mine").isEqualTo(text);
        assertThat(copy.isBinary()).isTrue();
        assertThat(parts.fragmentEnds()).containsExactly(2, 4);
        BorrowedMessages.invalidate(copy);
        assertThat(copy.text()).isEqualTo("mine");
        next.release();
    }

    @Test
    void message_of_borrowed_content_does_not_release_it() {
        ByteBuf bytes = buffer("mine");
        Message below = BorrowedMessages.binary(bytes);
        ByteBuf content = below.content();
        Message above = BorrowedMessages.binary(content);
        ByteBuf contentAbove = above.content();
        assertThat(contentAbove).isNotSameAs(content).isEqualTo(content);
        contentAbove.retain();
        BorrowedMessages.invalidate(above);
        assertThat(content.refCnt()).isGreaterThan(0);
        assertThat(below.text()).isEqualTo("mine");
        BorrowedMessages.invalidate(below);
        bytes.release();
        assertThat(contentAbove.toString(StandardCharsets.UTF_8)).isEqualTo("mine");
        contentAbove.release();
        assertThat(contentAbove.refCnt()).isZero();
        assertThat(content.refCnt()).isZero();
        assertThat(bytes.refCnt()).isZero();
    }

    @Test
    void content_requires_retain_after_invalidation() {
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
        ByteBuf retainedContent = second.content().retain();
        BorrowedMessages.invalidate(second);
        others.release();
        next = buffer("theirs");
        assertThat(retainedContent.toString(StandardCharsets.UTF_8)).isEqualTo("ours");
        assertInvalidated(second::text);
        retainedContent.release();
        next.release();
    }

    @Test
    void owned_messages_cannot_be_invalidated() {
        Message text = Message.text("mine");
        Message binary = Message.binary(new byte[] {1, 2});
        BorrowedMessages.invalidate(text);
        BorrowedMessages.invalidate(binary);
        assertThat(text.text()).isEqualTo("mine");
        assertThat(binary.bytes()).containsExactly(1, 2);
        assertThat(text.content().refCnt()).isOne();
    }

    @Test
    void concurrent_read_is_complete_or_throws() throws Exception {
        ByteBuf bytes = buffer("aaaaaaaaaaaaaaaa");
        List<String> mixedTexts = new ArrayList<>();
        for (int round = 0; round < 2_000; round++) {
            bytes.setBytes(0, "aaaaaaaaaaaaaaaa".getBytes(StandardCharsets.US_ASCII));
            Message message = BorrowedMessages.text(bytes);
            Thread reader = new Thread(() -> {
                try {
                    while (true) {
                        String text = message.text();
                        if (!text.equals("aaaaaaaaaaaaaaaa")) {
                            mixedTexts.add(text);
                            return;
                        }
                    }
                } catch (IllegalStateException invalidated) {
                    // invalidated
                }
            });
            reader.start();
            BorrowedMessages.invalidate(message);
            bytes.setBytes(0, "bbbbbbbbbbbbbbbb".getBytes(StandardCharsets.US_ASCII));
            reader.join();
        }
        bytes.release();
        assertThat(mixedTexts).isEmpty();
    }
}
