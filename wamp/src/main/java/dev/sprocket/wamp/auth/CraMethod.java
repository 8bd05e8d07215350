package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.internal.id.SessionId;
import dev.sprocket.wamp.internal.serializer.JsonWriter;
import dev.sprocket.wamp.internal.serializer.ValueTrees;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** WAMP-CRA: the client signs a challenge with a shared secret. */
@ThreadSafe
final class CraMethod implements WampAuthenticator {
    private static final String NAME = "wampcra";

    private final UserCredential.Lookup<CraSecret> lookup;
    /** Credentials imitated by the challenges of unknown users. */
    private final Function<String, UserCredential<CraSecret>> decoys;

    CraMethod(UserCredential.Lookup<CraSecret> lookup, Function<String, UserCredential<CraSecret>> decoys) {
        this.lookup = lookup;
        this.decoys = decoys;
    }

    /** Selects one of the credentials as decoy for an unknown user, always the same. */
    static UserCredential<CraSecret> decoyFor(List<UserCredential<CraSecret>> credentials, String authid) {
        if (credentials.isEmpty()) {
            return UserCredential.of("nobody", "user", CraSecret.of("decoy"));
        }
        int number = ByteBuffer.wrap(credentials.get(0).credential().sign("account " + authid))
                .getInt();
        return credentials.get(Math.floorMod(number, credentials.size()));
    }

    @Override
    public AuthResult authenticate(WampAuthenticator.JoinRequest request) throws Exception {
        String authid = request.authid().orElseThrow();
        return AuthResult.later(lookup.find(authid).thenApply(found -> challenge(request, authid, found)));
    }

    private AuthResult challenge(
            WampAuthenticator.JoinRequest request, String authid, Optional<UserCredential<CraSecret>> found) {
        UserCredential<CraSecret> decoy = decoys.apply(authid);
        CraSecret decoySecret = decoy.credential().decoyFor(authid);
        SessionIdentity user = found.map(UserCredential::user)
                .orElse(SessionIdentity.of(authid, decoy.user().authrole())
                        .authprovider(decoy.user().authprovider()));
        CraSecret secret = found.map(UserCredential::credential).orElse(decoySecret);
        String challenge = challengeText(request, user);
        Map<String, Object> extra = new HashMap<>(secret.saltParameters());
        extra.put("challenge", challenge);
        return AuthResult.challenge(NAME, extra, (signature, responseExtra) -> {
            boolean valid = secret.isSignature(challenge, signature);
            return CredentialAuthenticator.result(
                    NAME, found.filter(credential -> valid).map(UserCredential::user));
        });
    }

    private static String challengeText(WampAuthenticator.JoinRequest request, SessionIdentity user) {
        Map<String, Object> challenge = new LinkedHashMap<>();
        challenge.put("authid", user.authid());
        challenge.put("authrole", user.authrole());
        challenge.put("authmethod", NAME);
        challenge.put("authprovider", user.authprovider());
        challenge.put("nonce", SessionId.next());
        challenge.put("timestamp", Instant.now());
        challenge.put("session", request.sessionId());
        JsonWriter json = new JsonWriter();
        ValueTrees.write(json, challenge);
        return new String(json.bytes(), StandardCharsets.UTF_8);
    }
}
