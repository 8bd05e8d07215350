package dev.sprocket.checks.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.keys.Site;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The number of series depends on nothing that clients do. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(30)
class SeriesTest {
    private static final int TOPICS = 10_000;
    private static final int CONNECTIONS = 500;

    @Test
    void series_are_the_same_with_ten_thousand_topics() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try (Site site = MetricsSite.start()) {
            Set<String> before = Scrape.of(site.uri("/metrics")).ownSeries();
            Topics topics = site.server().topics();
            Subscriber subscriber = Subscriber.of("counting", Runnable::run, (topic, event) -> {});
            for (int i = 0; i < TOPICS; i++) {
                topics.topic("topic-" + i).subscribe(subscriber);
                topics.topic("topic-" + i).broadcast(Event.of(i));
            }
            for (int i = 0; i < CONNECTIONS; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), site.port()));
            }
            Scrape after = Scrape.of(site.uri("/metrics"));
            assertThat(after.ownSeries()).isEqualTo(before);
            assertThat(after.text()).doesNotContain("topic-1");
            assertThat(after.value("sprocket_topics")).isGreaterThanOrEqualTo(TOPICS);
            assertThat(after.value("sprocket_subscriptions")).isGreaterThanOrEqualTo(TOPICS);
            subscriber.unsubscribeAll();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void close_codes_of_clients_share_a_series() throws Exception {
        try (Site site = MetricsSite.start()) {
            Scrape before = Scrape.of(site.uri("/metrics"));
            for (int code = 3000; code < 3010; code++) {
                WebSockets.openAndClose(site.uri("/echo"), code);
            }
            for (int code = 4402; code < 4412; code++) {
                WebSockets.openAndClose(site.uri("/echo"), code);
            }
            for (String tag : List.of("3xxx", "4xxx")) {
                String series = "sprocket_websockets_closed_total{code=\"" + tag + "\"}";
                Scrape.await(site.uri("/metrics"), series, before.value(series) + 10);
            }
            assertThat(Scrape.of(site.uri("/metrics")).ownSeries()).isEqualTo(before.ownSeries());
        }
    }
}
