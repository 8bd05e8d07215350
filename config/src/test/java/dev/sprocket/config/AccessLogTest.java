package dev.sprocket.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.config.internal.layer.AccessLog;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.testkit.MemorySocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AccessLogTest {
    private final Logger access = (Logger) LoggerFactory.getLogger("access");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        access.addAppender(lines);
    }

    @AfterEach
    void leave() {
        access.detachAppender(lines);
    }

    private List<String> logged(MessageComponent<Connection, Message> app) {
        MemorySocket socket = MemorySocket.to(new AccessLog(app));
        socket.write("abc");
        socket.write("de");
        socket.close();
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void logs_one_line_when_a_connection_ends() {
        assertThat(logged((from, message) -> {}))
                .singleElement()
                .asString()
                .matches("\\S+ - \"-\" \\d+ ms, 2 messages of 5 bytes");
    }

    @Test
    void user_name_cannot_forge_a_line() {
        assertThat(logged(new MessageComponent<>() {
                    @Override
                    public void onOpen(Connection conn) {
                        User.set(conn, User.named("ann\r\nforged \u001b[2J\u202e"));
                    }

                    @Override
                    public void onMessage(Connection from, Message message) {}
                }))
                .singleElement()
                .asString()
                .contains(" \"ann\\u000d\\u000aforged \\u001b[2J\\u202e\" \"-\" ");
    }

    @Test
    void logs_line_when_onClose_fails() {
        assertThat(logged(new MessageComponent<>() {
                    @Override
                    public void onMessage(Connection from, Message message) {}

                    @Override
                    public void onClose(Connection conn) {
                        throw new IllegalStateException("boom");
                    }
                }))
                .hasSize(1);
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void requests_are_passed_on_by_head() {
        MessageComponent<? super dev.sprocket.http.HttpConnection, ? super dev.sprocket.core.Message> log =
                new AccessLog((MessageComponent) new dev.sprocket.http.route.Router());

        assertThat((Object) dev.sprocket.http.RequestHeadListener.around(log)).isSameAs(log);
    }
}
