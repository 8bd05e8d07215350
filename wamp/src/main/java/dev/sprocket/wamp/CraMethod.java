package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** WAMP-CRA: the client signs a challenge with a secret. */
@ThreadSafe
final class CraMethod implements WampAuthenticator {
    private static final String NAME = "wampcra";

    private final UserCredential.Lookup<CraSecret> lookup;
    /** What accounts would look like that are not there. */
    private final Function<String, UserCredential<CraSecret>> decoys;

    CraMethod(UserCredential.Lookup<CraSecret> lookup, Function<String, UserCredential<CraSecret>> decoys) {
        this.lookup = lookup;
        this.decoys = decoys;
    }

    /** One of some accounts, for one authid always the same. */
    static UserCredential<CraSecret> decoyFor(List<UserCredential<CraSecret>> accounts, String authid) {
        if (accounts.isEmpty()) {
            return UserCredential.of("nobody", "user", CraSecret.of("nobody's"));
        }
        int number = ByteBuffer.wrap(accounts.get(0).credential().sign("account " + authid))
                .getInt();
        return accounts.get(Math.floorMod(number, accounts.size()));
    }

    @Override
    public AuthResult authenticate(JoinRequest joining) throws Exception {
        String authid = joining.authid().orElseThrow();
        return AuthResult.later(lookup.find(authid).thenApply(found -> challenge(joining, authid, found)));
    }

    private AuthResult challenge(JoinRequest joining, String authid, Optional<UserCredential<CraSecret>> found) {
        UserCredential<CraSecret> decoy = decoys.apply(authid);
        CraSecret decoyKey = decoy.credential().decoyFor(authid);
        WampUser principal = found.map(UserCredential::user)
                .orElse(new WampUser(
                        authid, decoy.user().authrole(), decoy.user().authprovider(), Map.of()));
        CraSecret key = found.map(UserCredential::credential).orElse(decoyKey);
        String challenge = challengeText(joining, principal);
        Map<String, Object> extra = new HashMap<>(key.saltParameters());
        extra.put("challenge", challenge);
        return AuthResult.challenge(NAME, extra, (signature, more) -> {
            boolean good = key.isSignature(challenge, signature);
            return CredentialAuthenticator.result(
                    NAME, found.filter(account -> good).map(UserCredential::user));
        });
    }

    private static String challengeText(JoinRequest joining, WampUser principal) {
        Map<String, Object> challenge = new LinkedHashMap<>();
        challenge.put("authid", principal.authid());
        challenge.put("authrole", principal.authrole());
        challenge.put("authmethod", NAME);
        challenge.put("authprovider", principal.authprovider());
        challenge.put("nonce", SessionId.next());
        challenge.put("timestamp", MetaEvents.timestamp(Instant.now()));
        challenge.put("session", joining.sessionId());
        JsonWriter json = new JsonWriter();
        ValueTrees.write(json, challenge);
        return new String(json.bytes(), StandardCharsets.UTF_8);
    }
}
