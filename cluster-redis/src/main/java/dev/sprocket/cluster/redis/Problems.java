package dev.sprocket.cluster.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sentences for the failures of Redis; never with a password. */
final class Problems {
    private static final int MAX_LENGTH = 200;

    /** Sentences by code of an error. Of a script, the code is inside of the message. */
    private static final Map<String, String> CODES = new LinkedHashMap<>();

    static {
        CODES.put("LOADING", "LOADING: Redis is loading its data");
        CODES.put("NOAUTH", "NOAUTH: Redis requires a password (set user and password in the URI)");
        CODES.put("WRONGPASS", "WRONGPASS: user or password of the URI is wrong");
        CODES.put("NOPERM", "NOPERM: the user lacks a right");
        CODES.put("can't run this command", "NOPERM: the user lacks a right of a script");
        CODES.put("MISCONF", "MISCONF: Redis cannot save its data and accepts no events (check its disk)");
        CODES.put("OOM", "OOM: Redis has reached maxmemory and accepts no events (raise maxmemory)");
        CODES.put("READONLY", "READONLY: Redis is a replica (expected: the primary; use its address, or Sentinel)");
        CODES.put("NOREPLICAS", "NOREPLICAS: Redis has fewer replicas than min-replicas-to-write");
        CODES.put("MASTERDOWN", "MASTERDOWN: Redis is a replica without its primary");
        CODES.put("BUSY", "BUSY: Redis runs a script that does not end");
        CODES.put("max number of clients", "Redis accepts no more connections (raise maxclients)");
    }

    private static final Pattern CODE = Pattern.compile("\\b(" + String.join("|", CODES.keySet()) + ")\\b");

    private Problems() {}

    /** Returns the code of an error of Redis, such as {@code OOM}; empty for other failures. */
    static String code(Throwable failure) {
        Throwable root = root(failure);
        Matcher code = CODE.matcher(String.valueOf(root.getMessage()));
        return root instanceof RedisCommandExecutionException && code.find() ? code.group(1) : "";
    }

    /** Describes a failure, or the lack of an answer within a time limit. */
    static String text(Throwable failure, Duration timeout) {
        return root(failure) instanceof TimeoutException
                ? "no answer within " + timeout.toMillis() + " ms"
                : text(failure);
    }

    /** Describes a failure. */
    static String text(Throwable failure) {
        Throwable root = root(failure);
        String message = String.valueOf(root.getMessage());
        Matcher code = CODE.matcher(message);
        if (!code.find()) {
            return limited(root.getClass().getSimpleName() + ": " + message);
        }
        String sentence = CODES.getOrDefault(code.group(1), message);
        return code.group(1).equals("NOPERM") ? limited(sentence + ": " + message) : sentence;
    }

    private static String limited(String text) {
        String line = text.replaceAll("[\\r\\n\"]+", " ");
        return line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "…" : line;
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
