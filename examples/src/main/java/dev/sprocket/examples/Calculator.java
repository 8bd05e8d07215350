package dev.sprocket.examples;

import dev.sprocket.app.App;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.annotation.Procedure;
import dev.sprocket.wamp.annotation.Subscribe;
import dev.sprocket.wamp.annotation.WampMethods;

/** Procedures for pages, and a topic whose published events are counted. */
public final class Calculator {
    record Sum(double a, double b) {}

    private int seen;

    @Procedure("com.example.calc.add")
    double add(double a, double b) {
        return a + b;
    }

    @Procedure("com.example.calc.divide")
    double divide(double a, double b) {
        if (b == 0) {
            throw new CallException("com.example.error.division_by_zero", "division by zero");
        }
        return a / b;
    }

    /** Counts the sums that pages publish to each other. */
    @Subscribe("com.example.sums")
    void added(Sum sum) {
        seen++;
    }

    @Procedure("com.example.calc.seen")
    int seen() {
        return seen;
    }

    static App server(int port) {
        return App.listen(port).route("/calc", WampMethods.of(new Calculator()));
    }

    public static void main(String[] args) throws Exception {
        server(8080).run();
    }
}
