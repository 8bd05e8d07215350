package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.session.php.PhpCodec;

/** Target for sessions in all formats of PHP. */
public final class PhpSessionTarget {
    private PhpSessionTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        // pickValue reads from the end: a seed is a session followed by one byte
        PhpCodec format = input.pickValue(PhpCodec.values());
        SessionFormats.check(format, input.consumeRemainingAsBytes());
    }
}
