package dev.sprocket.config.internal.wamp;

import dev.sprocket.core.SharedSecret;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.wamp.auth.CraSecret;
import dev.sprocket.wamp.auth.CredentialAuthenticator;
import dev.sprocket.wamp.auth.UserCredential;
import dev.sprocket.wamp.server.Realm;
import java.util.ArrayList;
import java.util.List;
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

    /** Values of the key {@code v1}. */
    enum V1 {
        ON,
        OFF
    }

    static final Option<Optional<V1>> V1_CLIENTS = Option.optionalChoice(
            "v1",
            V1.class,
            "WAMP v1 in addition to v2: on accepts its clients (an error if users is set and"
                    + " allow-anonymous is off), off rejects them; default: on, but only for users"
                    + " authenticated by HTTP if users is set and allow-anonymous is off");

    private ConfiguredUsers() {}

    /**
     * Reports whether clients of WAMP v1 are accepted.
     *
     * @throws IllegalArgumentException if v1 is on, but its clients cannot be authenticated
     */
    static boolean allowsV1(Settings settings) {
        Optional<V1> v1 = settings.get(V1_CLIENTS);
        if (v1.filter(one -> one == V1.ON).isPresent() && !settings.get(USERS).isEmpty() && !settings.get(ANONYMOUS)) {
            throw new IllegalArgumentException("v1 = on with users, but WAMP v1 has no authentication (expected: "
                    + "no key v1, which still accepts users authenticated by HTTP; v1 = off; or allow-anonymous = on)");
        }
        return v1.filter(one -> one == V1.OFF).isEmpty();
    }

    static Realm applyTo(Realm realm, Settings settings) {
        List<Settings> users = settings.get(USERS);
        if (users.isEmpty()) {
            return realm;
        }
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
        List<CredentialAuthenticator.Method> methods = new ArrayList<>(List.of(CredentialAuthenticator.http()));
        if (!keys.isEmpty()) {
            methods.add(CredentialAuthenticator.cryptosign(keys));
        }
        if (!secrets.isEmpty()) {
            methods.add(CredentialAuthenticator.cra(secrets));
        }
        if (!tickets.isEmpty()) {
            methods.add(CredentialAuthenticator.ticket(tickets));
        }
        if (settings.get(ANONYMOUS)) {
            methods.add(CredentialAuthenticator.anonymous());
        }
        return realm.authenticator(CredentialAuthenticator.of(methods));
    }
}
