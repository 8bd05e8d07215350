package dev.sprocket.wamp.internal.meta;

import dev.sprocket.pubsub.access.Action;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.dealer.Dealer;
import dev.sprocket.wamp.internal.dealer.Registration;
import dev.sprocket.wamp.internal.session.SessionAccess;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Procedures below {@code wamp.registration.}. */
public final class RegistrationProcedures {
    private final Dealer dealer;
    private final SessionAccess accessControl;

    /** Creates the procedures for the registrations of a dealer. */
    public RegistrationProcedures(Dealer dealer, SessionAccess accessControl) {
        this.dealer = dealer;
        this.accessControl = accessControl;
    }

    void addTo(Map<String, MetaProcedure> procedures) {
        procedures.put("wamp.registration.list", this::list);
        procedures.put("wamp.registration.lookup", call -> id(call, dealer.find(call.match(), call.text())));
        procedures.put("wamp.registration.match", call -> id(call, dealer.bestMatch(call.text())));
        procedures.put("wamp.registration.get", call -> MetaEvents.details(registration(call)));
        procedures.put("wamp.registration.list_callees", this::listCallees);
        procedures.put(
                "wamp.registration.count_callees",
                call -> registration(call).members().size());
    }

    private Object list(MetaCall call) {
        MetaPage.Ids page = call.page().of(dealer.byId(), entry -> isVisible(call, entry));
        return PagedResult.byMatch(page, id -> {
            Registration found = dealer.find(id);
            return found == null ? null : found.match;
        });
    }

    private Object listCallees(MetaCall call) {
        NavigableMap<Long, Registration.Member> callees = new TreeMap<>();
        registration(call)
                .members()
                .forEach(member -> callees.put(member.callee().id(), member));
        // all of them were scanned, whatever the page contains
        call.rate().charge(callees.size());
        return PagedResult.of(call.page().of(callees, member -> true));
    }

    private @Nullable Long id(MetaCall call, Optional<Registration> found) {
        return found.filter(entry -> isVisible(call, entry))
                .map(entry -> entry.id)
                .orElse(null);
    }

    private Registration registration(MetaCall call) {
        return Optional.ofNullable(dealer.find(call.id()))
                .filter(entry -> isVisible(call, entry))
                .orElseThrow(() -> new CallException("wamp.error.no_such_registration", "no such registration"));
    }

    private boolean isVisible(MetaCall call, Registration entry) {
        return accessControl.isVisible(call.caller(), Action.CALL, entry.uri, entry.match);
    }
}
