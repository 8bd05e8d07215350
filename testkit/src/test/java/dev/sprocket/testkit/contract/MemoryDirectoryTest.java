package dev.sprocket.testkit.contract;

import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.spi.Engine;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MemoryDirectoryTest extends DirectoryContract {
    private final MemoryHub hub = new MemoryHub();

    @Override
    protected Engine newEngine() {
        return hub.engine();
    }

    @Override
    protected void endLease(String name) {
        hub.endLease(name);
    }
}
