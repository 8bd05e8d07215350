package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.route.Router;
import dev.sprocket.session.token.CookieStore;
import dev.sprocket.session.token.SessionToken;
import dev.sprocket.testkit.HttpPeer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cookies that the libraries of Express and Rails sign during the test. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class CookieInteropTest {
    private static String output(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PATH", RequiredPrograms.path());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    private static Optional<String> token(SessionToken token, String cookies) {
        AtomicReference<Optional<String>> found = new AtomicReference<>(Optional.empty());
        HttpPeer.to(new Router().get("/", request -> {
                    found.set(token.find(request));
                    return HttpResponse.text("");
                }))
                .get("/", "Cookie: " + cookies);
        return found.get();
    }

    private static String session(SessionToken token, String cookies) {
        return token(token, cookies)
                .flatMap(id -> new CookieStore().load(id).toCompletableFuture().join())
                .map(json -> new String(json, StandardCharsets.UTF_8))
                .orElse("none");
    }

    @Test
    void express_signed_cookies_are_read() throws Exception {
        String modules = Npm.modules("cookie-signature@1", "cookie-session@2");
        JsonObject signed = JsonParser.parseString(
                        output(Map.of("NODE_PATH", modules), "env", "node", "src/test/interop/cookies.cjs"))
                .getAsJsonObject();
        for (JsonElement idWithCookie : signed.getAsJsonArray("express")) {
            JsonArray idAndCookie = idWithCookie.getAsJsonArray();
            assertThat(token(
                            SessionToken.express("connect.sid", "newest", "keyboard cat"),
                            "connect.sid=" + idAndCookie.get(1).getAsString()))
                    .contains(idAndCookie.get(0).getAsString());
        }
        assertThat(session(
                        SessionToken.cookieSession("session", "newest"),
                        signed.get("cookies").getAsString()))
                .isEqualTo(signed.get("session").getAsString());
    }

    @Test
    void rails_signed_and_encrypted_cookies_are_read() throws Exception {
        RequiredPrograms.requireWorking("ruby-activesupport", "ruby", "-e", "require 'active_support'");
        String secret = "a secret_key_base of some length, as rails makes them";
        String json = "{\"user_id\":7,\"name\":\"Zo\u00eb\"}";
        List<String> lines = output(
                        Map.of("LC_ALL", "C.UTF-8"), "env", "ruby", "src/test/interop/cookies.rb", secret, json)
                .lines()
                .toList();
        assertThat(lines).hasSize(9);
        for (String line : lines) {
            String[] typeAndValue = line.split(" ", 2);
            SessionToken token = typeAndValue[0].equals("signed")
                    ? SessionToken.railsSigned("_app_session", "newest", secret)
                    : SessionToken.railsEncrypted("_app_session", "newest", secret);
            assertThat(session(token, "_app_session=" + URLEncoder.encode(typeAndValue[1], StandardCharsets.UTF_8)))
                    .as(line)
                    .isEqualTo(json);
        }
    }
}
