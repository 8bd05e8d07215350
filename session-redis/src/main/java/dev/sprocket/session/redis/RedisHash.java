package dev.sprocket.session.redis;

import dev.sprocket.session.internal.store.AttributeBytes;
import dev.sprocket.session.internal.store.CompareAndSet;
import dev.sprocket.session.spi.SessionFormatException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Session in a Redis hash, as stored by Spring Session.
 *
 * <p>Each field is an attribute; the codec receives them as {@link AttributeBytes}.
 */
final class RedisHash extends RedisLayout {
    private static final String ATTRIBUTE = "sessionAttr:";
    private static final String EXPIRES = "expires:";
    private static final byte[] DELETED = new byte[0];

    /**
     * Script that writes changed attributes if the stored ones are unchanged.
     *
     * <p>Arguments: the number of attributes read, each with its value, then the attributes to write; an empty value
     * deletes.
     */
    private static final String SET =
            """
            local fields = redis.call('HGETALL', KEYS[1])
            if #fields == 0 then return 0 end
            local now, count = {}, 0
            for i = 1, #fields, 2 do
              if string.sub(fields[i], 1, 12) == 'sessionAttr:' and fields[i + 1] ~= '' then
                now[fields[i]] = fields[i + 1]
                count = count + 1
              end
            end
            if count ~= tonumber(ARGV[1]) then return -1 end
            for i = 2, 2 * count, 2 do
              if now[ARGV[i]] ~= ARGV[i + 1] then return -1 end
            end
            for i = 2 + 2 * count, #ARGV, 2 do
              if ARGV[i + 1] == '' then
                redis.call('HDEL', KEYS[1], ARGV[i])
              else
                redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
              end
            end
            return 1
            """;

    private final String prefix;
    private final Clock clock;

    RedisHash(String namespace) {
        this(namespace, Clock.systemUTC());
    }

    RedisHash(String namespace, Clock clock) {
        this.prefix = namespace + ":sessions:";
        this.clock = clock;
    }

    @Override
    CompletionStage<Optional<CompareAndSet>> load(RedisAsyncCommands<String, byte[]> redis, String id) {
        String key = prefix + id;
        return redis.hgetall(key).thenApply(fields -> {
            if (!isAlive(fields)) {
                return Optional.empty();
            }
            Map<String, byte[]> attributes = new LinkedHashMap<>();
            fields.forEach((field, value) -> {
                // Spring Session keeps a removed attribute with an empty value
                if (field.startsWith(ATTRIBUTE) && value.length > 0) {
                    attributes.put(field.substring(ATTRIBUTE.length()), value);
                }
            });
            return Optional.of(new StoredHash(redis, key, attributes));
        });
    }

    /** Reports whether the session is alive; a hash outlives its session by minutes. */
    private boolean isAlive(Map<String, byte[]> fields) {
        Long accessed = number(fields.get("lastAccessedTime"));
        Long seconds = number(fields.get("maxInactiveInterval"));
        if (accessed == null || seconds == null) {
            return false;
        }
        return seconds < 0 || clock.millis() - accessed < seconds * 1000;
    }

    /** Reads a number that is serialized like an attribute, as Java object or JSON. */
    private static @Nullable Long number(byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        if (SerializedNumber.isStream(value)) {
            return SerializedNumber.read(value);
        }
        Matcher json = Pattern.compile("-?\\d{1,18}").matcher(new String(value, StandardCharsets.UTF_8));
        return json.find() ? Long.valueOf(json.group()) : null;
    }

    static CompareAndSet.Outcome outcome(long result) {
        if (result == 0) {
            return CompareAndSet.Outcome.GONE;
        }
        return result > 0 ? CompareAndSet.Outcome.SET : CompareAndSet.Outcome.CHANGED;
    }

    private record StoredHash(RedisAsyncCommands<String, byte[]> redis, String key, Map<String, byte[]> attributes)
            implements CompareAndSet {
        @Override
        public byte[] stored() {
            return AttributeBytes.join(attributes);
        }

        @Override
        public CompletionStage<Outcome> set(byte[] changed) {
            try {
                return redis.<Long>eval(
                                SET,
                                ScriptOutputType.INTEGER,
                                new String[] {key},
                                arguments(AttributeBytes.split(changed)))
                        .thenApply(RedisHash::outcome);
            } catch (SessionFormatException e) {
                return CompletableFuture.failedStage(e);
            }
        }

        private byte[][] arguments(Map<String, byte[]> after) {
            List<byte[]> arguments = new ArrayList<>();
            arguments.add(String.valueOf(attributes.size()).getBytes(StandardCharsets.UTF_8));
            attributes.forEach((name, value) -> add(arguments, name, value));
            after.forEach((name, value) -> {
                if (!Arrays.equals(value, attributes.get(name))) {
                    add(arguments, name, value);
                }
            });
            attributes.keySet().stream()
                    .filter(name -> !after.containsKey(name))
                    .forEach(name -> add(arguments, name, DELETED));
            return arguments.toArray(byte[][]::new);
        }

        private static void add(List<byte[]> arguments, String name, byte[] value) {
            arguments.add((ATTRIBUTE + name).getBytes(StandardCharsets.UTF_8));
            arguments.add(value);
        }
    }

    @Override
    Optional<String> idOf(String key) {
        if (!key.startsWith(prefix)) {
            return Optional.empty();
        }
        String rest = key.substring(prefix.length());
        // key that expires on time; the hash expires later
        return Optional.of(rest.startsWith(EXPIRES) ? rest.substring(EXPIRES.length()) : rest);
    }
}
