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

/** Detection of layers that leak messages by the recorder. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RecorderTest {
    private final Recorder recorder = new Recorder();

    private static ByteBuf buffer(String text) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(64).writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void reused_buffer_is_reported_as_leaked() {
        ByteBuf bytes = buffer("mine");
        recorder.onMessage(new MemoryConnection("peer"), Message.text(bytes));
        assertThat(recorder.leaked()).isEmpty();
        bytes.setBytes(0, "more".getBytes(StandardCharsets.US_ASCII));
        assertThat(recorder.leaked()).containsExactly("mine: more");
        bytes.release();
        assertThat(recorder.leaked()).singleElement().asString().contains("refCnt: 0");
    }

    @Test
    void decorator_that_wraps_borrowed_content_is_reported() {
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
    void borrowed_and_copied_messages_are_not_reported() {
        ByteBuf bytes = buffer("mine");
        Message borrowed = BorrowedMessages.text(bytes);
        recorder.onMessage(new MemoryConnection("peer"), borrowed);
        recorder.onMessage(new MemoryConnection("peer"), Message.text("own"));
        recorder.onMessage(new MemoryConnection("peer"), borrowed.copy());
        BorrowedMessages.invalidate(borrowed);
        bytes.release();
        assertThat(recorder.leaked()).isEmpty();
    }
}
