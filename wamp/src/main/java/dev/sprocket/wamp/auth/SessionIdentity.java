package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.wamp.internal.id.SessionId;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Identity under which a WAMP session joins its realm.
 *
 * <pre>{@code
 * SessionIdentity.of("peter", "editor").authprovider("userdb");
 * }</pre>
 */
@ThreadSafe
public final class SessionIdentity {
    /** Role of unauthenticated users. */
    public static final String ANONYMOUS = "anonymous";

    private static final AttributeKey<SessionIdentity> KEY =
            AttributeKey.of("identity", "did it join a realm by WAMP v2?");

    private final String authid;
    private final String authrole;
    private final String authmethod;
    private final String authprovider;
    private final Account account;

    /**
     * Rare parts of an identity.
     *
     * @param authextra details for the client
     * @param user the user; null for one with the authid and the authrole only
     * @param verifier verifier of further credentials, or null
     */
    private record Account(
            Map<String, Object> authextra, @Nullable User user, Authentication.@Nullable Verifier verifier) {
        static final Account PLAIN = new Account(Map.of(), null, null);
    }

    private SessionIdentity(String authid, String authrole, String authmethod, String authprovider, Account account) {
        this.authid = authid;
        this.authrole = authrole;
        this.authmethod = authmethod;
        this.authprovider = authprovider;
        this.account = account;
    }

    /**
     * Creates the identity of a user.
     *
     * <p>Its method is {@code custom} and its provider {@code static}; {@link CredentialAuthenticator} sets the method.
     *
     * @param authid name of the user
     * @param authrole role of the user
     */
    public static SessionIdentity of(String authid, String authrole) {
        return new SessionIdentity(authid, authrole, "custom", "static", Account.PLAIN);
    }

    /**
     * Creates the identity of a user with roles, claims and an end.
     *
     * <p>The authrole is the first of the user's roles in alphabetical order, or {@code user}; access rules see all
     * roles. The session is closed when the user expires.
     */
    public static SessionIdentity of(User user) {
        String role = new TreeSet<>(user.roles()).stream().findFirst().orElse("user");
        return new SessionIdentity(user.id(), role, "custom", "static", new Account(Map.of(), user, null));
    }

    /** Creates an anonymous identity. */
    public static SessionIdentity anonymous() {
        return anonymous(ANONYMOUS);
    }

    /** Creates an anonymous identity with a given role. */
    static SessionIdentity anonymous(String role) {
        return of(SessionId.next(), role).authmethod("anonymous");
    }

    /** Creates the identity of a user authenticated in the HTTP handshake. */
    static SessionIdentity ofHttp(User user) {
        return of(user).authmethod("http").authprovider("http");
    }

    /** Returns a copy whose user can be renewed by further credentials. */
    SessionIdentity verifier(Authentication.Verifier other) {
        return new SessionIdentity(
                authid, authrole, authmethod, authprovider, new Account(account.authextra, account.user, other));
    }

    /** Returns the user, with the authrole among its roles. */
    public User user() {
        User known = account.user;
        return known == null ? User.named(authid).roles(authrole) : known;
    }

    /** Returns the name of the user. */
    public String authid() {
        return authid;
    }

    /** Returns the role of the user. */
    public String authrole() {
        return authrole;
    }

    /** Returns the method of authentication, such as {@code anonymous} or {@code ticket}. */
    public String authmethod() {
        return authmethod;
    }

    /** Returns a copy with another method of authentication. */
    public SessionIdentity authmethod(String method) {
        return new SessionIdentity(authid, authrole, method, authprovider, account);
    }

    /** Returns the source of the user, such as {@code static} or {@code userdb}. */
    public String authprovider() {
        return authprovider;
    }

    /** Returns a copy with another source of the user. */
    public SessionIdentity authprovider(String provider) {
        return new SessionIdentity(authid, authrole, authmethod, provider, account);
    }

    /** Returns further details for the client, sent in WELCOME. */
    public Map<String, Object> authextra() {
        return account.authextra;
    }

    /** Returns a copy with other details for the client. */
    public SessionIdentity authextra(Map<String, ?> details) {
        return new SessionIdentity(
                authid,
                authrole,
                authmethod,
                authprovider,
                new Account(Map.copyOf(details), account.user, account.verifier));
    }

    /** Returns the identity of a connection; empty for WAMP v1, and before WELCOME. */
    public static Optional<SessionIdentity> find(Connection conn) {
        return KEY.find(conn);
    }

    /** Sets this identity as attribute of the connection, and its {@code User} if WAMP authenticated it. */
    public void attachTo(Connection conn) {
        KEY.set(conn, this);
        if (!authmethod.equals("anonymous") && !authmethod.equals("http")) {
            Authentication authentication = Authentication.beginSession(conn, user());
            if (account.verifier != null) {
                authentication.verifier(account.verifier);
            }
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionIdentity that
                && authid.equals(that.authid)
                && authrole.equals(that.authrole)
                && authmethod.equals(that.authmethod)
                && authprovider.equals(that.authprovider)
                && account.authextra.equals(that.account.authextra)
                && user().equals(that.user());
    }

    @Override
    public int hashCode() {
        return Objects.hash(authid, authrole, authmethod, authprovider, account.authextra);
    }

    @Override
    public String toString() {
        return authid + " (" + authrole + ")";
    }
}
