package dev.sprocket.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.cluster.spi.EnvelopeException;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.testkit.contract.EngineContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class RedisEngineTest extends EngineContract {
    private static final String TOPIC = "kept";
    private static final byte[] LIST = "sprocket:log:kept".getBytes(UTF_8);
    private static final byte[] STATE = "sprocket:meta:kept".getBytes(UTF_8);

    private static TestRedis redis;

    @BeforeAll
    static void start() throws IOException {
        redis = TestRedis.start();
    }

    @AfterAll
    static void stop() throws IOException {
        redis.close();
    }

    @AfterEach
    void flush() {
        redis.command(jedis -> jedis.flushAll());
    }

    @Override
    protected Engine newEngine() {
        return RedisEngine.builder(redis.uri()).timeout(TestRedis.LONG).build();
    }

    private List<Long> publications(Position after) throws EnvelopeException {
        List<Long> publications = new ArrayList<>();
        for (byte[] envelope : get(a.engine.read(TOPIC, after, 10, 10_000)).envelopes()) {
            publications.add(Envelope.read(envelope).publication());
        }
        return publications;
    }

    private Gap.Reason gap(Position after) {
        Gap gap = get(b.engine.read(TOPIC, after, 10, 10_000)).gap();
        return Objects.requireNonNull(gap, "no gap").reason();
    }

    /** Makes the oldest event older than its time to live. */
    private static void age() {
        redis.command(jedis -> {
            byte[] oldest = jedis.lindex(LIST, 0);
            ByteBuffer.wrap(oldest).putLong(10, 1);
            jedis.lset(LIST, 0, oldest);
            return jedis.setrange(STATE, jedis.strlen(STATE) - Long.BYTES, new byte[Long.BYTES]);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void evicted_list_is_a_gap_before_later_events(boolean isReadBefore) throws Exception {
        Position first = a.append(TOPIC, 1, "1").position();
        Position second = a.append(TOPIC, 2, "2").position();
        redis.command(jedis -> jedis.del(LIST));
        if (isReadBefore) {
            assertThat(publications(Position.EARLIEST)).isEmpty();
        }

        assertThat(a.append(TOPIC, 3, "3").previous()).isEqualTo(second.offset());
        a.append(TOPIC, 4, "4");

        assertThat(publications(Position.EARLIEST)).containsExactly(3L, 4L);
        assertThat(publications(second)).containsExactly(3L, 4L);
        assertThat(gap(first)).isEqualTo(Gap.Reason.EXPIRED);
    }

    @Test
    void list_of_another_length_is_replaced() throws Exception {
        Position first = a.append(TOPIC, 1, "1").position();
        redis.command(jedis -> jedis.rpush(LIST, new byte[80]));

        a.append(TOPIC, 2, "2");

        assertThat(publications(Position.EARLIEST)).containsExactly(2L);
        assertThat(publications(first)).containsExactly(2L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void expired_event_is_removed_by_the_next_call(boolean isAppend) throws Exception {
        Position first = a.append(TOPIC, 1, "1").position();
        a.append(TOPIC, 2, "2");
        age();

        if (isAppend) {
            a.append(TOPIC, 3, "3");
            assertThat(redis.<Long>command(jedis -> jedis.llen(LIST))).isEqualTo(2);
        }

        List<Long> left = publications(Position.EARLIEST);
        assertThat(left).startsWith(2L).hasSize(isAppend ? 2 : 1);
        assertThat(publications(first)).isEqualTo(left);
        assertThat(gap(Position.of(first.epoch(), 0, 0))).isEqualTo(Gap.Reason.EXPIRED);
    }

    @Test
    void log_begins_to_expire_with_its_last_event() {
        a.append(TOPIC, 1, "1");
        long live = LIMITS.ttl().toMillis();

        assertThat(redis.<Long>command(jedis -> jedis.pttl(LIST))).isBetween(live / 2, live);
        long kept = Duration.ofDays(7).toMillis();
        assertThat(redis.<Long>command(jedis -> jedis.pttl(STATE))).isBetween(kept + live / 2, kept + live);
        redis.command(jedis -> jedis.pexpire(STATE, live));
        Position wrong = new Position(1, 1, 1);
        assertThat(get(a.engine.check(Map.of(TOPIC, wrong)))).containsExactly(TOPIC);
        assertThat(redis.<Long>command(jedis -> jedis.pttl(STATE))).isGreaterThan(kept);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void foreign_key_is_told_until_it_is_deleted(boolean isHash) throws Exception {
        Position other = a.append("other", 1, "1").position();
        redis.command(jedis -> isHash ? jedis.hset(STATE, LIST, LIST) : jedis.set(STATE, LIST));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> a.append(TOPIC, 1, "1"))
                .withStackTraceContaining("WRONGTYPE key meta:TOPIC is not the state of a log (delete it)");
        assertThat(get(a.engine.check(Map.of(TOPIC, other, "other", other)))).containsExactly(TOPIC);
        assertThat(redis.<Boolean>command(jedis -> jedis.exists(LIST))).isFalse();

        redis.command(jedis -> jedis.del(STATE));
        a.append(TOPIC, 1, "1");
        assertThat(publications(Position.EARLIEST)).containsExactly(1L);
    }
}
