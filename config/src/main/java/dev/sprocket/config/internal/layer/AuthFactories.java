package dev.sprocket.config.internal.layer;

import dev.sprocket.core.Component;
import dev.sprocket.core.User;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.http.auth.CertificateName;
import dev.sprocket.http.auth.RenewalEndpoint;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Factories of client certificates and of the renewal of credentials. */
final class AuthFactories {
    private static final Option<CertificateName> NAME = Option.choice(
            "name",
            CertificateName.COMMON_NAME,
            "Part of the certificate that is the user name: the CN of the subject, or the first alternative name of a"
                    + " kind; a certificate without it gets 403");
    private static final Option<List<String>> ROLES =
            Option.strings("roles", List.of(), "Roles of every user with a certificate");
    private static final Option<Boolean> UNIT_ROLES =
            Option.flag("unit-roles", false, "Add the organizational units (OU) of the subject to the roles");

    private AuthFactories() {}

    static LayerFactory certificates() {
        return Factory.named("certificate-auth", "Authenticates users by the client certificate of TLS")
                .requires(HttpPlugin.HTTP)
                .guards()
                .options(NAME, ROLES, UNIT_ROLES)
                .layer(AuthFactories::certificates);
    }

    private static Component<?> certificates(Component<?> inner, Settings settings) {
        CertificateName name = settings.get(NAME);
        List<String> roles = settings.get(ROLES);
        boolean units = settings.get(UNIT_ROLES);
        return Authenticator.certificate(
                certificate -> name.of(certificate).map(User::named).map(user -> {
                    Set<String> all = new TreeSet<>(roles);
                    if (units) {
                        all.addAll(CertificateName.organizationalUnits(certificate));
                    }
                    return user.roles(all);
                }),
                LayerFactory.messages(inner));
    }

    static ComponentFactory renewal() {
        return Factory.named("auth-renewal", "Renews the login of open connections: POST PATH/ID with a new credential")
                .requires(HttpPlugin.HTTP)
                .subpaths("/{connection}")
                .methods("POST")
                .component(settings -> new RenewalEndpoint());
    }
}
