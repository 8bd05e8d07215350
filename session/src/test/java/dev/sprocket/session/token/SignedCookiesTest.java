package dev.sprocket.session.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.route.Router;
import dev.sprocket.testkit.HttpPeer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests with cookies signed by the original libraries, named at each constant. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SignedCookiesTest {
    /** npm cookie-signature 1.2: {@code 's:' + sign('abc-_.123', 'keyboard cat')}, as express-session sends it. */
    private static final String EXPRESS = "s%3Aabc-_.123.x8sXXKjuv0VieB3xCkp6bAvj0sdGKvS%2BhpliONkBoNo";

    /** npm cookie-session 2.1, keys {@code ['new key', 'old key']}, a session with user and id. */
    private static final String COOKIE_SESSION =
            "session=eyJ1c2VyIjoiWm/DqyIsImlkIjo3fQ==; session.sig=64qJvSQMlO_Zwbzxg0xXq39hIPw";

    /** {@code secret_key_base} of the cookies below, from ActiveSupport 6.1.7 with a JSON serializer. */
    private static final String SECRET = "0123456789abcdef".repeat(4);

    private static final String RAILS = "{\"user_id\":7,\"name\":\"Zo\u00eb\"}";

    /** {@code MessageVerifier.new(key, digest: 'SHA1').generate(json, purpose: 'cookie._app_session')}. */
    private static final String SHA1 =
            "eyJfcmFpbHMiOnsibWVzc2FnZSI6ImV5SjFjMlZ5WDJsa0lqbzNMQ0p1WVcxbElqb2lXbS9EcXlKOSIsImV4cCI6bnVsbCwicHVyIjoiY29va2llLl9hcHBfc2Vzc2lvbiJ9fQ==--713e7081428078c2d611176e43cfcdb7d5695371";

    private static final String SHA256 =
            "eyJfcmFpbHMiOnsibWVzc2FnZSI6ImV5SjFjMlZ5WDJsa0lqbzNMQ0p1WVcxbElqb2lXbS9EcXlKOSIsImV4cCI6bnVsbCwicHVyIjoiY29va2llLl9hcHBfc2Vzc2lvbiJ9fQ==--3b90dee4f8225b27fac1314e4911f6fdb85dffb4418114b3c307b667d2951222";

    /** Without a purpose; Rails before 5.2. */
    private static final String PLAIN =
            "eyJ1c2VyX2lkIjo3LCJuYW1lIjoiWm/DqyJ9--537b0d3f595e988fe9d0e59aec2e94d97f453695";

    /** {@code purpose: 'cookie._app_session', expires_at: Time.utc(2030, 1, 1)}. */
    private static final String UNTIL_2030 =
            "eyJfcmFpbHMiOnsibWVzc2FnZSI6ImV5SjFjMlZ5WDJsa0lqbzNMQ0p1WVcxbElqb2lXbS9EcXlKOSIsImV4cCI6IjIwMzAtMDEtMDFUMDA6MDA6MDAuMDAwWiIsInB1ciI6ImNvb2tpZS5fYXBwX3Nlc3Npb24ifX0=--f3d2014a92e6fec4504ed2401a53f9978d074aa4";

    /** {@code purpose: 'cookie.other'}. */
    private static final String OTHER =
            "eyJfcmFpbHMiOnsibWVzc2FnZSI6ImV5SjFjMlZ5WDJsa0lqbzNMQ0p1WVcxbElqb2lXbS9EcXlKOSIsImV4cCI6bnVsbCwicHVyIjoiY29va2llLm90aGVyIn19--ce49c4f4eb36a59778403c1af9168bbc4ddb80d6";

    /** Key derived with PBKDF2 and SHA256; Rails 7.0 and later. */
    private static final String KEY_256 =
            "eyJfcmFpbHMiOnsibWVzc2FnZSI6ImV5SjFjMlZ5WDJsa0lqbzNMQ0p1WVcxbElqb2lXbS9EcXlKOSIsImV4cCI6bnVsbCwicHVyIjoiY29va2llLl9hcHBfc2Vzc2lvbiJ9fQ==--f77738fb270d4ad2e11a3cf1daedd4609f91d48e";

    /** Envelope of the message serializers of Rails 7.1, built by hand with the same key. */
    private static final String DATA =
            "eyJfcmFpbHMiOnsiZGF0YSI6eyJ1c2VyX2lkIjo3LCJuYW1lIjoiWm/DqyJ9LCJwdXIiOiJjb29raWUuX2FwcF9zZXNzaW9uIn19--c4f856d9ca1810179debe05eb4eb7bc584548601";

    /** Signed with the same key: two bytes that are not UTF-8 text. */
    private static final String NO_TEXT = "//4=--c1cf66370dc36ceb9482a7fc3a95678b4797fece";

    /** {@code MessageEncryptor.new(key, cipher: 'aes-256-gcm').encrypt_and_sign(json, purpose: …)}. */
    private static final String ENCRYPTED =
            "nVa+GZuH4SmbelZ912VooKQwhS8UCW5uC8qJZLTb+FTALsSrrXo7p1QpTrYdFcWi+4/QugAKbfq/EL8CU9EMffRkwd+t+TbHDOTvrn9mRURu3XLwS63Y+0th+8sX7KFBQwoLwA==--0bPv/dLeCoRXNL9u--liwYuhKz6slBXUuinN5kKA==";

    private static final String ENCRYPTED_PLAIN =
            "/s5qr9NGNbMKpdHIOZY8Jhwiiaz+QBFho+P0--g1toqPWoL/l5bq46--h0+FwgpWRAHd5pyzwFnh2w==";

    private static final String ENCRYPTED_KEY_256 =
            "U5Wc+9zQap1N/HEyxGytO6dlnTA6O1O2CDpbmmjFnjvrUib+RlU1CFNX43PFnTgGuqlGOBq3vxcPv4Z2B5Hs1Ww5e6BsyHrd4YtjJ+8+3qlI6Jt1l0tZPBGsIabb9b284DTxTQ==--D5ThvbovwlRi+QMb--ZhuTPIKHpnygqnEkHW3a9A==";

    private static Optional<String> token(SessionToken token, String cookies) {
        List<Optional<String>> tokens = new ArrayList<>();
        HttpPeer.to(new Router().get("/", request -> {
                    tokens.add(token.find(request));
                    return HttpResponse.text("");
                }))
                .get("/", "Cookie: " + cookies);
        // a cookie with %00 is rejected with 400 before the token is read
        return tokens.isEmpty() ? Optional.empty() : tokens.get(0);
    }

    private static Optional<String> session(SessionToken token, String cookies) {
        return token(token, cookies).flatMap(id -> session(new CookieStore(), id));
    }

    private static Optional<String> session(CookieStore store, String id) {
        return store.load(id).toCompletableFuture().join().map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private static Optional<String> rails(SessionToken token, String value) {
        return session(token, "_app_session=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    /** Returns copies of the cookie with one changed character each. */
    private static List<String> forgeries(String cookie) {
        List<String> all = new ArrayList<>(List.of("", "--", "s%3A", "s%3A.", cookie + "A", cookie + "%00"));
        for (int i = 0; i < cookie.length(); i++) {
            // the last Base64 character has unused bits
            if (i < cookie.length() - 3 && Character.isLetterOrDigit(cookie.charAt(i))) {
                char other = cookie.charAt(i) == '2' ? '3' : '2';
                all.add(cookie.substring(0, i) + other + cookie.substring(i + 1));
            }
        }
        return all;
    }

    @Test
    void express_cookie_contains_signed_id() {
        SessionToken token = SessionToken.express("connect.sid", "new", "keyboard cat");
        assertThat(token(token, "connect.sid=" + EXPRESS)).contains("abc-_.123");
        assertThat(token(SessionToken.express("connect.sid", "wrong"), "connect.sid=" + EXPRESS))
                .isEmpty();
        assertThat(token(token, "other=" + EXPRESS)).isEmpty();
        assertThat(token(token, "connect.sid=abc-_.123")).isEmpty();
        String signed = EXPRESS.substring("s%3A".length()).replace("%2B", "+");
        assertThat(forgeries(signed)).allSatisfy(forged -> assertThat(token(token, "connect.sid=s:" + forged))
                .isEmpty());
    }

    @Test
    void cookie_session_contains_whole_session() {
        SessionToken token = SessionToken.cookieSession("session", "newest", "new key");
        assertThat(session(token, COOKIE_SESSION)).contains("{\"user\":\"Zo\u00eb\",\"id\":7}");
        assertThat(session(SessionToken.cookieSession("session", "old key"), COOKIE_SESSION))
                .isEmpty();
        assertThat(session(token, COOKIE_SESSION.replace("IjoiWm", "IjoiWn"))).isEmpty();
        assertThat(session(token, COOKIE_SESSION.replace("64qJ", "65qJ"))).isEmpty();
        assertThat(session(token, COOKIE_SESSION.substring(0, COOKIE_SESSION.indexOf(';'))))
                .isEmpty();
        assertThat(session(SessionToken.cookieSession("other", "new key"), COOKIE_SESSION.replace("session", "other")))
                .as("the signature covers the name")
                .isEmpty();
    }

    @Test
    void rails_signed_accepts_both_digests_and_key_derivations() {
        SessionToken token = SessionToken.railsSigned("_app_session", "new secret", SECRET);
        for (String cookie : List.of(SHA1, SHA256, PLAIN, UNTIL_2030, KEY_256, DATA)) {
            assertThat(rails(token, cookie)).contains(RAILS);
        }
        assertThat(rails(SessionToken.railsSigned("_app_session", "wrong"), SHA1))
                .isEmpty();
        assertThat(rails(token, NO_TEXT)).isEmpty();
        assertThat(rails(token, ENCRYPTED)).isEmpty();
        for (String cookie : List.of(SHA1, SHA256, PLAIN)) {
            assertThat(forgeries(cookie))
                    .allSatisfy(forged -> assertThat(rails(token, forged)).isEmpty());
        }
    }

    @Test
    void rails_encrypted_rejects_tampered_cookies() {
        SessionToken token = SessionToken.railsEncrypted("_app_session", "new secret", SECRET);
        for (String cookie : List.of(ENCRYPTED, ENCRYPTED_PLAIN, ENCRYPTED_KEY_256)) {
            assertThat(rails(token, cookie)).contains(RAILS);
            assertThat(forgeries(cookie))
                    .allSatisfy(forged -> assertThat(rails(token, forged)).isEmpty());
        }
        assertThat(rails(token, SHA1))
                .as("signed cookies may contain values chosen by a user")
                .isEmpty();
        String shortTag = ENCRYPTED.substring(0, ENCRYPTED.lastIndexOf("--") + 2) + "liwYuhI=";
        assertThat(rails(token, shortTag)).isEmpty();
    }

    @Test
    void rails_rejects_cookie_signed_for_another_name() {
        assertThat(rails(SessionToken.railsSigned("_app_session", SECRET), OTHER))
                .isEmpty();
        assertThat(session(
                        SessionToken.railsSigned("other", SECRET),
                        "other=" + URLEncoder.encode(OTHER, StandardCharsets.UTF_8)))
                .contains(RAILS);
    }

    @Test
    void rails_cookie_expires_at_its_expiry() {
        Clock before = Clock.fixed(Instant.parse("2029-12-31T23:59:59Z"), ZoneOffset.UTC);
        Clock after = Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);
        String cookie = "_app_session=" + URLEncoder.encode(UNTIL_2030, StandardCharsets.UTF_8);
        assertThat(token(SignedCookies.railsSigned(after, "_app_session", SECRET), cookie))
                .isEmpty();
        String id = token(SignedCookies.railsSigned(before, "_app_session", SECRET), cookie)
                .orElseThrow();
        assertThat(session(new CookieStore(before), id)).contains(RAILS);
        assertThat(session(new CookieStore(after), id))
                .as("the session has expired since")
                .isEmpty();
    }

    @Test
    void cookie_store_accepts_verified_sessions_only() {
        CookieStore store = new CookieStore();
        String id = CookieStore.id("{\"a\":1.5}");
        assertThat(session(store, id)).contains("{\"a\":1.5}");
        for (String forged :
                List.of("", ".", "..", "{\"a\":1}", "..{\"a\":1}", "AAAA..{\"a\":1}", id + " ", "!" + id)) {
            assertThat(session(store, forged)).isEmpty();
        }
    }

    @Test
    void plain_cookies_contain_id_as_text_or_base64() {
        assertThat(token(SessionToken.cookie("PHPSESSID"), "a=b; PHPSESSID=abc%2C1"))
                .contains("abc,1");
        assertThat(token(SessionToken.cookie("PHPSESSID"), "PHPSESSID=")).isEmpty();
        // Spring Session 3: the id 5b2f…, as DefaultCookieSerializer writes it
        assertThat(token(SessionToken.base64Cookie("SESSION"), "SESSION=NWIyZi0x"))
                .contains("5b2f-1");
        assertThat(token(SessionToken.base64Cookie("SESSION"), "SESSION=%")).isEmpty();
        assertThat(token(SessionToken.base64Cookie("SESSION"), "SESSION=//4=")).isEmpty();
        assertThat(token(SessionToken.base64Cookie("SESSION"), "other=1")).isEmpty();
    }

    @Test
    void rejects_missing_and_empty_secrets() {
        assertThatThrownBy(() -> SessionToken.express("connect.sid")).hasMessageContaining("no secret");
        assertThatThrownBy(() -> SessionToken.railsSigned("s", "")).hasMessageContaining("an empty secret");
        assertThatThrownBy(() -> SessionToken.railsEncrypted("s", "a", "")).hasMessageContaining("an empty secret");
        assertThatThrownBy(() -> SessionToken.cookieSession("", "a")).hasMessageContaining("cookie: ");
        assertThatThrownBy(() -> SessionToken.base64Cookie("a=b")).hasMessageContaining("cookie: a=b");
    }
}
