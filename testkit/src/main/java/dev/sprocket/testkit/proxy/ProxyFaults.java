package dev.sprocket.testkit.proxy;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.testkit.proxy.FaultProxy.Direction;

/** Faults of a proxy at one time. */
@Immutable
record ProxyFaults(boolean isCut, boolean toServer, boolean toClient, long delay, int throttle, double loss) {
    static final ProxyFaults NONE = new ProxyFaults(false, false, false, 0, Integer.MAX_VALUE, 0);

    boolean isStalled(Direction direction) {
        return direction == Direction.TO_SERVER ? toServer : toClient;
    }

    ProxyFaults cut(boolean all) {
        return new ProxyFaults(all, toServer, toClient, delay, throttle, loss);
    }

    ProxyFaults stall(Direction direction) {
        return new ProxyFaults(
                isCut,
                toServer || direction == Direction.TO_SERVER,
                toClient || direction == Direction.TO_CLIENT,
                delay,
                throttle,
                loss);
    }

    ProxyFaults delay(long millis) {
        return new ProxyFaults(isCut, toServer, toClient, millis, throttle, loss);
    }

    ProxyFaults throttle(int bytesPerSecond) {
        return new ProxyFaults(isCut, toServer, toClient, delay, bytesPerSecond, loss);
    }

    ProxyFaults loss(double probability) {
        return new ProxyFaults(isCut, toServer, toClient, delay, throttle, probability);
    }
}
