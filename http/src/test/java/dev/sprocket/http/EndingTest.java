package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.IoServer;
import dev.sprocket.core.spi.Ending;
import dev.sprocket.leaktest.Answer;
import dev.sprocket.leaktest.Wire;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that are open when a client has sent all it wants to send, or the server stops. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EndingTest {
    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    @BeforeEach
    void serve() {
        IoServer.attach(wire.channel(), new HttpServer(app));
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    @Test
    void a_client_that_has_sent_all_still_gets_its_answer() {
        wire.send(get("/")).halfClose();
        assertThat(wire.isOpen()).isTrue();

        app.last().send("answer");

        assertThat(Answer.of(wire.received()).body()).isEqualTo("answer");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_client_that_has_sent_all_gets_the_answers_to_all() {
        wire.send(get("/1") + get("/2")).halfClose();

        app.last().send("one");
        app.last().send("two");

        assertThat(Answer.all(wire.received())).extracting(Answer::body).containsExactly("one", "two");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_client_that_has_sent_all_and_waits_for_nothing_is_closed() {
        wire.halfClose();

        assertThat(wire.isOpen()).isFalse();
    }

    /** RFC 9112 9.6: the last answer says that it is the last. */
    @Test
    void a_server_that_stops_answers_the_open_request_and_no_other() {
        wire.send(get("/1") + get("/2"));
        wire.channel().pipeline().fireUserEventTriggered(new Ending(Ending.Cause.SERVER_STOPS));
        assertThat(wire.isOpen()).isTrue();

        app.last().send("one");

        Answer answer = Answer.of(wire.received());
        assertThat(answer.body()).isEqualTo("one");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open /1", "close /1");
    }

    @Test
    void a_server_that_stops_closes_a_connection_between_requests() {
        wire.channel().pipeline().fireUserEventTriggered(new Ending(Ending.Cause.SERVER_STOPS));

        assertThat(wire.isOpen()).isFalse();
    }
}
