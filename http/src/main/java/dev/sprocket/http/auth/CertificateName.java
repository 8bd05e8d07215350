package dev.sprocket.http.auth;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Part of a client certificate that is the id of its user. */
public enum CertificateName {
    /** The common name (CN) of the subject. */
    COMMON_NAME(0),
    /** The first e-mail address of the subject alternative names (RFC 5280 4.2.1.6). */
    EMAIL(1),
    /** The first DNS name of the subject alternative names, in lower case. */
    DNS(2),
    /** The first URI of the subject alternative names, such as a SPIFFE id. */
    URI(6);

    /** Type of the general name; 0 for the subject. */
    private final int type;

    CertificateName(int type) {
        this.type = type;
    }

    /** Returns the name in a certificate; empty if it has none. */
    public Optional<String> of(X509Certificate certificate) {
        return this == COMMON_NAME
                ? subject(certificate, "CN").stream().findFirst()
                : alternative(certificate).map(name -> this == DNS ? name.toLowerCase(Locale.ROOT) : name);
    }

    /** Returns the organizational units (OU) of the subject, such as the roles of a user. */
    public static List<String> organizationalUnits(X509Certificate certificate) {
        return subject(certificate, "OU");
    }

    private Optional<String> alternative(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Optional.empty()
                    : names.stream()
                            .filter(name -> name.get(0).equals(type))
                            .map(name -> String.valueOf(name.get(1)))
                            .filter(name -> !name.isEmpty())
                            .findFirst();
        } catch (CertificateParsingException malformed) {
            return Optional.empty();
        }
    }

    /** Returns the values of an attribute of the subject, the most specific first. */
    private static List<String> subject(X509Certificate certificate, String attribute) {
        try {
            List<Rdn> names = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            List<String> values = new ArrayList<>();
            for (int i = names.size() - 1; i >= 0; i--) {
                if (names.get(i).getType().equalsIgnoreCase(attribute)
                        && names.get(i).getValue() instanceof String value
                        && !value.isEmpty()) {
                    values.add(value);
                }
            }
            return values;
        } catch (InvalidNameException malformed) {
            return List.of();
        }
    }
}
