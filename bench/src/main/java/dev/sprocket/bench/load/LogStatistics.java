package dev.sprocket.bench.load;

import dev.sprocket.bench.client.Client;
import dev.sprocket.bench.client.ClientFrames;
import dev.sprocket.bench.client.ClientGroup;
import dev.sprocket.bench.client.Load;
import dev.sprocket.bench.peer.MeasuredLog;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Connection that asks the server for statistics of its log. Confined to the event loop of its {@link Load}. */
final class LogStatistics extends ClientGroup {
    /**
     * Statistics since the previous call; NaN from a server without them.
     *
     * @param reads number of reads of the log
     * @param pending most bytes that waited for one connection
     * @param bytes size of the log
     */
    record Statistics(double reads, double pending, double bytes) {}

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private @Nullable String answer;

    LogStatistics(Load load) {
        super(load, load.target().protocol(), 1);
    }

    Statistics call() throws InterruptedException {
        load.runOnLoop(() -> {
            answer = null;
            Client client = clients.get(0);
            client.send(ClientFrames.text("[48," + client.nextRequest() + ",{},\"" + MeasuredLog.STATISTICS + "\"]"));
        });
        if (!load.await(TIMEOUT, () -> answer != null)) {
            throw new IllegalStateException("no answer of " + MeasuredLog.STATISTICS);
        }
        String text = load.callOnLoop(() -> String.valueOf(answer));
        if (!text.startsWith("[50,")) {
            return new Statistics(Double.NaN, Double.NaN, Double.NaN);
        }
        String[] numbers = text.split("\"")[1].split(" ");
        return new Statistics(
                Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]), Double.parseDouble(numbers[2]));
    }

    @Override
    public void message(Client client, ByteBuf in, int start, int length) {
        answer = in.toString(start, length, StandardCharsets.UTF_8);
    }
}
