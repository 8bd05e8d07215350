package dev.sprocket.cluster.internal.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import dev.sprocket.cluster.spi.Engine;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SubscriptionsTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Engine engine = mock(Engine.class);
    private final CompletableFuture<Void> confirmed = new CompletableFuture<>();
    private final Subscriptions subscriptions = new Subscriptions(engine, tasks::add);

    SubscriptionsTest() {
        when(engine.subscribe(any())).thenReturn(confirmed);
        when(engine.unsubscribe(any())).thenReturn(CompletableFuture.completedFuture(null));
    }

    private void runTasks() {
        for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
            next.run();
        }
    }

    private static List<String> topics(String... topics) {
        return argThat(given -> List.copyOf(given).equals(List.of(topics)));
    }

    @Test
    void topics_of_one_turn_go_together() {
        var one = subscriptions.acquire("one").toCompletableFuture();
        var two = subscriptions.acquire("two").toCompletableFuture();
        var again = subscriptions.acquire("one").toCompletableFuture();
        runTasks();
        verify(engine).subscribe(topics("one", "two"));
        assertThat(List.of(one, two, again)).noneMatch(CompletableFuture::isDone);
        confirmed.complete(null);
        runTasks();
        assertThat(List.of(one, two, again)).allMatch(CompletableFuture::isDone);
        subscriptions.release("one");
        runTasks();
        verify(engine, never()).unsubscribe(any());
        subscriptions.release("one");
        runTasks();
        verify(engine).unsubscribe(topics("one"));
        assertThat(subscriptions.size()).isEqualTo(1);
    }

    @Test
    void topic_released_in_its_turn_is_not_subscribed() {
        var acquired = subscriptions.acquire("one").toCompletableFuture();
        subscriptions.release("one");
        runTasks();
        verify(engine).unsubscribe(topics("one"));
        verifyNoMoreInteractions(engine);
        assertThat(acquired).isCancelled();
    }

    @Test
    void topic_acquired_again_in_its_turn_stays() {
        var first = subscriptions.acquire("one");
        confirmed.complete(null);
        runTasks();
        assertThat(first.toCompletableFuture()).isDone();
        subscriptions.release("one");
        var second = subscriptions.acquire("one").toCompletableFuture();
        runTasks();
        assertThat(second).isDone();
        verify(engine, never()).unsubscribe(any());
    }
}
