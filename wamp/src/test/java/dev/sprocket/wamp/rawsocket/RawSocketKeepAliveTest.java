package dev.sprocket.wamp.rawsocket;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.websocket.KeepAlive;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class RawSocketKeepAliveTest {
    @Test
    void disabled_keepalive_ends_timer_after_handshake() {
        Logger logger = (Logger) LoggerFactory.getLogger(LoopTimer.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        EmbeddedChannel channel = new EmbeddedChannel();
        try {
            channel.freezeTime();
            MessageComponent<Connection, Message> silent = (conn, message) -> {};
            IoServer.attach(channel, new RawSocket(silent).keepAlive(KeepAlive.OFF));
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0x7F, (byte) 0xF1, 0, 0}));

            channel.advanceTimeBy(1, TimeUnit.HOURS);
            channel.runScheduledPendingTasks();

            assertThat(channel.isOpen()).isTrue();
            assertThat(lines.list).isEmpty();
        } finally {
            logger.detachAppender(lines);
            channel.finishAndReleaseAll();
        }
    }
}
