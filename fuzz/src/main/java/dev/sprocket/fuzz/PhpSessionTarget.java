package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.session.PhpCodec;

/** Sessions as PHP writes them, in any of its formats. */
public final class PhpSessionTarget {
    private PhpSessionTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        // taken from the end: a seed is a session and one byte
        PhpCodec format = input.pickValue(PhpCodec.values());
        SessionFormats.check(format, input.consumeRemainingAsBytes());
    }
}
