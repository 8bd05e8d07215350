package dev.sprocket.wamp.internal.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.serializer.JsonSerializer;
import dev.sprocket.wamp.spi.Serializer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2PayloadFormatTest {
    private final V2PayloadFormat format = new V2PayloadFormat();

    private static V2Event event(@Nullable String list, @Nullable String map) {
        CallArguments arguments = new CallArguments(
                JsonSerializer.JSON,
                list == null ? null : Serializer.Slice.of(list.getBytes(UTF_8)),
                map == null ? null : Serializer.Slice.of(map.getBytes(UTF_8)));
        return new V2Event(7, Map.of("publisher", 12L, "publisher_authid", "ann"), V2Recipients.ALL, arguments, null);
    }

    private V2Event roundTrip(V2Event event) {
        byte[] bytes = format.write(event);
        assertThat(bytes).isNotNull();
        return (V2Event) format.read(bytes, 8, event.isRetained(), event.publisher());
    }

    @Test
    void keeps_arguments_publisher_and_their_bytes() {
        V2Event read = roundTrip(event("[1 ,2]", "{\"a\":1.0}"));
        assertThat(read.publication()).isEqualTo(8);
        assertThat(read.isRetained()).isFalse();
        assertThat(read.publisherDetails()).isEqualTo(Map.of("publisher", 12L, "publisher_authid", "ann"));
        assertThat(read.arguments().list()).isEqualTo(List.of(1L, 2L));
        assertThat(new String(read.json(), UTF_8)).isEqualTo("{\"args\":[1 ,2],\"kwargs\":{\"a\":1.0}}");
    }

    @Test
    void retained_event_stays_retained() {
        V2Recipients retained = new V2Recipients(
                V2Recipients.ALL.sessions(), V2Recipients.ALL.authids(), V2Recipients.ALL.authroles(), true);
        V2Event event = new V2Event(7, Map.of(), retained, event("[1]", null).arguments(), null);
        assertThat(event.isRetained()).isTrue();
        assertThat(roundTrip(event).isRetained()).isTrue();
    }

    @Test
    void keeps_missing_arguments() {
        assertThat(roundTrip(event(null, null)).arguments().itemCount()).isZero();
        assertThat(roundTrip(event("[1]", null)).arguments().itemCount()).isEqualTo(1);
        assertThat(roundTrip(event(null, "{}")).arguments().listSlice()).isNull();
    }

    @Test
    void is_found_and_leaves_other_payloads_alone() {
        assertThat(ServiceLoader.load(Event.PayloadFormat.class)).hasAtLeastOneElementOfType(V2PayloadFormat.class);
        assertThat(format.write(new Event.Payload() {
                    @Override
                    public int size() {
                        return 0;
                    }

                    @Override
                    public byte[] json() {
                        return new byte[0];
                    }
                }))
                .isNull();
    }

    @Test
    void rejects_malformed_bytes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> format.read(format.write(event("[1]", null)), 1, false, Map.of("session", "x")));
        byte[] valid = format.write(event("[1,2]", "{\"a\":1}"));
        for (int size = 0; size < valid.length; size++) {
            byte[] cut = Arrays.copyOf(valid, size);
            assertThatIllegalArgumentException().isThrownBy(() -> format.read(cut, 1, false, Map.of()));
        }
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = valid.clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try {
                V2Event read = (V2Event) format.read(bytes, 1, false, Map.of());
                assertThat(read.json()).isNotNull();
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageContaining("payload");
            }
        }
    }
}
