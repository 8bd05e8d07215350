package dev.sprocket.app;

import com.typesafe.config.ConfigOrigin;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.ConfigErrors;
import dev.sprocket.plugin.Settings;
import java.util.ArrayList;
import java.util.List;

/** Finds listeners and bridges of a configuration that want the same address. Not thread-safe. */
final class AddressConflicts {
    private record Taken(String by, ConfiguredAddress address, ConfigOrigin at) {}

    private final ConfigErrors problems;
    private final List<Taken> taken = new ArrayList<>();

    AddressConflicts(ConfigErrors problems) {
        this.problems = problems;
    }

    void add(ConfiguredListener listener) {
        if (listener.hasSoundAddresses()) {
            listener.parsed().forEach(address -> add("listener " + listener.name(), address, listener.addressOrigin()));
        }
    }

    void add(String name, BridgeFactory factory, Settings settings) {
        if (!settings.isSound()) {
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

    private void add(String by, ConfiguredAddress address, ConfigOrigin at) {
        for (Taken other : taken) {
            if (address.collidesWith(other.address)) {
                problems.add(
                        at,
                        by + ": " + address + " is taken by " + other.by
                                + (address.equals(other.address) ? "" : " with " + other.address)
                                + " (expected: another " + (address.unix() == null ? "port" : "path") + ")");
                return;
            }
        }
        taken.add(new Taken(by, address, at));
    }

    /** Whether somebody else has IPv4 on the port of this one's {@code ::}. */
    boolean leavesIpv4(ConfiguredListener listener) {
        return listener.parsed().stream()
                .anyMatch(any -> taken.stream().anyMatch(other -> other.address.isIpv4PartOf(any)));
    }
}
