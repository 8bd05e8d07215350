package dev.sprocket.core.internal.text;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Converts messages of third-party parsers to text without Java class names. */
@ThreadSafe
public final class ParserErrors {
    /**
     * A qualified type such as {@code com.example.Value}, with its surroundings:
     * {@code class com.example.Value@1f2e3d}.
     */
    private static final Pattern QUALIFIED = Pattern.compile("(?:\\b(?:class|interface|enum|record)"
            + " )?\\b(?:[a-z_][a-z_0-9]*\\.)+([A-Z]\\w*)(?:[$.][A-Z]\\w*)*(?!\\w*\\.[a-z])(?:\\(\\))?(?:@[0-9a-f]+)?");
    /** A simple type such as {@code JsonPrimitive} or {@code ConfigString.Unquoted("x")}. */
    private static final Pattern SIMPLE =
            Pattern.compile("\\b(Json[A-Z]\\w*|(?:Simple|Abstract)?Config[A-Z]\\w*(?:\\.\\w+)?|Unquoted|Quoted)\\b");

    private static final Pattern PREFIX = Pattern.compile("^(?:value: )+");

    private ParserErrors() {}

    /** Returns the converted message of an error; empty if it has none. */
    public static String text(Throwable error) {
        return error.getMessage() == null ? "" : text(error.getMessage());
    }

    /** Converts a message. */
    public static String text(String message) {
        String named = QUALIFIED.matcher(message).replaceAll(found -> kind(found.group(1)));
        String plain = SIMPLE.matcher(named).replaceAll(found -> kind(found.group(1)));
        return PREFIX.matcher(plain).replaceFirst("").strip();
    }

    private static String kind(String type) {
        return Matcher.quoteReplacement(
                switch (type) {
                    case "JsonObject", "SimpleConfigObject", "ConfigObject" -> "object";
                    case "JsonArray", "SimpleConfigList", "ConfigList" -> "array";
                    case "JsonPrimitive" -> "string, number or boolean";
                    case "JsonNull", "ConfigNull" -> "null";
                    case "String", "ConfigString", "Unquoted", "Quoted" -> "string";
                    case "Integer", "Long", "Double", "ConfigNumber", "ConfigInt", "ConfigLong", "ConfigDouble" ->
                        "number";
                    case "Boolean", "ConfigBoolean" -> "boolean";
                    default -> "value";
                });
    }
}
