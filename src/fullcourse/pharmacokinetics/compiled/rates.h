/* The rates of change of a non-linear system, what enters it, and one step along a stretch; see nonlinear.c. */

#ifndef FULLCOURSE_RATES_H
#define FULLCOURSE_RATES_H

#include "nonlinear.h"

INLINE void product(number *x, const number *a, const number *b, const int w)
{
    x[0] = a[0] * b[0];
    for (int i = 1; i < w; i++)
        x[i] = a[i] * b[0] + b[i] * a[0];
}

INLINE void add_product(number *x, const number *a, const number *b, const int w)
{
    x[0] += a[0] * b[0];
    for (int i = 1; i < w; i++)
        x[i] += a[i] * b[0] + b[i] * a[0];
}

INLINE void take_product(number *x, const number *a, const number *b, const int w)
{
    x[0] -= a[0] * b[0];
    for (int i = 1; i < w; i++)
        x[i] -= a[i] * b[0] + b[i] * a[0];
}

/* a b / (half + |b|): what saturates */
INLINE void saturating(number *x, const number *a, const number *half, const number *b, const int w)
{
    const number sign = SIGN(b[0]), parts = 1.0 / (half[0] + MAGNITUDE(b[0])), part = b[0] * parts;
    for (int i = 1; i < w; i++)
        x[i] = a[i] * part + a[0] * (b[i] - part * (half[i] + sign * b[i])) * parts;
    x[0] = a[0] * part;
}

/* The part of a clearance that a memory leaves: r + (1 - r) half / (half + |memory|). */
INLINE void left_by(number *part, const number *r, const number *half, const number *memory, const int w)
{
    const number sign = SIGN(memory[0]), parts = 1.0 / (half[0] + MAGNITUDE(memory[0])), free = half[0] * parts;
    for (int i = 1; i < w; i++)
        part[i] = r[i] * (1.0 - free) + (1.0 - r[0]) * (half[i] - free * (half[i] + sign * memory[i])) * parts;
    part[0] = r[0] + (1.0 - r[0]) * free;
}

#define REMEMBERS(f) ((f).elimination != SATURATED)
#define STATES_OF(f) ((f).compartments + REMEMBERS(f) + (f).depots + (f).links)
#define DEPOT_OF(f, p, s) ((f).simple ? ((f).depots ? 1 + REMEMBERS(f) : -1) : (p)->depot[s])
#define TARGET_OF(f, p, s) ((f).simple ? 0 : (p)->target[s])

INLINE form form_of(const problem *p)
{
    int depots = 0, simple = p->compartments == 1 && p->sites == 1 && p->target[0] == 0;
    for (int s = 0; s < p->sites; s++)
        depots += p->depot[s] >= 0;
    for (int l = 0; l < p->links; l++)
        simple = simple && p->link_source[l] == 0 && !p->link_from_leaving[l];
    return (form){(int)p->elimination, (int)p->compartments, (int)p->sites, depots, (int)p->links, simple};
}

/* What is eliminated, mg/h. `c` is the concentration in central. */
INLINE void leaving(number *out, const number *y, const number *c, const number *v, const form f, const int w)
{
    const number *memory = y + f.compartments * w;
    number part[MOST_WIDTH], rate[MOST_WIDTH];
    switch ((enum elimination)f.elimination) {
    case SATURATED:
        saturating(out, v + VMAX * w, v + KM * w, c, w);
        add_product(out, v + FIRST * w, y, w);
        break;
    case INHIBITED:
        left_by(part, v + RCLF * w, v + IC50 * w, memory, w);
        product(rate, v + FIRST * w, y, w);
        product(out, rate, part, w);
        break;
    case INDUCED:
        product(part, v + FIRST * w, y, w);
        product(out, part, memory, w);
        break;
    case SATURATED_INDUCED:
        saturating(part, v + VMAX * w, v + KM * w, c, w);
        product(out, part, memory, w);
        break;
    }
}

/* What comes to central from its peripheral compartments and leaves to them, and what becomes of them. */
INLINE void exchange(number *dy, const number *y, const number *v, const form f, const int w)
{
    number part[MOST_WIDTH];
    for (int q = 1; q < f.compartments; q++) {
        const number *forth = v + (OUT1 + 2 * (q - 1)) * w, *back = forth + w;
        product(part, forth, y, w);
        take_product(part, back, y + q * w, w);
        for (int i = 0; i < w; i++) {
            dy[i] -= part[i];
            dy[q * w + i] = part[i];
        }
    }
}

/* The rates of change, per hour. `in` holds what enters at each site. */
INLINE void rates(number *dy, const number *y, const number *in, const body *b, const form f, const int w)
{
    const problem *p = b->p;
    const number *v = b->values;
    const int memory = f.compartments, depots = memory + REMEMBERS(f), links = depots + f.depots;
    number c[MOST_WIDTH], out[MOST_WIDTH], part[MOST_WIDTH];
    product(c, y, v + IVC * w, w);
    leaving(out, y, c, v, f, w);
    for (int i = 0; i < w; i++)
        dy[i] = -out[i];
    exchange(dy, y, v, f, w);
    if (REMEMBERS(f)) {
        if (f.elimination != INHIBITED) {
            saturating(part, v + EMAX * w, v + EC50 * w, c, w);
            part[0] += 1.0;
        } else
            for (int i = 0; i < w; i++)
                part[i] = c[i];
        for (int i = 0; i < w; i++)
            part[i] -= y[memory * w + i];
        product(dy + memory * w, v + KMEM * w, part, w);
    }
    for (int l = 0; l < f.links; l++) {
        const number *loss = v + (OF_SITES + f.sites + 2 * l) * w, *gain = loss + w;
        const number *from = !f.simple && p->link_from_leaving[l] ? out : y + (f.simple ? 0 : p->link_source[l]) * w;
        number *to = dy + (links + l) * w;
        product(part, loss, y + (links + l) * w, w);
        for (int i = 0; i < w; i++)
            to[i] = -part[i];
        add_product(to, gain, from, w);
    }
    for (int s = 0; s < f.sites; s++) {
        const number *given = in + s * w;
        const int depot = DEPOT_OF(f, p, s), target = TARGET_OF(f, p, s);
        if (depot >= 0) {
            product(part, v + (OF_SITES + s) * w, y + depot * w, w);
            for (int i = 0; i < w; i++)
                dy[depot * w + i] = given[i] - part[i];
            given = part;
        }
        for (int i = 0; i < w; i++)
            dy[target * w + i] += given[i];
    }
}

/* exp(x), to a few units in the last place; 1e-304 where it would be less. By x = n ln 2 + r and a series in r. */
INLINE void exponential(number *x)
{
    static const double over[12] = {1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                                    1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
    const double shift = 6755399441055744.0; /* 1.5 * 2^52: what is added to it is rounded to a whole number */
    const number at_least = LARGER(*x, EVERY(-700.0)), clipped = SMALLER(at_least, EVERY(700.0));
    const number moved = clipped * 1.4426950408889634 + shift, n = moved - shift;
    const number r = clipped - n * 0.693147180369123816490 - n * 1.90821492927058770002e-10;
    const number r2 = r * r, r4 = r2 * r2;
    const number low = over[0] + r * over[1] + r2 * (over[2] + r * over[3]);
    const number middle = over[4] + r * over[5] + r2 * (over[6] + r * over[7]);
    const number high = over[8] + r * over[9] + r2 * (over[10] + r * over[11]);
    const number series = 1.0 + r + r2 * (low + r4 * (middle + r4 * high));
    *x = series * (number)((AS_BITS(moved) + 1023) << 52);
}

/* log(x) of a positive normal number, to a few units in the last place. By x = 2^n m, m within a factor sqrt(2) of 1, and
 * log m = 2 artanh((m - 1) / (m + 1)). */
INLINE void logarithm(number *x)
{
    static const double odd[10] = {1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,  1.0 / 11,
                                   1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21};
    const double shift = 6755399441055744.0; /* 1.5 * 2^52: a whole number stands in the last bits of what is above it */
    const int64_t half = 0x3fe6a09e667f3bcd;  /* sqrt(1/2) */
    const choice bits = AS_BITS(*x), power = (bits - half) >> 52;
    const number m = (number)(bits - (power << 52)), n = (number)(power + AS_BITS(EVERY(shift))) - shift;
    const number s = (m - 1.0) / (m + 1.0), s2 = s * s, s4 = s2 * s2, s8 = s4 * s4;
    const number low = odd[0] + s2 * odd[1] + s4 * (odd[2] + s2 * odd[3]);
    const number high = odd[4] + s2 * odd[5] + s4 * (odd[6] + s2 * odd[7]) + s8 * (odd[8] + s2 * odd[9]);
    const number series = 2.0 * s + 2.0 * s * s2 * (low + s8 * high);
    *x = n * 0.693147180369123816490 + (series + n * 1.90821492927058770002e-10);
}

/* What enters at each site at a part of a stretch, mg/h. */
INLINE void entering(number *in, const stretch *s, double part, const body *b, const int w)
{
    const problem *p = b->p;
    for (int site = 0; site < p->sites; site++)
        for (int i = 0; i < w; i++)
            in[site * w + i] = s->rate[site] ? s->rate[site][i] : EVERY(0.0);
    for (int d = 0; d < s->many; d++) {
        const active_dose *dose = s->doses + d;
        number *to = in + dose->site * w, density;
        const number t = dose->age[0] + part * s->length[0], n = dose->shape[0], k = dose->ktr[0];
        const choice begun = t > 1e-300, enters = t <= dose->window;
        if (!is_any(&enters))
            continue;
        number log_t = LARGER(t, EVERY(1e-300));
        logarithm(&log_t);
        density = (n - 1.0) * log_t - k * t + dose->constant[0];
        exponential(&density);
        density = CHOSEN(begun, density, CHOSEN(n == 1.0, k, EVERY(0.0)));
        to[0] += density * dose->amount[0];
        for (int i = 1; i < w; i++) {
            const number later = dose->age[i] + part * s->length[i];
            const number bend = dose->shape[i] * log_t + ((n - 1.0) / t - k) * later - dose->ktr[i] * t + dose->constant[i];
            const number slope = density * (dose->amount[i] + dose->amount[0] * bend);
            to[i] += CHOSEN(begun, slope, EVERY(0.0));
        }
    }
}

/* The change along a stretch: rates times its length; for values alone its length is counted with the step. */
INLINE void along(number *dy, const number *y, const number *in, const stretch *s, const body *b, const form f, const int w)
{
    rates(dy, y, in, b, f, w);
    if (w == 1)
        return;
    for (int j = 0; j < STATES_OF(f); j++) {
        for (int i = 1; i < w; i++)
            dy[j * w + i] = dy[j * w + i] * s->length[0] + dy[j * w] * s->length[i];
        dy[j * w] *= s->length[0];
    }
}

/* What the stages before a stage come to, by their weights: constants in a function of their own, which every form uses. */
#define SUM(weights, most)                                                                                             \
    for (int i = 0; i < size; i++) {                                                                                   \
        number sum = (weights)[0] * b->slope[0][i];                                                                    \
        _Pragma("GCC unroll 12") for (int j = 1; j < (most); j++) if ((weights)[j] != 0.0) sum +=                      \
            (weights)[j] * b->slope[j][i];                                                                             \
        y[i] = b->y[i] + *step * sum;                                                                                  \
    }                                                                                                                  \
    break;
#define STAGE(stage)                                                                                                   \
    case stage:                                                                                                        \
        SUM(WITHIN[stage], stage)

/* The state at a stage, or at the end where the stage is that after the last. */
__attribute__((noinline)) PRIVATE void state_at(number *y, const body *b, int stage, const number *step, int size)
{
    switch (stage) {
        STAGE(1)
        STAGE(2)
        STAGE(3)
        STAGE(4)
        STAGE(5)
        STAGE(6)
        STAGE(7)
        STAGE(8)
        STAGE(9)
        STAGE(10)
        STAGE(11)
    default:
        SUM(WEIGHT, STAGES)
    }
}
#undef STAGE
#undef SUM

/* The errors of order 5 and 3 of a state. */
INLINE void errors_of(number *five, number *three, const body *b, int i)
{
    *five = ERROR_5[0] * b->slope[0][i];
    *three = ERROR_3[0] * b->slope[0][i];
#pragma GCC unroll 12
    for (int k = 1; k < STAGES; k++) {
        if (ERROR_5[k] != 0.0)
            *five += ERROR_5[k] * b->slope[k][i];
        if (ERROR_3[k] != 0.0)
            *three += ERROR_3[k] * b->slope[k][i];
    }
}

/* One step from slope[0]; returns its error over what is allowed, the worst of all lanes. `in`: at the stages. */
INLINE double one_step(number *y, double part, const number *in, const stretch *s, body *b, const form f, const int w)
{
    const int n = STATES_OF(f), size = n * w, sites = f.sites * w;
    const number span = w == 1 ? part * s->length[0] : EVERY(part);
    number at[MOST_STATES * MOST_WIDTH];
    for (int stage = 1; stage < STAGES; stage++) {
        state_at(at, b, stage, &span, size);
        along(b->slope[stage], at, in + stage * sites, s, b, f, w);
    }
    state_at(y, b, STAGES, &span, size);
    number fifth = EVERY(0.0), third = EVERY(0.0), wrong;
    for (int j = 0; j < n; j++) {
        number five, three;
        errors_of(&five, &three, b, j * w);
        const number begun = MAGNITUDE(b->y[j * w]), ended = MAGNITUDE(y[j * w]);
        const number parts = 1.0 / (b->allowed[j] + b->relative[j] * LARGER(begun, ended));
        fifth += five * parts * five * parts;
        third += three * parts * three * parts;
    }
    for (int l = 0; l < LANES; l++)
        wrong[l] = fifth[l] == 0.0 ? 0.0 : span[l] * fifth[l] / sqrt((fifth[l] + 0.01 * third[l]) * n);
    return largest_lane(&wrong);
}

/* The longest part that one step may take, so that none passes over a dose that comes in at once, or over its tail. */
INLINE double longest(const stretch *s, double part)
{
    number most = EVERY(1.0 - part);
    for (int d = 0; d < s->many; d++) {
        const active_dose *dose = s->doses + d;
        const number since = dose->age[0] + part * s->length[0], middle = dose->shape[0] / dose->ktr[0];
        const number spread = dose->spread, ahead = middle - 7.0 * spread - since;
        const number wide = CHOSEN(since < middle + 5.0 * spread, spread, 3.0 * spread);
        const number allowed = LARGER(ahead, wide) / s->length[0];
        most = CHOSEN(since < dose->window, SMALLER(allowed, most), most);
    }
    return smallest_lane(&most);
}

#endif
