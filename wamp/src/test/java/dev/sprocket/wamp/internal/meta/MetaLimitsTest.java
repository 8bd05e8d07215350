package dev.sprocket.wamp.internal.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.MetaAccess;
import dev.sprocket.wamp.OpenApp;
import dev.sprocket.wamp.V2Peer;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Limits on the use of the meta API. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class MetaLimitsTest {
    private final Topics topics = new Topics();

    @Test
    void meta_rate_limit_allows_burst() {
        AtomicLong now = new AtomicLong();
        MetaRate rate = new MetaRate(now::get);
        rate.begin();
        rate.charge(2 * MetaRate.ENTRIES_PER_SECOND);

        assertThat(catchThrowableOfType(CallException.class, rate::begin))
                .hasMessageContaining("10000 entries a second");
        now.set(TimeUnit.MILLISECONDS.toNanos(900));
        assertThat(catchThrowableOfType(CallException.class, rate::begin)).isNotNull();
        now.set(TimeUnit.MILLISECONDS.toNanos(1100));
        assertThatNoException().isThrownBy(rate::begin);
    }

    @Test
    void meta_page_counts_hidden_entries() {
        NavigableMap<Long, String> all = new TreeMap<>();
        for (long id = 1; id <= 50; id++) {
            all.put(id, "topic");
        }
        List<Integer> entries = new ArrayList<>();

        MetaPage page = MetaPage.of(new OptionReader(Map.of("limit", 20L)), entries::add);
        assertThat(page.of(all, topic -> false)).isEqualTo(new MetaPage.Ids(List.of(), 20L));
        assertThat(MetaPage.of(OptionReader.EMPTY, entries::add)
                        .of(all, topic -> true)
                        .ids())
                .hasSize(50);
        assertThat(entries).containsExactly(20, 50);
    }

    @Test
    void client_over_meta_limit_is_rejected() {
        WampServer server = new WampServer(new Realm("realm1", new OpenApp(), topics).meta(MetaAccess.ANYONE));
        try (V2Peer peer = V2Peer.joined(server)) {
            peer.send("[32,1,{},\"wamp.session.on_join\"]").received();
            topics.topic("wamp.session.on_join").subscribers().forEach(subscriber -> MetaRate.of(
                            (WampConnection) subscriber.connection().orElseThrow())
                    .charge(Integer.MAX_VALUE));

            peer.send("[48,2,{},\"wamp.session.count\"]");

            assertThat(peer.received()).singleElement().asString().contains("wamp.error.unavailable");
        }
    }
}
