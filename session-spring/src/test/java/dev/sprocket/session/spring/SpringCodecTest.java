package dev.sprocket.session.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.session.Session;
import dev.sprocket.session.SessionProvider;
import dev.sprocket.session.Sessions;
import dev.sprocket.session.internal.store.AttributeBytes;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.testkit.HttpPeer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.URL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SpringCodecTest {
    private final SpringCodec codec = new SpringCodec();

    /** Object with a side effect when it is deserialized. */
    static final class SideEffect implements Serializable {
        private static final long serialVersionUID = 1;
        static boolean triggered;

        String name = "bait";

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            triggered = true;
            in.defaultReadObject();
        }
    }

    static class Person implements Serializable {
        private static final long serialVersionUID = 1;

        String name = "Ann";
        int age = 42;

        @Nullable
        Person friend;
    }

    static final class Customer extends Person {
        private static final long serialVersionUID = 1;

        char grade = 'A';
        double credit = 1.5;
        int[] orders = {1, 2};
    }

    private static byte[] java(@Nullable Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    /** Serializes a value on a stack large enough for deep structures. */
    private static byte[] written(Object value) throws Exception {
        CompletableFuture<byte[]> bytes = new CompletableFuture<>();
        Thread thread = new Thread(
                null, () -> bytes.completeAsync(() -> java(value), Runnable::run), "serialization", 256L << 20);
        thread.start();
        return bytes.get(60, SECONDS);
    }

    private @Nullable Object read(@Nullable Object written) throws SessionFormatException {
        return bytes(java(written));
    }

    private @Nullable Object bytes(byte[] stream) throws SessionFormatException {
        return codec.decode(AttributeBytes.join(Map.of("it", stream))).get("it");
    }

    private static @Nullable Object deserialized(byte[] stream) throws Exception {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stream))) {
            return in.readObject();
        }
    }

    @Test
    void plain_values_are_plain() throws Exception {
        assertThat(read(null)).isNull();
        assertThat(read("héllo \0 \uD83D\uDE00")).isEqualTo("héllo \0 \uD83D\uDE00");
        assertThat(read("x".repeat(70_000))).isEqualTo("x".repeat(70_000));
        assertThat(read(true)).isEqualTo(true);
        assertThat(read((byte) -1)).isEqualTo(-1L);
        assertThat(read((short) -2)).isEqualTo(-2L);
        assertThat(read(3)).isEqualTo(3L);
        assertThat(read(4L)).isEqualTo(4L);
        assertThat(read(1.5f)).isEqualTo(1.5);
        assertThat(read(2.5)).isEqualTo(2.5);
        assertThat(read('c')).isEqualTo("c");
        assertThat(read(new byte[] {1, 2})).isEqualTo(new byte[] {1, 2});
        UUID id = new UUID(1, 2);
        assertThat(read(id)).isEqualTo(id.toString());
    }

    @Test
    void collections_become_lists_and_maps() throws Exception {
        List<Object> list = List.of("a", 1L, true);
        List<Object> expected = List.of("a", 1L, true);
        assertThat(List.of(
                        list,
                        new ArrayList<>(list),
                        new LinkedList<>(list),
                        Arrays.asList("a", 1L, true),
                        new LinkedHashSet<>(list),
                        Collections.unmodifiableList(new ArrayList<>(list)),
                        Collections.synchronizedList(new LinkedList<>(list)),
                        new Object[] {"a", 1L, true}))
                .allSatisfy(each -> assertThat(read(each)).isEqualTo(expected));
        assertThat(List.of(
                        Map.of("k", 1L),
                        new HashMap<>(Map.of("k", 1)),
                        new TreeMap<>(Map.of("k", 1)),
                        new ConcurrentHashMap<>(Map.of("k", 1)),
                        Collections.singletonMap("k", 1),
                        Collections.unmodifiableMap(new LinkedHashMap<>(Map.of("k", 1)))))
                .allSatisfy(each -> assertThat(read(each)).isEqualTo(Map.of("k", 1L)));
        assertThat(read(new TreeSet<>(List.of("b", "a")))).isEqualTo(List.of("a", "b"));
        assertThat(read(new int[][] {{1, 2}, {}})).isEqualTo(List.of(List.of(1L, 2L), List.of()));
        assertThat(read(List.of())).isEqualTo(List.of());
        assertThat(read(Collections.emptyMap())).isEqualTo(Map.of());
        assertThat(read(new HashMap<>(Map.of(7, List.of("x"))))).isEqualTo(Map.of("7", List.of("x")));
    }

    @Test
    void times_become_objects_with_numbers() throws Exception {
        assertThat(read(new Date(1234))).isEqualTo(new SessionObject("java.util.Date", Map.of("time", 1234L)));
        assertThat(read(Instant.ofEpochSecond(5, 6)))
                .isEqualTo(new SessionObject("java.time.Instant", Map.of("seconds", 5L, "nanos", 6L)));
    }

    @Test
    void object_has_fields_if_class_is_allowed() throws Exception {
        assertThat(read(new Customer())).isEqualTo(new SessionObject(Customer.class.getName(), Map.of()));

        SpringCodec open = codec.allow(Customer.class.getName());
        Object customer = open.decode(AttributeBytes.join(Map.of("it", java(new Customer()))))
                .get("it");

        Map<String, Object> fields = new HashMap<>();
        fields.put("name", "Ann");
        fields.put("age", 42L);
        fields.put("friend", null);
        fields.put("grade", "A");
        fields.put("credit", 1.5);
        fields.put("orders", List.of(1L, 2L));
        assertThat(customer).isEqualTo(new SessionObject(Customer.class.getName(), fields));
    }

    @Test
    void nothing_is_deserialized() throws Exception {
        SideEffect.triggered = false;
        byte[] trap = java(new ArrayList<>(List.of(new SideEffect(), "after")));

        assertThat(bytes(trap)).isEqualTo(List.of(new SessionObject(SideEffect.class.getName(), Map.of()), "after"));
        assertThat(codec.allow(SideEffect.class.getName()).decode(AttributeBytes.join(Map.of("it", trap))))
                .containsEntry(
                        "it", List.of(new SessionObject(SideEffect.class.getName(), Map.of("name", "bait")), "after"));
        assertThat(SideEffect.triggered).isFalse();

        assertThat(deserialized(trap)).isInstanceOf(List.class);
        assertThat(SideEffect.triggered)
                .as("deserialization has the side effect")
                .isTrue();
    }

    @Test
    void known_gadget_chains_are_not_executed() throws Exception {
        // generated by ysoserial: a set whose deserialization hashes an element that runs a command
        String hex = new String(
                SpringCodecTest.class
                        .getResourceAsStream("commons-collections-6.hex")
                        .readAllBytes(),
                UTF_8);
        byte[] chain = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        assertThat(new String(chain, UTF_8)).contains("InvokerTransformer", "java.lang.Runtime", "touch pwned");
        assertThat(bytes(chain))
                .isEqualTo(
                        List.of(new SessionObject("org.apache.commons.collections.keyvalue.TiedMapEntry", Map.of())));

        // a key whose hash resolves a host name
        HashMap<URL, String> lookup = new HashMap<>();
        lookup.put(new URL("http://127.0.0.1/"), "x");
        assertThat(read(lookup)).isEqualTo(new SessionObject("java.util.HashMap", Map.of()));
    }

    @Test
    void missing_class_is_read_as_name() throws Exception {
        byte[] stream = java(new Person());
        String original = Person.class.getName();
        String missing = original.replace("sprocket", "sprock3t");
        byte[] other = new String(stream, java.nio.charset.StandardCharsets.ISO_8859_1)
                .replace(original, missing)
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

        assertThat(bytes(other)).isEqualTo(new SessionObject(missing, Map.of()));
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> deserialized(other));
    }

    @Test
    void rejects_self_reference() {
        List<Object> self = new ArrayList<>();
        self.add(self);
        assertThatExceptionOfType(SessionFormatException.class)
                .isThrownBy(() -> read(self))
                .withMessageContaining("nested deeper than 64");
    }

    @Test
    void repeated_references_count_as_values() {
        List<Object> list = new ArrayList<>(List.of("x"));
        for (int i = 0; i < 50; i++) {
            list = new ArrayList<>(List.of(list, list));
        }
        List<Object> bomb = list;
        assertThatExceptionOfType(SessionFormatException.class)
                .isThrownBy(() -> read(bomb))
                .withMessageContaining("more than 100000 values");
    }

    @Test
    void depth_limit_prevents_stack_overflow() throws Exception {
        Person person = new Person();
        for (int i = 0; i < 1000; i++) {
            Person next = new Person();
            next.friend = person;
            person = next;
        }
        byte[] nested = written(person);
        assertThatExceptionOfType(SessionFormatException.class)
                .isThrownBy(() -> bytes(nested))
                .withMessageContaining("deeper than");
        // class descriptions nested in annotations
        byte[] classes = HexFormat.of()
                .parseHex("aced0005" + "7372000141" + "0".repeat(16) + "000000"
                        + "72000141000000000000000000000000".substring(0, 30).repeat(10_000));
        assertThatExceptionOfType(SessionFormatException.class)
                .isThrownBy(() -> bytes(classes))
                .withMessageContaining("deeper than");
    }

    @Test
    void false_lengths_allocate_no_memory() {
        for (String stream : List.of(
                "75720002" + "5b42" + "0".repeat(16) + "020000" + "7870" + "7fffffff", // an array of 2 GiB
                "75720002" + "5b4c" + "0".repeat(16) + "020000" + "7870" + "7fffffff",
                "7c7fffffffffffffff",
                "7c8000000000000000",
                "74ffff41",
                "737d7fffffff",
                "7372000141" + "0".repeat(16) + "02ffff")) {
            assertThatExceptionOfType(SessionFormatException.class)
                    .isThrownBy(() -> bytes(HexFormat.of().parseHex("aced0005" + stream)))
                    .withMessageContaining("truncated");
        }
    }

    @Test
    void rejects_stream_truncated_at_any_byte() {
        byte[] stream = java(new ArrayList<>(List.of(new Customer(), Map.of("a", 1))));
        for (int length = 0; length < stream.length; length++) {
            byte[] cut = AttributeBytes.join(Map.of("it", Arrays.copyOf(stream, Math.max(1, length))));
            assertThatExceptionOfType(SessionFormatException.class).isThrownBy(() -> codec.decode(cut));
        }
        assertThatExceptionOfType(SessionFormatException.class)
                .isThrownBy(() -> bytes(Arrays.copyOf(stream, stream.length + 1)))
                .withMessageContaining("data after the object");
        assertThatExceptionOfType(SessionFormatException.class)
                .isThrownBy(() -> bytes("<html>".getBytes(UTF_8)))
                .withMessageContaining("expected: aced0005");
    }

    @Test
    void java_deserializes_encoded_values() throws Exception {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        attributes.put("text", "héllo");
        attributes.put("number", 5L);
        attributes.put("real", 2.5);
        attributes.put("truth", true);
        attributes.put("list", List.of("a", Map.of("k", List.of())));
        attributes.put("nothing", null);

        byte[] encoded = codec.encode(attributes);

        assertThat(codec.decode(encoded)).isEqualTo(attributes);
        Map<String, byte[]> streams = AttributeBytes.split(encoded);
        assertThat(deserialized(streams.get("list"))).isEqualTo(attributes.get("list"));
        assertThat(deserialized(streams.get("number"))).isEqualTo(5L);
        assertThat(streams.get("nothing")).isEmpty();
    }

    @Test
    void unchanged_attributes_keep_their_bytes() throws Exception {
        byte[] person = java(new Person());
        byte[] before = AttributeBytes.join(Map.of("person", person, "count", java(7), "gone", java("x")));
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>(codec.decode(before));
        attributes.remove("gone");
        attributes.put("new", "text");

        Map<String, byte[]> after = AttributeBytes.split(codec.encode(attributes, before));

        assertThat(after).containsOnlyKeys("person", "count", "new").containsEntry("person", person);
        assertThat(deserialized(after.get("count"))).isEqualTo(7);
        assertThat(deserialized(after.get("new"))).isEqualTo("text");
    }

    @Test
    void change_keeps_objects_of_session() throws Exception {
        byte[] person = java(new Person());
        byte[][] row = {AttributeBytes.join(Map.of("person", person))};
        SessionStore.Writable store = new SessionStore.Writable() {
            @Override
            public CompletionStage<Optional<byte[]>> load(String id) {
                return CompletableFuture.completedStage(Optional.of(row[0]));
            }

            @Override
            public CompletionStage<Boolean> update(String id, Change change) {
                try {
                    row[0] = change.apply(row[0]);
                    return CompletableFuture.completedStage(true);
                } catch (SessionFormatException e) {
                    return CompletableFuture.failedStage(e);
                }
            }
        };
        try (Sessions sessions =
                Sessions.of(request -> Optional.of("abc"), store, codec).writable()) {
            HttpPeer.to(new SessionProvider(sessions, new MessageComponent<HttpConnection, Message>() {
                        @Override
                        public void onOpen(HttpConnection conn) {
                            var unused = Session.of(conn).change(attributes -> attributes.put("seen", true));
                            conn.respond(HttpResponse.text(""));
                        }

                        @Override
                        public void onMessage(HttpConnection from, Message message) {}
                    }))
                    .get("/");
        }
        assertThat(AttributeBytes.split(row[0])).containsEntry("person", person).containsKey("seen");
    }

    @Test
    void rejects_new_objects() {
        assertThatExceptionOfType(SessionFormatException.class)
                .isThrownBy(() -> codec.encode(Map.of("it", new SessionObject("com.example.Cart", Map.of()))))
                .withMessage("value of type com.example.Cart (expected: string, number, boolean, bytes, list or map)");
    }

    @Test
    void attribute_bytes_are_length_prefixed() throws Exception {
        assertThat(HexFormat.of().formatHex(AttributeBytes.join(Map.of("é", new byte[] {7}))))
                .isEqualTo("00000002" + "c3a9" + "00000001" + "07");
        assertThat(AttributeBytes.split(new byte[0])).isEmpty();
        for (String broken : List.of("00", "00000002c3", "00000001417fffffff", "ffffffff")) {
            assertThatExceptionOfType(SessionFormatException.class)
                    .isThrownBy(() -> AttributeBytes.split(HexFormat.of().parseHex(broken)));
        }
    }
}
