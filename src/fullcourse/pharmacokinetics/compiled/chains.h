/* Numbers with slopes, and what arrives at the end of a chain of first-order steps; exact, as the modules of the same
 * names in ../kernels, which these functions are held against to 1e-10. */

#ifndef FULLCOURSE_CHAINS_H
#define FULLCOURSE_CHAINS_H

#include <math.h>
#include <string.h>

#define MOST_WIDTH 64 /* a value and its slopes */
#define MOST_PATH 8   /* rates of a chain, one of them twice */

/* A value and its slopes stand in `width` doubles: x[0] is the value. */

static inline void put(double *x, double value, int width)
{
    memset(x, 0, sizeof(double) * (size_t)width);
    x[0] = value;
}

static inline void add(double *sum, const double *x, int width)
{
    for (int i = 0; i < width; i++)
        sum[i] += x[i];
}

static inline void add_scaled(double *sum, const double *x, double factor, int width)
{
    for (int i = 0; i < width; i++)
        sum[i] += factor * x[i];
}

/* product = a b; product may be neither of them */
static inline void times(double *product, const double *a, const double *b, int width)
{
    product[0] = a[0] * b[0];
    for (int i = 1; i < width; i++)
        product[i] = a[i] * b[0] + b[i] * a[0];
}

static inline void divided(double *quotient, const double *a, const double *b, int width)
{
    const double value = a[0] / b[0];
    for (int i = 1; i < width; i++)
        quotient[i] = (a[i] - b[i] * value) / b[0];
    quotient[0] = value;
}

/* How a dose enters: at once, at a constant rate (a rate of 0 before the others), or through a gamma delay. */
enum entry { AT_ONCE, CONSTANT, DELAYED };

/* A chain's entry and time, for the rates of a path; what singles of a gamma delay are known. */
#define SHIFTS 12
#define MOST_RATES 32
typedef struct {
    double shape, ktr, time;
    double log_gamma[SHIFTS];
    double single[SHIFTS][MOST_RATES];
    unsigned char has_gamma[SHIFTS], has[SHIFTS][MOST_RATES];
} delay;

double chain_value(const double *rates, int count, double time);
double gamma_single(double shape, double ktr, double rate, double time, double log_gamma_of_next);
double gamma_chain(delay *known, double shape, int shift, const double *rates, const int *of, int count);
double gamma_density(double shape, double ktr, double time);
void new_delay(delay *known, double shape, double ktr, double time);

/* The response of a path of rates, with slopes. `rates` holds every rate of the system with its slopes. */
void response(double *result, enum entry kind, const double *rates, const int *path, int length, const double *time,
              const double *shape, const double *ktr, delay *known, int width);

#endif
