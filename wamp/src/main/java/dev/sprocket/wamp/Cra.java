package dev.sprocket.wamp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** WAMP-CRA: the client signs a challenge with a secret. Threads: any; it does not change. */
final class Cra implements WampAuthenticator {
    private static final String NAME = "wampcra";

    private final Account.Lookup<CraKey> lookup;
    /** What accounts would look like that are not there. */
    private final Function<String, Account<CraKey>> decoys;

    Cra(Account.Lookup<CraKey> lookup, Function<String, Account<CraKey>> decoys) {
        this.lookup = lookup;
        this.decoys = decoys;
    }

    /** One of some accounts, for one authid always the same. */
    static Account<CraKey> resembling(List<Account<CraKey>> accounts, String authid) {
        if (accounts.isEmpty()) {
            return Account.of("nobody", "user", CraKey.of("nobody's"));
        }
        int number = ByteBuffer.wrap(accounts.get(0).proof().sign("account " + authid))
                .getInt();
        return accounts.get(Math.floorMod(number, accounts.size()));
    }

    @Override
    public AuthStep begin(Joining joining) throws Exception {
        String authid = joining.authid().orElseThrow();
        return AuthStep.later(lookup.find(authid).thenApply(found -> ask(joining, authid, found)));
    }

    private AuthStep ask(Joining joining, String authid, Optional<Account<CraKey>> found) {
        Account<CraKey> decoy = decoys.apply(authid);
        CraKey decoyKey = decoy.proof().resembling(authid);
        Principal principal = found.map(Account::principal)
                .orElse(new Principal(
                        authid, decoy.principal().authrole(), decoy.principal().authprovider(), Map.of()));
        CraKey key = found.map(Account::proof).orElse(decoyKey);
        String challenge = challenge(joining, principal);
        Map<String, Object> extra = new HashMap<>(key.salted());
        extra.put("challenge", challenge);
        return AuthStep.ask(NAME, extra, (signature, more) -> {
            boolean good = key.isSignature(challenge, signature);
            return Authentication.outcome(NAME, found.filter(account -> good).map(Account::principal));
        });
    }

    private static String challenge(Joining joining, Principal principal) {
        Map<String, Object> challenge = new LinkedHashMap<>();
        challenge.put("authid", principal.authid());
        challenge.put("authrole", principal.authrole());
        challenge.put("authmethod", NAME);
        challenge.put("authprovider", principal.authprovider());
        challenge.put("nonce", SessionId.next());
        challenge.put("timestamp", MetaEvents.time(Instant.now()));
        challenge.put("session", joining.sessionId());
        JsonText json = new JsonText();
        Values.write(json, challenge);
        return new String(json.bytes(), StandardCharsets.UTF_8);
    }
}
