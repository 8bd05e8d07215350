package dev.sprocket.cluster.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sprocket.cluster.internal.frame.FrameException;
import dev.sprocket.cluster.internal.frame.FrameReader;
import dev.sprocket.cluster.internal.frame.FrameType;
import dev.sprocket.cluster.internal.frame.FrameWriter;
import dev.sprocket.cluster.internal.frame.Frames;
import dev.sprocket.cluster.spi.Directory.Entry;
import dev.sprocket.cluster.spi.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Frames as in {@code docs/frames.md}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class FramesTest {
    private static final NodeId NODE = new NodeId("a", 0x0102030405060708L);
    private static final Changes CHANGES =
            new Changes(6, 7, List.of(new Entry("pattern", "p:news.", "12"), new Entry("pattern", "w:a..b", null)));

    private final Frames frames = new Frames(NODE);
    private final List<Object> handled = new ArrayList<>();

    private static byte[] vector(String name) throws IOException {
        String page = Files.readString(Path.of("../docs/frames.md"));
        Matcher block =
                Pattern.compile("(?s)### " + name + "\n.*?```\n(.*?)```").matcher(page);
        assertThat(block.find()).as("vector " + name).isTrue();
        return HexFormat.of().parseHex(block.group(1).replaceAll("\\s", ""));
    }

    private static void assertVector(String name, FrameWriter frame) throws IOException {
        assertThat(frame.toBytes()).as(name).isEqualTo(vector(name));
    }

    @Test
    void frames_are_as_on_the_page() throws Exception {
        assertVector("Joined", frames.begin(FrameType.JOINED));
        assertThat(CHANGES.frame(frames)).isEqualTo(vector("Changed"));
        assertVector("Gone", frames.begin(FrameType.GONE).node(new NodeId("b", 9)));
        assertVector(
                "Survey",
                frames.begin(FrameType.SURVEY)
                        .int64(5)
                        .text8("subscribers")
                        .int8(0)
                        .int32(1000)
                        .text16("news"));
        assertVector(
                "Answer", frames.begin(FrameType.ANSWER).int64(5).text16("news").int32(3));
    }

    @Test
    void frame_reaches_the_handler_of_its_type() throws Exception {
        frames.handle(FrameType.CHANGED, (sender, body) -> {
            handled.add(sender);
            handled.add(Changes.read(body));
        });
        frames.dispatch(vector("Changed"));
        assertThat(handled).containsExactly(NODE, CHANGES);
        assertThat(frames.ignored()).isZero();
    }

    @Test
    void unknown_types_and_failures_are_counted() throws Exception {
        frames.handle(FrameType.JOINED, (sender, body) -> {
            throw new IllegalStateException("handler fails");
        });
        frames.dispatch(vector("Answer"));
        frames.dispatch(vector("Joined"));
        frames.dispatch(new byte[0]);
        assertThat(frames.ignored()).isEqualTo(3);
        assertThatIllegalStateException().isThrownBy(() -> frames.handle(FrameType.JOINED, (sender, body) -> {}));
    }

    @Test
    void frames_cut_short_or_changed_do_no_harm() throws Exception {
        frames.handle(FrameType.CHANGED, (sender, body) -> handled.add(Changes.read(body)));
        byte[] whole = vector("Changed");
        for (int length = 0; length < whole.length; length++) {
            frames.dispatch(Arrays.copyOf(whole, length));
        }
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            byte[] changed = whole.clone();
            changed[1 + random.nextInt(whole.length - 1)] = (byte) random.nextInt();
            frames.dispatch(changed);
        }
        assertThat(handled).isNotEmpty();
        assertThat(frames.ignored()).isPositive();
        assertThatExceptionOfType(FrameException.class).isThrownBy(() -> new FrameReader(new byte[] {1, -1}).text16());
    }
}
