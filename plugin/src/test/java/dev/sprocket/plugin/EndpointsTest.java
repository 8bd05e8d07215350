package dev.sprocket.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Endpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EndpointsTest {
    private final List<String> calls = new ArrayList<>();

    private Endpoint endpoint(String name) {
        return new Endpoint() {
            @Override
            public void start() {
                calls.add(name + " starts");
            }

            @Override
            public void close(Duration deadline) {
                calls.add(name + " closes" + (deadline.toDays() > 365 ? " some day" : ""));
            }

            @Override
            public SocketAddress address() {
                return new InetSocketAddress(0);
            }
        };
    }

    @Test
    void they_may_be_given_for_ever_to_close() throws Exception {
        Endpoints both = new Endpoints(List.of(endpoint("a"), endpoint("b")));
        both.start();

        both.close(Duration.ofSeconds(Long.MAX_VALUE));

        both.join();
        assertThat(calls).containsExactly("a starts", "b starts", "b closes some day", "a closes some day");
    }
}
