package dev.sprocket.config.stack;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import dev.sprocket.config.internal.diagram.StackPrinter;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Layer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.Endpoints;
import dev.sprocket.core.io.IoServer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Builder of a stack, from the socket to the application, with instances from Guice. The compiler checks each step:
 *
 * <pre>{@code
 * Stack.io(8080).through(http()).through(ws()).to(Room.class);
 * }</pre>
 * A layer is a {@link Layer} or a class that Guice instantiates; likewise the component at the end. Instances are
 * created once, by {@link #module}.
 *
 * @param <I> type of the component that fits inside the layers so far
 */
@ThreadSafe
public final class Stack<I> {
    private final Consumer<IoServer.Builder> socket;
    private final List<String> names;
    /** Wraps the innermost component in all layers. */
    private final Function<Injector, Layer<MessageComponent<? super Connection, ? super Message>, I>> layers;

    private Stack(
            Consumer<IoServer.Builder> socket,
            List<String> names,
            Function<Injector, Layer<MessageComponent<? super Connection, ? super Message>, I>> layers) {
        this.socket = socket;
        this.names = names;
        this.layers = layers;
    }

    /** Starts a stack on a port of 127.0.0.1; port 0 selects a free port. */
    public static Stack<MessageComponent<? super Connection, ? super Message>> io(int port) {
        return io("io " + IoServer.DEFAULT_HOST + ":" + port, builder -> builder.bind(port));
    }

    /** Starts a stack on an address and port. */
    public static Stack<MessageComponent<? super Connection, ? super Message>> io(String host, int port) {
        return io("io " + host + ":" + port, builder -> builder.bind(host, port));
    }

    /** Starts a stack with configured sockets: several addresses, TLS, the PROXY protocol. */
    public static Stack<MessageComponent<? super Connection, ? super Message>> io(
            String name, Consumer<IoServer.Builder> socket) {
        return new Stack<>(socket, List.of(name), injector -> inner -> inner);
    }

    /** Returns a copy with a decorator, which does not change the type. */
    public Stack<I> with(Layer<? extends I, ? super I> decorator) {
        return step(name(decorator), injector -> inner -> decorator.around(inner));
    }

    /** Returns a copy with a layer. */
    public <J> Stack<J> through(Layer<? extends I, ? super J> layer) {
        return step(name(layer), injector -> inner -> layer.around(inner));
    }

    /** Returns a copy with a layer that Guice instantiates. */
    public <J> Stack<J> through(Class<? extends Layer<? extends I, ? super J>> layer) {
        return step(layer.getSimpleName(), injector -> {
            Layer<? extends I, ? super J> made = injector.getInstance(layer);
            return inner -> made.around(inner);
        });
    }

    private <J> Stack<J> step(String name, Function<Injector, Layer<I, J>> next) {
        List<String> all = new ArrayList<>(names);
        all.add(name);
        return new Stack<>(socket, List.copyOf(all), injector -> {
            Layer<MessageComponent<? super Connection, ? super Message>, I> outer = layers.apply(injector);
            Layer<I, J> inner = next.apply(injector);
            return component -> outer.around(inner.around(component));
        });
    }

    private static String name(Layer<?, ?> layer) {
        String name = layer.getClass().getSimpleName();
        return layer.getClass().isSynthetic() || name.isEmpty() ? "layer" : layer.toString();
    }

    /** Completes the stack with a component. */
    public Assembly to(I component) {
        return assembly(component.getClass().getSimpleName(), injector -> component);
    }

    /** Completes the stack with a component that Guice instantiates. */
    public Assembly to(Class<? extends I> component) {
        return assembly(component.getSimpleName(), injector -> injector.getInstance(component));
    }

    /** Completes the stack with a component of a generic type that Guice instantiates. */
    public Assembly to(TypeLiteral<? extends I> component) {
        return assembly(component.getRawType().getSimpleName(), injector -> injector.getInstance(Key.get(component)));
    }

    private Assembly assembly(String name, Function<Injector, ? extends I> component) {
        List<String> all = new ArrayList<>(names);
        all.add(name);
        return new Assembly(all, injector -> {
            IoServer.Builder builder = IoServer.builder(layers.apply(injector).around(component.apply(injector)));
            socket.accept(builder);
            if (injector.getExistingBinding(Key.get(dev.sprocket.core.io.EventLoops.class)) != null) {
                builder.loops(injector.getInstance(dev.sprocket.core.io.EventLoops.class));
            }
            return builder.build();
        });
    }

    /** Returns a Guice module that binds one {@link Endpoints} with the servers of stacks. */
    public static ServerModule module(Assembly... stacks) {
        return new ServerModule(List.of(stacks), List.of());
    }

    /** Complete stack. */
    @ThreadSafe
    public static final class Assembly {
        private final List<String> names;
        private final Function<Injector, Endpoint> endpoint;

        Assembly(List<String> names, Function<Injector, Endpoint> endpoint) {
            this.names = names;
            this.endpoint = endpoint;
        }

        /** Creates the components and the endpoint, not started yet. */
        public Endpoint create(Injector injector) {
            return endpoint.apply(injector);
        }

        /** Returns a diagram of the stack, outermost layer first. */
        @Override
        public String toString() {
            return StackPrinter.print(names);
        }
    }

    /**
     * Guice module that binds one {@link Endpoints} with the servers of all stacks.
     *
     * <pre>{@code
     * Injector injector = Guice.createInjector(new RoomModule(), Stack.module(stack).and(bridge));
     * injector.getInstance(Endpoints.class).start();
     * }</pre>
     *
     * <p>Not thread-safe; used during assembly only.
     */
    public static final class ServerModule extends PrivateModule {
        private final List<Assembly> stacks;
        private final List<Endpoint> others;

        ServerModule(List<Assembly> stacks, List<Endpoint> others) {
            this.stacks = stacks;
            this.others = others;
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
}
