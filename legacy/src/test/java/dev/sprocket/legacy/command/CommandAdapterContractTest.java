package dev.sprocket.legacy.command;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.testkit.Recorder;
import dev.sprocket.testkit.contract.ComponentContract;

/** Command component around another component. */
class CommandAdapterContractTest extends ComponentContract<Connection> {
    @Override
    protected MessageComponent<? super Connection, Message> decorate(
            MessageComponent<? super Connection, Message> inner) {
        return new CommandAdapter<Connection, Message>(new CommandComponent<Connection, Message>() {
            @Override
            public Command onOpen(Connection conn) throws Exception {
                inner.onOpen(conn);
                return Command.NONE;
            }

            @Override
            public Command onMessage(Connection from, Message message) throws Exception {
                // inside the command, so that the command fails
                return new Command.Run(() -> {
                    inner.onMessage(from, message);
                    return Command.NONE;
                });
            }

            @Override
            public Command onError(Connection conn, Throwable cause) throws Exception {
                inner.onError(conn, cause);
                return Command.NONE;
            }

            @Override
            public Command onClose(Connection conn) throws Exception {
                inner.onClose(conn);
                return Command.NONE;
            }
        });
    }

    @Override
    protected MessageComponent<? super Connection, ? super Message> stack(
            MessageComponent<? super Connection, Message> decorator) {
        return decorator;
    }

    @Override
    protected MessageComponent<? super Connection, ? super Message> application(Recorder application) {
        return application;
    }
}
