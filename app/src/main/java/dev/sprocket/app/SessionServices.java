package dev.sprocket.app;

import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.Settings;
import dev.sprocket.plugin.SimpleFactory;
import dev.sprocket.session.CookieStore;
import dev.sprocket.session.JsonCodec;
import dev.sprocket.session.PhpCodec;
import dev.sprocket.session.PhpFiles;
import dev.sprocket.session.SessionTokens;
import dev.sprocket.session.SignedCookies;
import dev.sprocket.session.SpringCodec;
import dev.sprocket.session.SpringJsonCodec;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.session.spi.SessionToken;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The stores, codecs and tokens of {@code session}. Not thread-safe. */
final class SessionServices {
    private static final Option<String> FOLDER =
            Option.requiredText("save-path", "PHP's session.save_path: a folder, or levels;folder");
    private static final Option<Duration> MAX_AGE = Option.duration(
            "max-age", Duration.ZERO, "PHP's session.gc_maxlifetime; 0s reads whatever PHP has not swept away");
    private static final Option<List<String>> SECRETS =
            Option.secrets("secrets", "what the site signs with, and what it signed with before; at least one");
    private static final Option<List<String>> ALLOW = Option.texts(
            "allow", List.of(), "classes whose fields are told, besides those of Spring Security: com.example.Cart");

    private SessionServices() {}

    static List<ServiceFactory<?>> all() {
        return List.of(
                SimpleFactory.service(
                        SessionStore.class,
                        "php-files",
                        "files, where PHP itself keeps sessions",
                        List.of(FOLDER, MAX_AGE),
                        settings -> new PhpFiles(settings.get(FOLDER), settings.get(MAX_AGE))),
                SimpleFactory.service(
                        SessionStore.class,
                        "cookie",
                        "none, for tokens that are a session and not only its id",
                        List.of(),
                        settings -> new CookieStore()),
                codec("php", "as PHP writes them, unless told otherwise", PhpCodec.PHP),
                codec("php-binary", "as PHP's php_binary", PhpCodec.PHP_BINARY),
                codec("php-serialize", "as PHP's php_serialize", PhpCodec.PHP_SERIALIZE),
                codec("json", "a JSON object", new JsonCodec()),
                SimpleFactory.service(
                        SessionCodec.class,
                        "spring",
                        "Spring Session's attributes, objects of Java's serialization, read as data",
                        List.of(ALLOW),
                        settings -> new SpringCodec().allow(settings.get(ALLOW).toArray(String[]::new))),
                codec("spring-json", "Spring Session's attributes, written as JSON", new SpringJsonCodec()),
                token("cookie", "an id in a cookie", "PHPSESSID", SessionTokens::cookie),
                token("base64-cookie", "an id in Base64, as Spring Session's", "SESSION", SessionTokens::base64Cookie),
                signed("express", "a signed id, as express-session's", "connect.sid", SignedCookies::express),
                signed(
                        "cookie-session",
                        "a signed session, as Express' cookie-session (store cookie, codec json)",
                        "session",
                        SignedCookies::cookieSession),
                signed(
                        "rails",
                        "an encrypted session, as Rails' own (store cookie, codec json); the secret is secret_key_base",
                        "_session",
                        SignedCookies::railsEncrypted),
                signed(
                        "rails-signed",
                        "a signed session in Rails' way (store cookie, codec json); the secret is secret_key_base",
                        "_session",
                        SignedCookies::railsSigned));
    }

    private static ServiceFactory<?> codec(String name, String summary, SessionCodec codec) {
        return SimpleFactory.service(SessionCodec.class, name, summary, List.of(), settings -> codec);
    }

    private static ServiceFactory<?> token(
            String name, String summary, String cookie, Function<String, SessionToken> kind) {
        Option<String> called = called(cookie);
        return SimpleFactory.service(
                SessionToken.class, name, summary, List.of(called), settings -> kind.apply(settings.get(called)));
    }

    private static ServiceFactory<?> signed(
            String name, String summary, String cookie, BiFunction<String, String[], SessionToken> kind) {
        Option<String> called = called(cookie);
        return SimpleFactory.service(
                SessionToken.class,
                name,
                summary,
                List.of(called, SECRETS),
                settings -> kind.apply(settings.get(called), secrets(settings)));
    }

    private static Option<String> called(String cookie) {
        return Option.text("name", cookie, "what the cookie is called");
    }

    private static String[] secrets(Settings settings) {
        return settings.get(SECRETS).toArray(String[]::new);
    }
}
