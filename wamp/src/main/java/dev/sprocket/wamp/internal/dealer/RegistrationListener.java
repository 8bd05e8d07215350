package dev.sprocket.wamp.internal.dealer;

/** Notified of registrations by the {@link Dealer}, under its lock. */
public interface RegistrationListener {
    /** Called when the first callee has registered a procedure. */
    void created(Callee callee, Registration registration);

    /** Called when a callee has registered a procedure. */
    void registered(Callee callee, Registration registration);

    /** Called when a callee has ended its registration. */
    void unregistered(Callee callee, Registration registration);

    /** Called when the last callee has ended its registration. */
    void deleted(Callee callee, Registration registration);
}
