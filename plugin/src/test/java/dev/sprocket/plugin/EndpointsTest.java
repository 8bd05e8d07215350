package dev.sprocket.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Endpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EndpointsTest {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

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

    /** One whose peer keeps it open until the test lets go. */
    private final class Stuck implements Endpoint {
        final CountDownLatch told = new CountDownLatch(1);
        final CountDownLatch gone = new CountDownLatch(1);

        @Override
        public void start() {
            calls.add("stuck starts");
        }

        @Override
        public void close(Duration deadline) {
            told.countDown();
            try {
                gone.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public SocketAddress address() {
            return new InetSocketAddress(0);
        }
    }

    @Test
    void stuck_endpoint_keeps_no_other_from_closing() throws Exception {
        for (boolean bridge : new boolean[] {false, true}) {
            Stuck stuck = new Stuck();
            CountDownLatch told = new CountDownLatch(1);
            Endpoint other = new Endpoint() {
                @Override
                public void start() {
                    calls.add("other starts");
                }

                @Override
                public void close(Duration deadline) {
                    told.countDown();
                }

                @Override
                public SocketAddress address() {
                    return new InetSocketAddress(0);
                }
            };
            Endpoints both = new Endpoints(List.of(other, stuck), bridge ? List.of(stuck) : List.of());
            both.start();
            Thread closing = new Thread(() -> both.close(Duration.ofDays(1)));
            closing.start();

            assertThat(stuck.told.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(closing.isAlive()).isTrue();
            stuck.gone.countDown();
            closing.join();
        }
    }

    @Test
    void bridges_are_closed_before_the_others_begin() throws Exception {
        Endpoint page = endpoint("page");
        Endpoint bridge = endpoint("bridge");
        Endpoints both = new Endpoints(List.of(page, bridge), List.of(bridge));
        both.start();

        both.close(Duration.ofMinutes(1));

        assertThat(calls).containsExactly("page starts", "bridge starts", "bridge closes", "page closes");
    }

    @Test
    void failing_close_leaves_the_others_to_theirs() throws Exception {
        Endpoint broken = new Endpoint() {
            @Override
            public void start() {}

            @Override
            public void close(Duration deadline) {
                throw new IllegalStateException("broken");
            }

            @Override
            public SocketAddress address() {
                return new InetSocketAddress(0);
            }
        };
        Endpoints both = new Endpoints(List.of(broken, endpoint("a")));
        both.start();

        both.close(Duration.ofMinutes(1));

        both.join();
        assertThat(calls).containsExactly("a starts", "a closes");
    }

    @Test
    void they_may_be_given_for_ever_to_close() throws Exception {
        Endpoints both = new Endpoints(List.of(endpoint("a"), endpoint("b")));
        both.start();

        both.close(Duration.ofSeconds(Long.MAX_VALUE));

        both.join();
        assertThat(calls.subList(0, 2)).containsExactly("a starts", "b starts");
        assertThat(calls.subList(2, 4)).containsExactlyInAnyOrder("a closes some day", "b closes some day");
    }
}
