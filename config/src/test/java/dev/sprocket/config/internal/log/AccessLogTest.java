package dev.sprocket.config.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.AccessRecord;
import dev.sprocket.http.route.Router;
import dev.sprocket.testkit.MemorySocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AccessLogTest {
    private final List<String> lines = new ArrayList<>();

    private AccessLog around(AccessFormat format, MessageComponent<? super Connection, ? super Message> app) {
        return new AccessLog(format, false, lines::add, app);
    }

    private List<String> logged(MessageComponent<Connection, Message> app) {
        MemorySocket socket = MemorySocket.to(around(AccessFormat.COMBINED, app));
        socket.write("abc");
        socket.write("de");
        socket.close();
        return lines;
    }

    @Test
    void connection_without_http_is_one_line() {
        assertThat(logged((from, message) -> from.send("1234567")))
                .singleElement()
                .asString()
                .matches("\\S+ - - \\[[^]]+] \"CONNECT \\S+ TCP\" 200 14 \"-\" \"-\""
                        + " duration_ms=\\d+ messages=2 received=5");
    }

    @Test
    void close_reason_becomes_status() {
        assertThat(logged((from, message) -> from.close(CloseReason.forbidden("no"))))
                .singleElement()
                .asString()
                .contains("\" 403 - \"");
    }

    @Test
    void user_name_cannot_forge_a_line() {
        assertThat(logged(new MessageComponent<>() {
                    @Override
                    public void onOpen(Connection conn) {
                        User.set(conn, User.named("ann\r\nforged \"\\\u001b[2J\u202e"));
                    }

                    @Override
                    public void onMessage(Connection from, Message message) {}
                }))
                .singleElement()
                .asString()
                .contains(" - ann\\x0d\\x0aforged\\x20\\\"\\\\\\x1b[2J\\xe2\\x80\\xae [");
    }

    @Test
    void line_is_logged_when_onClose_fails() {
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
    void json_has_typed_members_and_trace_id() {
        AccessRecord ended = new AccessRecord();
        ended.add(one -> lines.add(AccessFormat.JSON.line(one, false)));
        ended.close(1001);
        ended.end(
                "192.0.2.1",
                new AccessRecord.Request(
                        "GET",
                        "/a?token=x",
                        "HTTP/1.1",
                        new AccessRecord.Headers(
                                null,
                                "a\u001b\"",
                                "example.com",
                                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
                101,
                7);

        JsonObject json = JsonParser.parseString(lines.get(0)).getAsJsonObject();
        assertThat(json.get("path").getAsString()).isEqualTo("/a");
        assertThat(json.get("code").getAsInt()).isEqualTo(1001);
        assertThat(json.get("bytes").getAsLong()).isEqualTo(7);
        assertThat(json.get("user_agent").getAsString()).isEqualTo("a\u001b\"");
        assertThat(json.get("traceId").getAsString()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(lines.get(0)).doesNotContain("\u001b");
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void requests_are_passed_on_by_head() {
        MessageComponent<? super dev.sprocket.http.HttpConnection, ? super Message> log =
                (MessageComponent) around(AccessFormat.COMBINED, (MessageComponent) new Router());

        assertThat((Object) dev.sprocket.http.RequestHeadListener.around(log)).isSameAs(log);
    }
}
