package dev.sprocket.session.php;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Formats floats as PHP does.
 *
 * <p>The result has the fewest digits that identify the float, and an exponent instead of many zeros.
 */
final class PhpFloat {
    private static final int MAX_DIGITS = 17;

    private PhpFloat() {}

    static String text(double value) {
        if (Double.isNaN(value)) {
            return "NAN";
        }
        String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
        if (Double.isInfinite(value)) {
            return sign + "INF";
        }
        if (value == 0) {
            return sign + "0";
        }
        BigDecimal shortest = shortest(Math.abs(value));
        String digits = shortest.unscaledValue().toString();
        // the value is 0.digits * 10^point
        int point = digits.length() - shortest.scale();
        if (point < -3 || point > MAX_DIGITS) {
            String fraction = digits.length() == 1 ? "0" : digits.substring(1);
            return sign + digits.charAt(0) + "." + fraction + "E" + (point > 0 ? "+" : "") + (point - 1);
        }
        return sign + shortest.toPlainString();
    }

    /** Returns the shortest representation; Double.toString has extra digits before JDK 19. */
    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        BigDecimal best = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        for (int digits = best.precision(); digits > 0; digits--) {
            BigDecimal rounded = round(exact, digits, value);
            if (rounded.doubleValue() != value) {
                break;
            }
            best = rounded.stripTrailingZeros();
        }
        return best;
    }

    private static BigDecimal round(BigDecimal exact, int digits, double value) {
        BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        // the gap above a power of two is wider than the gap below
        return nearest.doubleValue() == value ? nearest : exact.round(new MathContext(digits, RoundingMode.UP));
    }
}
