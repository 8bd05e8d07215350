package dev.sprocket.cluster.spi;

/** Another running node holds the lease of a name. */
public final class NameInUseException extends Exception {
    private static final long serialVersionUID = 1;

    /** Creates an exception that names the node. */
    public NameInUseException(String message) {
        super(message);
    }
}
