package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.BorrowedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The recorder of the contracts notices layers that leak messages. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RecorderTest {
    private final Recorder recorder = new Recorder();

    private static ByteBuf buffer(String text) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(64).writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void a_buffer_that_is_used_again_is_a_leak() {
        ByteBuf bytes = buffer("mine");
        recorder.onMessage(new MemoryConnection("peer"), Message.text(bytes));
        assertThat(recorder.leaked()).isEmpty();
        bytes.setBytes(0, "more".getBytes(StandardCharsets.US_ASCII));
        assertThat(recorder.leaked()).containsExactly("mine: more");
        bytes.release();
        assertThat(recorder.leaked()).singleElement().asString().contains("refCnt: 0");
    }

    @Test
    void a_decorator_that_wraps_borrowed_content_is_a_leak() {
        MessageComponent<dev.sprocket.core.Connection, Message> wraps = new ForwardingComponent<>(recorder) {
            @Override
            public void onMessage(dev.sprocket.core.Connection from, Message message) throws Exception {
                super.onMessage(from, Message.text(message.content()));
            }
        };
        MemorySocket socket = MemorySocket.to(wraps);
        socket.write("mine");
        socket.close();
        assertThat(recorder.leaked()).singleElement().asString().startsWith("mine: ");
    }

    @Test
    void lent_and_own_messages_are_no_leaks() {
        ByteBuf bytes = buffer("mine");
        Message lent = BorrowedMessages.text(bytes);
        recorder.onMessage(new MemoryConnection("peer"), lent);
        recorder.onMessage(new MemoryConnection("peer"), Message.text("own"));
        recorder.onMessage(new MemoryConnection("peer"), lent.copy());
        BorrowedMessages.invalidate(lent);
        bytes.release();
        assertThat(recorder.leaked()).isEmpty();
    }
}
