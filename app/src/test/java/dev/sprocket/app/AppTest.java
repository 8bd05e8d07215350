package dev.sprocket.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AppTest {
    private static List<String> logged(App app) throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(App.class);
        logger.addAppender(log);
        try (app) {
            app.start();
            return log.list.stream()
                    .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                    .toList();
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void logs_address_when_site_name_is_an_address() throws Exception {
        App app = App.at("0.0.0.0", 0).get("/", request -> HttpResponse.of(204));

        assertThat(logged(app))
                .singleElement()
                .asString()
                .matches("INFO listening: address=127\\.0\\.0\\.1:\\d+ site=0\\.0\\.0\\.0"
                        + " \\(this machine only; for all addresses: bind\\(\"0\\.0\\.0\\.0\"\\)\\)");
    }

    @Test
    void logs_bound_address() throws Exception {
        App app = App.at("example.com", 0).bind("0.0.0.0").get("/", request -> HttpResponse.of(204));

        assertThat(logged(app))
                .singleElement()
                .asString()
                .matches("INFO listening: address=0\\.0\\.0\\.0:\\d+ site=example\\.com \\(for another address:"
                        + " bind\\)");
    }
}
