package dev.sprocket.core.tls;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Server certificate that can be replaced.
 *
 * <p>A handshake first asks for an alias, then for its certificate and its key. Aliases therefore contain the number of
 * the certificate, and the previous certificate remains for handshakes that have begun.
 */
@ThreadSafe
final class ReloadableCertificate extends X509ExtendedKeyManager {
    private record Certificate(long number, X509ExtendedKeyManager keys, @Nullable Certificate former) {
        String alias(String inner) {
            return number + ":" + inner;
        }
    }

    private volatile Certificate current;

    ReloadableCertificate(TlsKeyPair credentials) throws IOException {
        this.current = new Certificate(0, keyManager(credentials), null);
    }

    synchronized void replace(TlsKeyPair credentials) throws IOException {
        Certificate former = current;
        current = new Certificate(
                former.number + 1, keyManager(credentials), new Certificate(former.number, former.keys, null));
    }

    private static X509ExtendedKeyManager keyManager(TlsKeyPair credentials) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] password = {};
            store.setKeyEntry(
                    "server", credentials.key(), password, credentials.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            for (KeyManager manager : factory.getKeyManagers()) {
                if (manager instanceof X509ExtendedKeyManager found) {
                    return found;
                }
            }
            throw new IOException("no X509ExtendedKeyManager by " + factory.getProvider());
        } catch (GeneralSecurityException e) {
            throw new IOException("key cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Certificate now = current;
        String inner = now.keys.chooseEngineServerAlias(keyType, issuers, engine);
        return inner == null ? null : now.alias(inner);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Certificate owner = owner(alias);
        return owner == null ? null : owner.keys.getCertificateChain(inner(alias));
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Certificate owner = owner(alias);
        return owner == null ? null : owner.keys.getPrivateKey(inner(alias));
    }

    private @Nullable Certificate owner(String alias) {
        long number = Long.parseLong(alias.substring(0, alias.indexOf(':')));
        Certificate now = current;
        if (now.number == number) {
            return now;
        }
        return now.former != null && now.former.number == number ? now.former : null;
    }

    private static String inner(String alias) {
        return alias.substring(alias.indexOf(':') + 1);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
