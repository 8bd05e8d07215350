package dev.sprocket.checks.access;

/** Value of an action in a rule of the access matrix. */
enum Grant {
    ANYONE("anyone"),
    AUTHENTICATED("authenticated"),
    NOBODY("nobody"),
    SELF("self"),
    STAFF("role staff"),
    BACKEND("backend"),
    LIST("[role staff, backend]"),
    /** No rule: the defaults of the file. */
    DEFAULT("");

    final String value;

    Grant(String value) {
        this.value = value;
    }

    /** Returns the word of names and patterns. */
    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Reports whether a peer is granted the action for the name of {@link Who#USER}. */
    boolean includes(Who who, Grant byDefault) {
        return switch (this) {
            case ANYONE -> true;
            case AUTHENTICATED -> who.isAuthenticated();
            case NOBODY -> false;
            case SELF -> who == Who.USER;
            case STAFF -> who == Who.ROLE;
            case BACKEND -> who.isBackend();
            case LIST -> who == Who.ROLE || who.isBackend();
            case DEFAULT -> byDefault.includes(who, NOBODY);
        };
    }
}
