package dev.sprocket.cluster.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Lua scripts of the log and the directory. */
enum Script {
    APPEND("layout", "state", "append"),
    FIND("layout", "state", "trim", "place", "find"),
    READ("layout", "state", "trim", "place", "read"),
    PUBLICATION("layout", "state", "trim", "publication"),
    STATISTICS("layout", "state", "trim", "statistics"),
    CLEAR("layout", "state", "clear"),
    RETAIN("retention", "retain"),
    RETAINED("retention", "retained"),
    UNRETAIN("retention", "unretain"),
    CHECK("layout", "check"),
    BEAT("beat"),
    OWNED("entries", "owned"),
    CHANGE("change"),
    TAKE_OVER("entries", "takeover"),
    FORGET("forget"),
    LEAVE("leave");

    @SuppressWarnings("ImmutableEnumChecker") // not changed
    private final byte[] text;

    private final String sha;

    Script(String... files) {
        StringBuilder all = new StringBuilder();
        for (String file : files) {
            all.append(read(file + ".lua")).append('\n');
        }
        text = all.toString().getBytes(StandardCharsets.UTF_8);
        try {
            sha = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) { // each JDK has it
            throw new IllegalStateException(e);
        }
    }

    private static String read(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("resource " + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] text() {
        return text;
    }

    /** Returns the SHA-1 of the text in hexadecimal digits. */
    String sha() {
        return sha;
    }
}
