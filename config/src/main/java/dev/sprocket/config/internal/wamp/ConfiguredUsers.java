package dev.sprocket.config.internal.wamp;

import dev.sprocket.core.SharedSecret;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.wamp.auth.CraSecret;
import dev.sprocket.wamp.auth.CredentialAuthenticator;
import dev.sprocket.wamp.auth.UserCredential;
import dev.sprocket.wamp.server.Realm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Users that may join a realm by WAMP v2. Not thread-safe; used during assembly only. */
final class ConfiguredUsers {
    private static final Option<String> USER = Option.requiredString("user", "User name (authid)");
    private static final Option<String> ROLE =
            Option.string("role", "user", "Role (authrole), which rules and applications check");
    private static final Option<Optional<String>> TICKET = Option.optionalSecret(
            "ticket",
            "Password for the method ticket; sent unencrypted, so use it only behind TLS; prefer"
                    + " secret or public-key");
    private static final Option<Optional<String>> SECRET = Option.optionalSecret(
                    "secret", "Shared secret for WAMP-CRA, never sent")
            .longSecret();
    private static final Option<Optional<String>> PUBLIC_KEY =
            Option.optionalString("public-key", "Ed25519 public key for cryptosign, 64 hexadecimal digits");

    static final Option<List<Settings>> USERS = Option.objects(
            "users",
            List.of(USER, ROLE, TICKET, SECRET, PUBLIC_KEY),
            "Users that may join by WAMP v2, each with a ticket, a secret or a public-key; users"
                    + " authenticated by HTTP may join, too");
    static final Option<Boolean> ANONYMOUS = Option.flag(
            "allow-anonymous",
            false,
            "Let unauthenticated clients join with the role anonymous; always possible while" + " users is empty");

    /** Names of logins in a file, with the names of their methods in HELLO. */
    private static final List<String> ALL_LOGINS = List.of("anonymous", "http", "ticket", "wampcra", "cryptosign");

    static final Option<Optional<List<String>>> LOGINS = Option.optionalStrings(
                    "logins",
                    "Ways to join by this route: anonymous, http (a user whom HTTP has authenticated), ticket, wampcra,"
                            + " cryptosign; default: http and those of users, and anonymous if it is allowed",
                    ConfiguredUsers::login)
            .checked(ConfiguredUsers::oneOrMore);

    private ConfiguredUsers() {}

    private static void oneOrMore(Optional<List<String>> logins) {
        if (logins.filter(List::isEmpty).isPresent()) {
            throw new IllegalArgumentException("none (expected: one or more)");
        }
    }

    private static void login(String name) {
        if (!ALL_LOGINS.contains(name)) {
            throw new IllegalArgumentException(name + " " + ConfigErrors.suggestion(name, ALL_LOGINS));
        }
    }

    /**
     * Returns a realm that authenticates clients by the ways of a route.
     *
     * @throws IllegalArgumentException if the route names a way that the realm does not have
     */
    static Realm applyTo(Realm realm, Settings settings) {
        Optional<List<String>> logins = settings.get(LOGINS);
        List<Settings> users = settings.get(USERS);
        if (users.isEmpty() && logins.isEmpty()) {
            return realm;
        }
        Map<String, CredentialAuthenticator.Method> methods = new LinkedHashMap<>();
        methods.put("http", CredentialAuthenticator.http());
        methods.putAll(credentials(users));
        if (users.isEmpty() || settings.get(ANONYMOUS)) {
            methods.put("anonymous", CredentialAuthenticator.anonymous());
        }
        logins.ifPresent(names -> {
            for (String name : names) {
                if (!methods.containsKey(name)) {
                    throw new IllegalArgumentException("logins: " + name + ", but "
                            + (name.equals("anonymous")
                                    ? "the realm has users (expected: allow-anonymous = on)"
                                    : "no user has such a credential (expected: " + String.join(", ", methods.keySet())
                                            + ")"));
                }
            }
            methods.keySet().retainAll(names);
        });
        return realm.authenticator(CredentialAuthenticator.of(List.copyOf(methods.values())));
    }

    /** Returns the methods for the credentials of users, most secure first. */
    private static Map<String, CredentialAuthenticator.Method> credentials(List<Settings> users) {
        List<UserCredential<SharedSecret>> tickets = new ArrayList<>();
        List<UserCredential<CraSecret>> secrets = new ArrayList<>();
        List<UserCredential<String>> keys = new ArrayList<>();
        for (Settings user : users) {
            int before = tickets.size() + secrets.size() + keys.size();
            String name = user.get(USER);
            String role = user.get(ROLE);
            user.get(TICKET).ifPresent(ticket -> tickets.add(UserCredential.of(name, role, SharedSecret.of(ticket))));
            user.get(SECRET).ifPresent(secret -> secrets.add(UserCredential.of(name, role, CraSecret.of(secret))));
            user.get(PUBLIC_KEY).ifPresent(key -> keys.add(UserCredential.of(name, role, key)));
            if (tickets.size() + secrets.size() + keys.size() == before) {
                throw new IllegalArgumentException(
                        "users: " + name + " has no credential (expected: ticket, secret or public-key)");
            }
        }
        Map<String, CredentialAuthenticator.Method> methods = new LinkedHashMap<>();
        if (!keys.isEmpty()) {
            methods.put("cryptosign", CredentialAuthenticator.cryptosign(keys));
        }
        if (!secrets.isEmpty()) {
            methods.put("wampcra", CredentialAuthenticator.cra(secrets));
        }
        if (!tickets.isEmpty()) {
            methods.put("ticket", CredentialAuthenticator.ticket(tickets));
        }
        return methods;
    }
}
