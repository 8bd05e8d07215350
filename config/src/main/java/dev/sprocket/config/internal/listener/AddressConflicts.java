package dev.sprocket.config.internal.listener;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.config.internal.schema.ConfiguredAddress;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Settings;
import java.util.ArrayList;
import java.util.List;

/** Finds listeners and bridges with conflicting addresses. Not thread-safe. */
public final class AddressConflicts {
    private record Binding(String owner, ConfiguredAddress address, ConfigOrigin origin) {}

    private final ConfigErrors problems;
    private final List<Binding> bindings = new ArrayList<>();

    public AddressConflicts(ConfigErrors problems) {
        this.problems = problems;
    }

    public void add(ConfiguredListener listener) {
        if (listener.hasValidAddresses()) {
            listener.parsedAddresses()
                    .forEach(address -> add("listener " + listener.name(), address, listener.addressOrigin()));
        }
    }

    public void add(String name, BridgeFactory factory, Settings settings) {
        if (!settings.isValid()) {
            return;
        }
        for (String address : factory.addresses(settings)) {
            try {
                add(name, ConfiguredAddress.parse(address), settings.origin());
            } catch (IllegalArgumentException e) {
                problems.add(settings.origin(), name + ": address: " + e.getMessage());
            }
        }
    }

    private void add(String owner, ConfiguredAddress address, ConfigOrigin origin) {
        for (Binding other : bindings) {
            if (address.conflictsWith(other.address)) {
                problems.add(
                        origin,
                        owner + ": " + address + " is already used by " + other.owner
                                + (address.equals(other.address) ? "" : " with " + other.address)
                                + " (expected: another " + (address.unix() == null ? "port" : "path") + ")");
                return;
            }
        }
        bindings.add(new Binding(owner, address, origin));
    }

    /** Reports whether another listener has {@code 0.0.0.0} on the port of this one's {@code ::}. */
    public boolean sharesPortWithIpv4(ConfiguredListener listener) {
        return listener.parsedAddresses().stream()
                .anyMatch(any -> bindings.stream().anyMatch(other -> other.address.isIpv4PartOf(any)));
    }
}
