package dev.sprocket.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs each target from its stored seeds for 5,000 runs, or {@code -Dfuzz.runs=N}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class FuzzTest {
    @ParameterizedTest
    @ValueSource(
            classes = {
                RequestTarget.class,
                FrameTarget.class,
                MessageTarget.class,
                DeflateTarget.class,
                CloseTarget.class,
                WampTarget.class,
                PhpSessionTarget.class,
                JsonSessionTarget.class,
                SignedCookieTarget.class,
                SpringTarget.class,
                WampJsonTarget.class,
                WampMsgpackTarget.class,
                WampCborTarget.class,
                RawSocketTarget.class,
                PushTarget.class,
                EnvelopeTarget.class
            })
    void target_survives_fuzzing(Class<?> target) throws Exception {
        Path corpus = Files.createDirectories(Path.of("target", "fuzz", target.getSimpleName()));
        Path seeds = Path.of("src", "test", "seeds", target.getSimpleName());
        assertThat(seeds).isDirectory();
        Process fuzzer = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:+EnableDynamicAgentLoading",
                        "-XX:TieredStopAtLevel=1",
                        "-Dio.netty.leakDetection.level=disabled",
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target.getName(),
                        "--instrumentation_includes=dev.sprocket.**:io.netty.handler.codec.http.**",
                        // its hook fails on the setup of Netty's queues
                        "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer",
                        "--custom_hook_excludes=io.netty.**",
                        "--reproducer_path=" + corpus.getParent(),
                        "-artifact_prefix=" + corpus + "/",
                        "-seed=1",
                        "-max_len=512",
                        "-rss_limit_mb=4096",
                        "-runs=" + Integer.getInteger("fuzz.runs", 5_000),
                        corpus.toString(),
                        seeds.toString()))
                .redirectErrorStream(true)
                .start();
        String output = new String(fuzzer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Files.writeString(Path.of("target", "fuzz", target.getSimpleName() + ".log"), output);
        assertThat(fuzzer.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(fuzzer.exitValue())
                .as(output.substring(Math.max(0, output.length() - 4000)))
                .isZero();
        assertThat(output).contains("Done " + Integer.getInteger("fuzz.runs", 5_000) + " runs");
    }
}
