package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Message;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.flow.OutboundLimit.Overflow;
import dev.sprocket.core.text.Lines;
import dev.sprocket.pubsub.internal.pattern.HistoryPatterns;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import io.netty.buffer.ByteBufAllocator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gaps of patterns, which a log that several servers share tells. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PatternGapTest {
    /** Settings whose topics may have a history if they begin with {@code log}. */
    private static final class Settings implements Function<String, TopicSettings>, HistoryPatterns {
        @Override
        public TopicSettings apply(String topic) {
            return TopicSettings.DEFAULT;
        }

        @Override
        public boolean mayKeep(MatchPolicy match, String pattern) {
            return pattern.startsWith("log");
        }
    }

    /** Notes what a subscriber is told. */
    private static final class Reader implements Subscriber.Listener {
        final List<Object> heard = new ArrayList<>();

        @Override
        public void onEvent(String topic, Event event) {
            heard.add(event.json());
        }

        @Override
        public void onNotice(Notice notice) {
            heard.add(notice);
        }
    }

    /** Protocols that tell gaps in different ways. */
    private enum Format implements EventFormat {
        WITH_EVENTS,
        NOTICES,
        NEITHER;

        @Override
        public Message encode(PublishedEvent published, ByteBufAllocator alloc) {
            return Message.text(published.event().json());
        }

        @Override
        public @Nullable Message notice(Notice notice, ByteBufAllocator alloc) {
            return this == NOTICES && notice instanceof Notice.Missed ? Message.text("gap " + notice.topic()) : null;
        }

        @Override
        public @Nullable Message encodeAfterGap(PublishedEvent published, Gap gap, ByteBufAllocator alloc) {
            return this == WITH_EVENTS
                    ? Message.text(
                            "gap " + gap.topic() + " " + published.event().json())
                    : null;
        }
    }

    private final List<EventLog.Receiver> receivers = new ArrayList<>();
    private boolean inDoubt;
    private final Topics topics = new Topics(new Settings(), log());
    private int readers;

    /** Returns a log that notes its receiver. */
    private EventLog log() {
        MemoryLog log = new MemoryLog();
        return (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("isInDoubt")) {
                        return inDoubt;
                    }
                    if (method.getName().equals("start")) {
                        receivers.add((EventLog.Receiver) arguments[0]);
                    }
                    try {
                        return method.invoke(log, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private List<Object> subscribe(MatchPolicy match, String pattern) {
        Reader reader = new Reader();
        topics.pattern(match, pattern).subscribe(Subscriber.of("s" + readers++, Runnable::run, reader));
        return reader.heard;
    }

    private int tell(MatchPolicy match, String pattern) {
        return receivers.get(0).onGap(match, pattern).deliver();
    }

    private static Notice gap(String pattern) {
        return new Notice.Missed(new Gap(pattern, null, null, Gap.Reason.UNKNOWN));
    }

    @Test
    void gap_reaches_the_subscribers_of_its_pattern() {
        List<Object> one = subscribe(MatchPolicy.PREFIX, "log.");
        List<Object> two = subscribe(MatchPolicy.PREFIX, "log.");
        List<Object> others = subscribe(MatchPolicy.PREFIX, "log");
        List<Object> wildcard = subscribe(MatchPolicy.WILDCARD, "log.");
        List<Object> exact = subscribe(MatchPolicy.EXACT, "log.");
        assertThat(tell(MatchPolicy.PREFIX, "log.")).isEqualTo(2);
        topics.topic("log.").broadcast(Event.of(1));
        assertThat(one).containsExactly(gap("log."), "1").isEqualTo(two);
        assertThat(List.of(others, wildcard, exact))
                .allSatisfy(heard -> assertThat(heard).containsExactly("1"));
        assertThat(tell(MatchPolicy.PREFIX, "log.none")).isZero();
    }

    @Test
    void pattern_without_a_history_is_told_nothing() {
        inDoubt = true;
        List<Object> plain = subscribe(MatchPolicy.PREFIX, "plain.");
        assertThat(tell(MatchPolicy.PREFIX, "plain.")).isZero();
        assertThat(plain).isEmpty();
        topics.settings(topic -> TopicSettings.DEFAULT); // does not know its patterns
        assertThat(tell(MatchPolicy.PREFIX, "plain.")).isEqualTo(1);
        assertThat(plain).containsExactly(gap("plain."));
    }

    @Test
    void new_subscriber_of_a_pattern_in_doubt_is_told() {
        List<Object> before = subscribe(MatchPolicy.PREFIX, "log.");
        inDoubt = true;
        List<Object> during = subscribe(MatchPolicy.PREFIX, "log.");
        List<Object> exact = subscribe(MatchPolicy.EXACT, "log.");
        Reader pending = new Reader();
        assertThat(topics.pattern(MatchPolicy.WILDCARD, "log.")
                        .subscribe(Subscriber.of("s", Runnable::run, pending), null))
                .isCompleted();
        topics.topic("log.").broadcast(Event.of(1));
        assertThat(before).containsExactly("1").isEqualTo(exact);
        assertThat(during).containsExactly(gap("log."), "1").isEqualTo(pending.heard);
    }

    @ParameterizedTest
    @CsvSource({"WITH_EVENTS, 'gap log. 1,2'", "NOTICES, 'gap log.,1,2'", "NEITHER, '1,2'"})
    void connection_is_told_as_its_protocol_can(Format format, String expected) {
        try (StallingWire wire = new StallingWire(new OutboundLimit(2_000, Overflow.CLOSE), Lines::new)) {
            Subscriber subscriber = Subscriber.of("s", wire.conn(), format);
            topics.pattern(MatchPolicy.PREFIX, "log.").subscribe(subscriber);
            assertThat(tell(MatchPolicy.PREFIX, "log.")).isEqualTo(1);
            topics.topic("log.1").broadcast(Event.of(1));
            topics.topic("log.1").broadcast(Event.of(2));
            assertThat(wire.received().trim().replace("\n", ",")).isEqualTo(expected);
            assertThat(wire.conn().isOpen()).isTrue();
            subscriber.unsubscribeAll();
        }
    }
}
