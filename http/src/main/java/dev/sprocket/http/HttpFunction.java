package dev.sprocket.http;

/** The simplest thing that answers requests: a function. Threads: called on event loops, so it must not block. */
@FunctionalInterface
public interface HttpFunction {
    /** Answers a request; what it throws is answered with 500 and logged. */
    HttpResponse answer(HttpRequest request) throws Exception;
}
