/* The rates of change of a non-linear system, what enters it, and one step along a stretch; see nonlinear.c. */

#ifndef FULLCOURSE_RATES_H
#define FULLCOURSE_RATES_H

#include "nonlinear.h"

INLINE void product(double *x, const double *a, const double *b, const int w)
{
    x[0] = a[0] * b[0];
    for (int i = 1; i < w; i++)
        x[i] = a[i] * b[0] + b[i] * a[0];
}

INLINE void add_product(double *x, const double *a, const double *b, double sign, const int w)
{
    x[0] += sign * a[0] * b[0];
    for (int i = 1; i < w; i++)
        x[i] += sign * (a[i] * b[0] + b[i] * a[0]);
}

/* a b / (half + |b|): what saturates */
INLINE void saturating(double *x, const double *a, const double *half, const double *b, const int w)
{
    const double sign = b[0] < 0.0 ? -1.0 : 1.0, room = half[0] + sign * b[0], part = b[0] / room;
    for (int i = 1; i < w; i++)
        x[i] = a[i] * part + a[0] * (b[i] - part * (half[i] + sign * b[i])) / room;
    x[0] = a[0] * part;
}

/* The rates of change, per hour. `in` holds what enters at each site. */
INLINE void rates(double *dy, const double *y, const double *in, const body *b, const int states, const int w)
{
    const problem *p = b->p;
    const double *v = b->values;
    const int n = (int)p->compartments, memory = n;
    double c[w], out[w], part[w];
    memset(out, 0, sizeof out);
    for (int i = 0; i < states * w; i++)
        dy[i] = 0.0;
    product(c, y, v + IVC * w, w);
    switch ((enum elimination)p->elimination) {
    case SATURATED:
        saturating(out, v + VMAX * w, v + KM * w, c, w);
        add_product(out, v + FIRST * w, y, 1.0, w);
        break;
    case INHIBITED: {
        const double *m = y + memory * w, *ic50 = v + IC50 * w, *rclf = v + RCLF * w;
        const double sign = m[0] < 0.0 ? -1.0 : 1.0, room = ic50[0] + sign * m[0], free = ic50[0] / room;
        for (int i = 1; i < w; i++) /* the part of clearance that is left */
            part[i] = rclf[i] * (1.0 - free) + (1.0 - rclf[0]) * (ic50[i] - free * (ic50[i] + sign * m[i])) / room;
        part[0] = rclf[0] + (1.0 - rclf[0]) * free;
        product(c, v + FIRST * w, y, w);
        product(out, c, part, w);
        product(c, y, v + IVC * w, w);
        break;
    }
    case INDUCED:
        product(part, v + FIRST * w, y, w);
        product(out, part, y + memory * w, w);
        break;
    case SATURATED_INDUCED:
        saturating(part, v + VMAX * w, v + KM * w, c, w);
        product(out, part, y + memory * w, w);
        break;
    }
    for (int i = 0; i < w; i++)
        dy[i] = -out[i];
    for (int q = 1; q < n; q++) {
        const double *forth = v + (OUT1 + 2 * (q - 1)) * w, *back = forth + w;
        product(part, forth, y, w);
        add_product(part, back, y + q * w, -1.0, w);
        for (int i = 0; i < w; i++) {
            dy[i] -= part[i];
            dy[q * w + i] += part[i];
        }
    }
    if (p->memory) {
        const double *k = v + KMEM * w, *m = y + memory * w;
        if (p->elimination != INHIBITED) {
            saturating(part, v + EMAX * w, v + EC50 * w, c, w);
            part[0] += 1.0;
        } else
            for (int i = 0; i < w; i++)
                part[i] = c[i];
        for (int i = 0; i < w; i++)
            part[i] -= m[i];
        product(dy + memory * w, k, part, w);
    }
    for (int s = 0; s < p->sites; s++) {
        const double *given = in + s * w;
        if (p->depot[s] >= 0) {
            product(part, v + (OF_SITES + s) * w, y + p->depot[s] * w, w);
            for (int i = 0; i < w; i++)
                dy[p->depot[s] * w + i] += given[i] - part[i];
            given = part;
        }
        for (int i = 0; i < w; i++)
            dy[p->target[s] * w + i] += given[i];
    }
    const int first = states - (int)p->links;
    for (int l = 0; l < p->links; l++) {
        const double *loss = v + (OF_SITES + p->sites + 2 * l) * w, *gain = loss + w;
        const double *from = p->link_from_leaving[l] ? out : y + p->link_source[l] * w;
        add_product(dy + (first + l) * w, gain, from, 1.0, w);
        add_product(dy + (first + l) * w, loss, y + (first + l) * w, -1.0, w);
    }
}

/* What enters at each site at a part of a stretch, mg/h. */
INLINE void entering(double *in, const stretch *s, double part, const body *b, const int w)
{
    const problem *p = b->p;
    for (int site = 0; site < p->sites; site++)
        for (int i = 0; i < w; i++)
            in[site * w + i] = s->rate[site] ? s->rate[site][i] : 0.0;
    for (int d = 0; d < s->many; d++) {
        const active_dose *dose = s->doses + d;
        double *to = in + dose->site * w;
        const double t = dose->age[0] + part * s->length[0], n = dose->shape[0], k = dose->ktr[0];
        if (!(t > 1e-300)) {
            if (n == 1.0)
                to[0] += dose->amount[0] * k;
            continue;
        }
        const double log_t = log(t), density = exp((n - 1.0) * log_t - k * t + dose->constant[0]);
        to[0] += density * dose->amount[0];
        for (int i = 1; i < w; i++) {
            const double later = dose->age[i] + part * s->length[i];
            const double bend = dose->shape[i] * log_t + ((n - 1.0) / t - k) * later - dose->ktr[i] * t + dose->constant[i];
            to[i] += density * (dose->amount[i] + dose->amount[0] * bend);
        }
    }
}

/* The change along a stretch: rates times its length. */
INLINE void along(double *f, const double *y, const double *in, const stretch *s, const body *b, const int n, const int w)
{
    rates(f, y, in, b, n, w);
    for (int j = 0; j < n; j++)
        for (int i = w - 1; i >= 0; i--)
            f[j * w + i] = f[j * w + i] * s->length[0] + (i ? f[j * w] * s->length[i] : 0.0);
}

/* One step from slope[0]; returns its error over what is allowed. `in` holds what enters at the stages. */
INLINE double one_step(double *y, double step, const double *in, const stretch *s, body *b, const int n, const int w)
{
    const problem *p = b->p;
    const int size = n * w, sites = (int)p->sites * w;
    double at[n * w];
    for (int stage = 1; stage < STAGES; stage++) {
        for (int i = 0; i < size; i++) {
            double sum = 0.0;
#pragma GCC unroll 12
            for (int j = 0; j < stage; j++)
                if (WITHIN[stage][j] != 0.0)
                    sum += WITHIN[stage][j] * b->slope[j][i];
            at[i] = b->y[i] + step * sum;
        }
        along(b->slope[stage], at, in + stage * sites, s, b, n, w);
    }
    for (int i = 0; i < size; i++) {
        double sum = 0.0;
#pragma GCC unroll 12
        for (int j = 0; j < STAGES; j++)
            if (WEIGHT[j] != 0.0)
                sum += WEIGHT[j] * b->slope[j][i];
        y[i] = b->y[i] + step * sum;
    }
    double fifth = 0.0, third = 0.0;
    for (int j = 0; j < n; j++) {
        double five = 0.0, three = 0.0;
#pragma GCC unroll 12
        for (int k = 0; k < STAGES; k++) {
            if (ERROR_5[k] != 0.0)
                five += ERROR_5[k] * b->slope[k][j * w];
            if (ERROR_3[k] != 0.0)
                three += ERROR_3[k] * b->slope[k][j * w];
        }
        const double part = 1.0 / (b->allowed[j] + b->relative[j] * fmax(fabs(b->y[j * w]), fabs(y[j * w])));
        fifth += five * part * five * part;
        third += three * part * three * part;
    }
    if (!(fifth > 0.0))
        return fifth == 0.0 ? 0.0 : INFINITY;
    return step * fifth / sqrt((fifth + 0.01 * third) * n);
}

/* The longest part that one step may take, so that none passes over a dose that comes in at once. */
INLINE double longest(const stretch *s, double part)
{
    double most = 1.0 - part;
    for (int d = 0; d < s->many; d++) {
        const active_dose *dose = s->doses + d;
        const double since = dose->age[0] + part * s->length[0];
        const double middle = dose->shape[0] / dose->ktr[0], spread = sqrt(dose->shape[0]) / dose->ktr[0];
        if (since < middle + 5.0 * spread)
            most = fmin(most, fmax(3.0 * spread, middle - 7.0 * spread - since) / s->length[0]);
    }
    return most;
}

#endif
