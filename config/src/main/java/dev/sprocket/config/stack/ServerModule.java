package dev.sprocket.config.stack;

import com.google.inject.Injector;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.Endpoints;
import java.util.ArrayList;
import java.util.List;

/**
 * Guice module that binds one {@link Endpoints} with the servers of all stacks.
 *
 * <pre>{@code
 * Injector injector = Guice.createInjector(new RoomModule(), ServerModule.of(stack).and(bridge));
 * injector.getInstance(Endpoints.class).start();
 * }</pre>
 *
 * <p>Not thread-safe; used during assembly only.
 */
public final class ServerModule extends PrivateModule {
    private final List<Stack.Assembly> stacks;
    private final List<Endpoint> others;

    private ServerModule(List<Stack.Assembly> stacks, List<Endpoint> others) {
        this.stacks = stacks;
        this.others = others;
    }

    /** Returns a module for stacks. */
    public static ServerModule of(Stack.Assembly... stacks) {
        return new ServerModule(List.of(stacks), List.of());
    }

    /** Returns a copy with endpoints, such as bridges, that start and close before the stacks. */
    public ServerModule and(Endpoint... endpoints) {
        List<Endpoint> all = new ArrayList<>(others);
        all.addAll(List.of(endpoints));
        return new ServerModule(stacks, List.copyOf(all));
    }

    @Override
    protected void configure() {
        expose(Endpoints.class);
    }

    @Provides
    @Singleton
    Endpoints endpoints(Injector injector) {
        List<Endpoint> all = new ArrayList<>(others);
        stacks.forEach(stack -> all.add(stack.create(injector)));
        return new Endpoints(all, others);
    }
}
