package dev.sprocket.session.spring;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.internal.store.AttributeBytes;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Codec for Spring Session's default format, Java serialization of each attribute.
 *
 * <p>The store joins the attributes: for each one the length of its name in four bytes, the name in UTF-8, the length
 * of its value in four bytes, and the value.
 *
 * <p>Nothing is deserialized: the stream is read as data, and no class named in it is loaded, whether it exists or
 * not. Boxed numbers, strings, arrays and the collections of {@code java.util} become plain values. An {@code
 * Instant} has the fields {@code seconds} and {@code nanos}, a {@code Date} has {@code time} in milliseconds. Any
 * other object is a {@link SessionObject}: with its fields if its class is {@linkplain #allow allowed}, otherwise
 * with its class name only.
 */
@ThreadSafe
@SuppressWarnings("NullAway") // JDK 17 hides type annotations in the class files of another module
public final class SpringCodec implements SessionCodec.Writable {
    private static final String SECURITY = "org.springframework.security.";

    /** Classes of Spring Security that describe a user and the authorities. */
    private static final Set<String> SECURITY_TYPES = Set.of(
            SECURITY + "authentication.AnonymousAuthenticationToken",
            SECURITY + "authentication.RememberMeAuthenticationToken",
            SECURITY + "authentication.UsernamePasswordAuthenticationToken",
            SECURITY + "core.authority.FactorGrantedAuthority",
            SECURITY + "core.authority.SimpleGrantedAuthority",
            SECURITY + "core.context.SecurityContextImpl",
            SECURITY + "core.userdetails.User",
            SECURITY + "oauth2.client.authentication.OAuth2AuthenticationToken",
            SECURITY + "oauth2.core.oidc.user.DefaultOidcUser",
            SECURITY + "oauth2.core.user.DefaultOAuth2User",
            SECURITY + "oauth2.core.user.OAuth2UserAuthority",
            SECURITY + "web.authentication.WebAuthenticationDetails",
            SECURITY + "web.authentication.preauth.PreAuthenticatedAuthenticationToken",
            SECURITY + "web.csrf.DefaultCsrfToken");

    private final Set<String> allowed;

    private SpringCodec(Set<String> allowed) {
        this.allowed = allowed;
    }

    /** Creates a codec that reads the fields of Spring Security classes. */
    public SpringCodec() {
        this(SECURITY_TYPES);
    }

    /**
     * Returns a codec that also reads the fields of these classes.
     *
     * @param types class names, such as {@code com.example.Cart}
     */
    public SpringCodec allow(String... types) {
        Set<String> extended = new HashSet<>(allowed);
        extended.addAll(List.of(types));
        return new SpringCodec(Set.copyOf(extended));
    }

    @Override
    public Map<String, @Nullable Object> decode(byte[] stored) throws SessionFormatException {
        JavaValues values = new JavaValues(allowed);
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> attribute : AttributeBytes.split(stored).entrySet()) {
            byte[] stream = attribute.getValue();
            // Spring Session writes no bytes for an attribute that is null
            attributes.put(attribute.getKey(), stream.length == 0 ? null : values.of(JavaStream.read(stream)));
        }
        return Collections.unmodifiableMap(attributes);
    }

    /** Encodes attributes with {@code Long}, {@code Double}, {@code ArrayList} and {@code LinkedHashMap}. */
    @Override
    public byte[] encode(Map<String, @Nullable Object> attributes) throws SessionFormatException {
        return encode(attributes, new byte[0]);
    }

    /** Encodes attributes and keeps the bytes of unchanged ones, of any class. */
    @Override
    public byte[] encode(Map<String, @Nullable Object> attributes, byte[] before) throws SessionFormatException {
        Map<String, byte[]> written = AttributeBytes.split(before);
        Map<String, @Nullable Object> old = decode(before);
        Map<String, byte[]> streams = new LinkedHashMap<>();
        for (Map.Entry<String, @Nullable Object> attribute : attributes.entrySet()) {
            String name = attribute.getKey();
            byte[] stored = written.get(name);
            boolean unchanged = stored != null && Objects.deepEquals(old.get(name), attribute.getValue());
            streams.put(name, unchanged ? Objects.requireNonNull(stored) : serialize(attribute.getValue()));
        }
        return AttributeBytes.join(streams);
    }

    private static byte[] serialize(@Nullable Object value) throws SessionFormatException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        if (value != null) {
            try (ObjectOutputStream out = new ObjectOutputStream(stream)) {
                out.writeObject(toSerializable(value, 1));
            } catch (IOException e) { // not thrown by a stream in memory
                throw new SessionFormatException("value not serializable: " + e.getMessage());
            }
        }
        return stream.toByteArray();
    }

    private static @Nullable Serializable toSerializable(@Nullable Object value, int depth)
            throws SessionFormatException {
        if (depth > MAX_DEPTH) {
            throw new SessionFormatException("values nested deeper than " + MAX_DEPTH + " levels");
        }
        if (value instanceof List<?> list) {
            ArrayList<@Nullable Serializable> copy = new ArrayList<>();
            for (Object each : list) {
                copy.add(toSerializable(each, depth + 1));
            }
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            LinkedHashMap<String, @Nullable Serializable> copy = new LinkedHashMap<>();
            for (Map.Entry<?, ?> each : map.entrySet()) {
                copy.put(String.valueOf(each.getKey()), toSerializable(each.getValue(), depth + 1));
            }
            return copy;
        }
        if (value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Long
                || value instanceof Double
                || value instanceof byte[]) {
            return (Serializable) value;
        }
        String actual = value instanceof SessionObject object
                ? object.type()
                : value.getClass().getName();
        throw new SessionFormatException(
                "value of type " + actual + " (expected: string, number, boolean, bytes, list or map)");
    }
}
