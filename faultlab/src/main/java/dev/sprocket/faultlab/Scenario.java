package dev.sprocket.faultlab;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.faultlab.host.Network.Ability;
import java.util.Set;

/**
 * A named fault, or a sequence of them.
 *
 * @param needs what the network must be able to do; one of them is enough
 * @param action actions while the clients work
 */
@Immutable
@SuppressWarnings("Immutable") // a function without state
record Scenario(String name, Set<Ability> needs, Setup setup, Action action) {
    /** Actions while the clients work. */
    interface Action {
        void run(Lab lab) throws Exception;
    }
}
