package dev.sprocket.checks.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Secret options of all modules. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SecretOptionsTest {
    private static final Pattern SOUNDS_SECRET =
            Pattern.compile("secrets?|.*-secret|secret-.*|password|passphrase|token|ticket|key");
    /** Exceptions with a secret-sounding name: this option selects the type of token. */
    private static final List<String> NO_SECRETS = List.of("layer session: token");

    private static Map<String, Option<?>> options() {
        FactoryRegistry parts = Plugins.discover()
                .injector(binder -> {
                    binder.bind(EventLoops.class).toInstance(EventLoops.single());
                    binder.bind(Topics.class).toInstance(new Topics());
                })
                .getInstance(FactoryRegistry.class);
        Map<String, Option<?>> all = new TreeMap<>();
        parts.layers().forEach(part -> collect("layer ", part, all));
        parts.components().forEach(part -> collect("component ", part, all));
        parts.bridges().forEach(part -> collect("bridge ", part, all));
        parts.serviceTypes()
                .forEach(kind -> parts.services(kind).forEach(part -> collect(kind.getSimpleName() + " ", part, all)));
        return all;
    }

    private static void collect(String kind, Factory part, Map<String, Option<?>> all) {
        collect(kind + part.name() + ": ", part.options(), all);
    }

    private static void collect(String where, List<Option<?>> options, Map<String, Option<?>> all) {
        for (Option<?> option : options) {
            all.put(where + option.name(), option);
            collect(where + option.name() + ".", option.fields(), all);
        }
    }

    private static boolean isSecret(Option<?> option) {
        return option.type().equals("secret") || option.type().equals("list of secrets");
    }

    private static List<String> problems(Option<?> option, String value) {
        ConfigErrors problems = new ConfigErrors();
        var unused = Settings.read(
                "part",
                ConfigFactory.parseString("\"" + option.name() + "\" = " + value)
                        .root(),
                List.of(option),
                problems);
        return problems.lines();
    }

    @Test
    void every_secret_sounding_option_has_secret_type() {
        List<String> undeclared = new ArrayList<>();
        options().forEach((name, option) -> {
            if (SOUNDS_SECRET.matcher(option.name()).matches() && !isSecret(option)) {
                undeclared.add(name);
            }
        });

        assertThat(undeclared).isEqualTo(NO_SECRETS);
    }

    @Test
    void every_secret_rejects_unresolved_reference() {
        List<String> secrets = options().entrySet().stream()
                .filter(entry -> isSecret(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        assertThat(secrets)
                .contains(
                        "bridge http: tokens.token",
                        "bridge tcp: secret",
                        "bridge zmq: secret-key",
                        "component push: signing-keys.key",
                        "layer basic-auth: users.password",
                        "layer wamp: users.ticket",
                        "SessionStore jdbc: password",
                        "SessionToken jwt: secret",
                        "SessionToken rails: secrets");
        options().values().stream().filter(SecretOptionsTest::isSecret).forEach(option -> {
            for (String literal : List.of(
                    "\"${PUSH_TOKEN}\"",
                    "\"${?PUSH_TOKEN}\"",
                    "\"Bearer-${PUSH_TOKEN}-x\"",
                    "\"\"\"${PUSH_TOKEN}\"\"\"",
                    "\"${PUSH_TOKEN:-none}\"",
                    "\"$PUSH_TOKEN\"",
                    "\"$(cat /run/secrets/token)\"",
                    "\"{{ push_token }}\"",
                    "\"%PUSH_TOKEN%\"",
                    "\"\"",
                    "\" \"")) {
                assertThat(problems(option, literal))
                        .as("%s = %s", option, literal)
                        .hasSize(1);
            }
            for (String secret : List.of("\"p$ss{w}ord%1\"", "\"$2y$10$abcdef\"", "0123456789", "\"a b\"")) {
                assertThat(problems(option, secret))
                        .as("%s = %s", option, secret)
                        .isEmpty();
            }
        });
    }

    @Test
    void secret_error_shows_correction_without_secret() {
        Option<?> token = options().get("bridge http: tokens.token");

        assertThat(problems(token, "\"hush-${PUSH_TOKEN}\""))
                .containsExactly("String: 1: token: ${PUSH_TOKEN} in quotes is literal text"
                        + " (expected: ${PUSH_TOKEN} without quotes)");
    }
}
