/* Divided differences of the exponential, and of a gamma delay before it; the sources are named in ../kernels. */

#include "chains.h"

static const double FACTORIAL[30] = {
    1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0, 40320.0, 362880.0, 3628800.0, 39916800.0, 479001600.0,
    6227020800.0, 87178291200.0, 1307674368000.0, 20922789888000.0, 355687428096000.0, 6402373705728000.0,
    121645100408832000.0, 2432902008176640000.0, 51090942171709440000.0, 1124000727777607680000.0,
    25852016738884976640000.0, 620448401733239439360000.0, 15511210043330985984000000.0,
    403291461126605635584000000.0, 10888869450418352160768000000.0, 304888344611713860501504000000.0,
    8841761993739701954543616000000.0};

static double phi(double u)
{
    return u > 1e-300 ? -expm1(-u) / u : 1.0;
}

/* The chain integral for ascending points within 1 of 0, by complete homogeneous symmetric polynomials. */
static double series_near(const double *points, int count)
{
    double partial[MOST_PATH], result = 0.0, sign = 1.0;
    for (int i = 0; i < count; i++)
        partial[i] = 1.0;
    for (int order = 0; order < 20; order++) {
        const double term = partial[count - 1] / FACTORIAL[count - 1 + order];
        result += sign * term;
        if (order && term < 1e-18 / FACTORIAL[count - 1])
            break;
        sign = -sign;
        partial[0] *= points[0];
        for (int i = 1; i < count; i++)
            partial[i] = partial[i - 1] + points[i] * partial[i];
    }
    return result;
}

double chain_value(const double *rates, int count, double time)
{
    if (count == 1)
        return exp(-rates[0] * time);
    if (count == 2) {
        const double low = fmin(rates[0], rates[1]);
        return exp(-low * time) * time * phi(fabs(rates[1] - rates[0]) * time);
    }
    double base[MOST_PATH] = {0.0}, row[MOST_PATH], near[MOST_PATH];
    for (int i = 0; i < count; i++) {
        const double x = rates[i] * time;
        int j = i;
        for (; j > 0 && base[j - 1] > x; j--)
            base[j] = base[j - 1];
        base[j] = x;
    }
    const double first = base[0];
    for (int i = 0; i < count; i++)
        base[i] -= first;
    for (int i = 0; i < count; i++)
        row[i] = exp(-base[i]);
    for (int width = 1; width < count; width++) {
        for (int start = 0; start < count - width; start++) {
            const double span = base[start + width] - base[start];
            if (width == 1)
                row[start] *= phi(span);
            else if (span == 0.0)
                row[start] = exp(-base[start]) / FACTORIAL[width];
            else if (span <= 1.0) {
                for (int i = 0; i <= width; i++)
                    near[i] = base[start + i] - base[start];
                row[start] = exp(-base[start]) * series_near(near, width + 1);
            } else
                row[start] = (row[start] - row[start + 1]) / span;
        }
    }
    double power = 1.0;
    for (int i = 1; i < count; i++)
        power *= time;
    return exp(-first) * row[0] * power;
}

static double log_gamma(double x)
{
    static const double stirling[7] = {1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360,
                                       1.0 / 156};
    double product = 1.0;
    while (x < 12.0) {
        product *= x;
        x += 1.0;
    }
    double series = 0.0;
    for (int i = 6; i >= 0; i--)
        series = series / (x * x) + stirling[i];
    series /= x;
    return (x - 0.5) * log(x) - x + 0.91893853320467274178 + series - log(product);
}

static double kummer_rising(double b, double z)
{
    double term = 1.0, result = 1.0;
    for (double index = 0.0; term > 1e-17 * result; index += 1.0) {
        term *= z / (b + index);
        result += term;
    }
    return result;
}

static double kummer_falling(double a, double w)
{
    if (w > fmax(80.0, 2.5 * a)) {
        double factor = a / w, total = factor, term = factor;
        for (int j = 1; j < 60; j++) {
            factor *= (j - a) / w;
            if (!(fabs(factor) < fabs(term)) || !(fabs(factor) > 1e-17 * total))
                break;
            term = factor;
            total += term;
        }
        return total;
    }
    double weight = exp(-w), total = weight;
    const double limit = w + 12.0 * sqrt(w) + 60.0;
    for (double index = 1.0; index < limit && !(index > w && weight < 1e-18 * total); index += 1.0) {
        weight *= w / index;
        total += weight * (a / (a + index));
    }
    return total;
}

/* The convolution of a gamma density with one exponential, at a time above 0. */
double gamma_single(double a, double k, double rate, double t, double log_gamma_of_next)
{
    const double y = k * t, z = (k - rate) * t;
    if (z > a + 10.0 * sqrt(a) + 46.0)
        return exp(a * log(y / z) - rate * t);
    if (a <= 12.0 && a == floor(a) && (z >= a || z < -2.0 * a)) {
        double term = 1.0, total = 0.0;
        for (int j = 0; j < (int)a; j++) {
            total += term;
            term *= z / (j + 1.0);
        }
        return pow(k / (k - rate), a) * (exp(-rate * t) - exp(-k * t) * total);
    }
    const double scale = exp(a * log(y) - y - log_gamma_of_next);
    return scale * (z >= 0.0 ? kummer_rising(a + 1.0, z) : kummer_falling(a, -z));
}

double gamma_density(double shape, double ktr, double time)
{
    if (!(time > 0.0))
        return 0.0;
    return exp(shape * log(ktr * time) - ktr * time - log_gamma(shape)) / time;
}

void new_delay(delay *known, double shape, double ktr, double time)
{
    if (known->shape != shape)
        memset(known->has_gamma, 0, sizeof known->has_gamma);
    known->shape = shape;
    known->ktr = ktr;
    known->time = time;
    memset(known->has, 0, sizeof known->has);
}

static double known_single(delay *known, double shape, int shift, double rate, int of)
{
    if (!known->has[shift][of]) {
        if (!known->has_gamma[shift]) {
            known->log_gamma[shift] = log_gamma(shape + 1.0);
            known->has_gamma[shift] = 1;
        }
        known->single[shift][of] = gamma_single(shape, known->ktr, rate, known->time, known->log_gamma[shift]);
        known->has[shift][of] = 1;
    }
    return known->single[shift][of];
}

/* The integral of density(u) (t - u)^order exp(-rate (t - u)): the derivative of a single in its rate, up to sign. */
static double moment(double a, double k, double rate, double t, int order)
{
    double result = 0.0, factor = 1.0, binomial = 1.0;
    for (int j = 0; j <= order; j++) {
        const double sign = j % 2 ? -1.0 : 1.0;
        result += sign * binomial * pow(t, order - j) * factor * gamma_single(a + j, k, rate, t, log_gamma(a + j + 1.0));
        factor *= (a + j) / k;
        binomial *= (double)(order - j) / (j + 1);
    }
    return result;
}

/* The divided difference of nearly equal rates, from derivatives at their mean. */
static double confluent(double a, double k, const double *points, int count, double t)
{
    double middle = 0.0, spread = 0.0;
    for (int i = 0; i < count; i++)
        middle += points[i] / count;
    for (int i = 0; i < count; i++)
        spread += 0.5 * (points[i] - middle) * (points[i] - middle);
    double result = moment(a, k, middle, t, count - 1) / FACTORIAL[count - 1];
    if (spread != 0.0)
        result += spread * moment(a, k, middle, t, count + 1) / FACTORIAL[count + 1];
    return result;
}

/* The convolution of a gamma density with the exponentials of `count` rates; `shift` numbers the shape. */
double gamma_chain(delay *known, double shape, int shift, const double *rates, const int *of, int count)
{
    if (!(known->time > 0.0))
        return 0.0;
    double points[MOST_PATH], row[MOST_PATH];
    for (int i = 0; i < count; i++) {
        const double single = known_single(known, shape, shift, rates[i], of[i]);
        int j = i;
        for (; j > 0 && count > 2 && points[j - 1] > rates[i]; j--) {
            points[j] = points[j - 1];
            row[j] = row[j - 1];
        }
        points[j] = rates[i];
        row[j] = single;
    }
    for (int width = 1; width < count; width++)
        for (int start = 0; start < count - width; start++) {
            const double span = points[start + width] - points[start];
            if (fabs(span) * known->time < 1e-3)
                row[start] = confluent(shape, known->ktr, points + start, width + 1, known->time);
            else
                row[start] = (row[start] - row[start + 1]) / span;
        }
    return row[0];
}

static double value_of_path(enum entry kind, const double *plain, const int *of, int count, double time, double shape,
                            int shift, delay *known)
{
    if (kind == DELAYED)
        return gamma_chain(known, shape, shift, plain, of, count);
    return chain_value(plain, count, time);
}

void response(double *result, enum entry kind, const double *rates, const int *path, int length, const double *time,
              const double *shape, const double *ktr, delay *known, int width)
{
    double plain[MOST_PATH];
    int of[MOST_PATH], count = 0;
    if (kind == CONSTANT) {
        plain[0] = 0.0;
        of[0] = -1;
        count = 1;
    }
    for (int i = 0; i < length; i++, count++) {
        plain[count] = rates[path[i] * width];
        of[count] = path[i];
    }
    const double a = kind == DELAYED ? shape[0] : 0.0;
    const double value = value_of_path(kind, plain, of, count, time[0], a, 0, known);
    put(result, value, width);
    if (width == 1)
        return;
    for (int i = 0; i < count; i++) {
        if (of[i] < 0)
            continue;
        plain[count] = plain[i];
        of[count] = of[i];
        const double slope = value_of_path(kind, plain, of, count + 1, time[0], a, 0, known);
        for (int d = 1; d < width; d++)
            result[d] -= rates[of[i] * width + d] * slope;
    }
    double moving = 0.0, bending = 0.0, quicker = 0.0;
    for (int d = 1; d < width; d++) {
        moving = fmax(moving, fabs(time[d]));
        if (kind == DELAYED) {
            bending = fmax(bending, fabs(shape[d]));
            quicker = fmax(quicker, fabs(ktr[d]));
        }
    }
    if (moving != 0.0) {
        double shorter = 0.0;
        if (count > 1)
            shorter = value_of_path(kind, plain, of, count - 1, time[0], a, 0, known);
        else if (kind == DELAYED)
            shorter = gamma_density(a, known->ktr, time[0]);
        add_scaled(result + 1, time + 1, shorter - plain[count - 1] * value, width - 1);
    }
    if (quicker != 0.0) {
        const double longer = gamma_chain(known, a + 1.0, 1, plain, of, count);
        add_scaled(result + 1, ktr + 1, a / known->ktr * (value - longer), width - 1);
    }
    if (bending != 0.0) { /* an eighth-order central difference */
        static const double weights[4] = {4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280};
        const double step = 0.02 * a;
        double slope = 0.0;
        for (int n = 1; n <= 4; n++) {
            const double ahead = gamma_chain(known, a + n * step, 1 + n, plain, of, count);
            const double behind = gamma_chain(known, a - n * step, 5 + n, plain, of, count);
            slope += weights[n - 1] * (ahead - behind);
        }
        add_scaled(result + 1, shape + 1, slope / step, width - 1);
    }
}
