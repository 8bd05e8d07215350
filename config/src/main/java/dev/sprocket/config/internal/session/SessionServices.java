package dev.sprocket.config.internal.session;

import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.ServiceFactory;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.session.json.JsonCodec;
import dev.sprocket.session.php.PhpCodec;
import dev.sprocket.session.php.PhpFiles;
import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.session.token.CookieStore;
import dev.sprocket.session.token.SessionToken;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Session stores, codecs and tokens of {@code session}. Not thread-safe. */
final class SessionServices {
    private static final Option<String> SAVE_PATH =
            Option.requiredString("save-path", "session.save_path of PHP: a directory, or levels;directory");
    private static final Option<Duration> MAX_AGE = Option.duration(
            "max-age", Duration.ZERO, "session.gc_maxlifetime of PHP; 0s accepts every file that PHP has not deleted");
    private static final Option<List<String>> SECRETS = Option.secrets(
                    "secrets",
                    "Secrets of the site (of Rails secret_key_base), the current one first, then older"
                            + " ones; at least one; a cookie of another secret counts as no session")
            .longSecret();

    private SessionServices() {}

    static List<ServiceFactory<?>> all() {
        return List.of(
                Factory.named("php-files", "Session files of PHP")
                        .options(SAVE_PATH, MAX_AGE)
                        .service(
                                SessionStore.class,
                                settings -> new PhpFiles(settings.get(SAVE_PATH), settings.get(MAX_AGE))),
                Factory.named("cookie", "No store, for tokens that contain the whole session")
                        .service(SessionStore.class, settings -> new CookieStore()),
                codec("php", "PHP format php, the default of session.serialize_handler", PhpCodec.PHP),
                codec("php-binary", "PHP format php_binary", PhpCodec.PHP_BINARY),
                codec("php-serialize", "PHP format php_serialize", PhpCodec.PHP_SERIALIZE),
                codec("json", "JSON object", new JsonCodec()),
                codec("spring-json", "Attributes of Spring Session in JSON", JsonCodec.spring()),
                token("cookie", "Session id in a cookie", "PHPSESSID", SessionToken::cookie),
                token(
                        "base64-cookie",
                        "Session id in Base64 in a cookie (Spring Session)",
                        "SESSION",
                        SessionToken::base64Cookie),
                signed(
                        "express",
                        "Signed session id in a cookie (express-session)",
                        "connect.sid",
                        SessionToken::express),
                signed(
                        "cookie-session",
                        "Signed session in a cookie (cookie-session of Express), with store cookie and codec json",
                        "session",
                        SessionToken::cookieSession),
                signed(
                        "rails",
                        "Encrypted session in a cookie (Rails), with store cookie and codec json; the secret is"
                                + " secret_key_base",
                        "_session",
                        SessionToken::railsEncrypted),
                signed(
                        "rails-signed",
                        "Signed session in a cookie (Rails), with store cookie and codec json; the secret is"
                                + " secret_key_base",
                        "_session",
                        SessionToken::railsSigned));
    }

    private static ServiceFactory<?> codec(String name, String summary, SessionCodec codec) {
        return Factory.named(name, summary).service(SessionCodec.class, settings -> codec);
    }

    private static ServiceFactory<?> token(
            String name, String summary, String cookie, Function<String, SessionToken> kind) {
        Option<String> called = cookieName(cookie);
        return Factory.named(name, summary)
                .options(called)
                .service(SessionToken.class, settings -> kind.apply(settings.get(called)));
    }

    private static ServiceFactory<?> signed(
            String name, String summary, String cookie, BiFunction<String, String[], SessionToken> kind) {
        Option<String> called = cookieName(cookie);
        return Factory.named(name, summary)
                .options(called, SECRETS)
                .service(SessionToken.class, settings -> kind.apply(settings.get(called), secrets(settings)));
    }

    private static Option<String> cookieName(String cookie) {
        return Option.string("name", cookie, "Name of the cookie");
    }

    private static String[] secrets(Settings settings) {
        return settings.get(SECRETS).toArray(String[]::new);
    }
}
