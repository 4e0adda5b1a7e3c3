/* Follow a group of members through a history; see nonlinear.c, for which this is compiled, once for each processor. */

#ifndef FULLCOURSE_FOLLOW_H
#define FULLCOURSE_FOLLOW_H

#include "group.h"
#include "rates.h"

#define SIZE_OF(w) (sizeof(number) * (size_t)(w))
#define SAME_H 1e-9

/* Whether lengths or ages are the same but for rounding, and their slopes the same. */
PRIVATE int is_same_time(const number *x, const number *y, int w)
{
    const number apart = x[0] - y[0];
    const choice differ = MAGNITUDE(apart) > SAME_H;
    return !is_any(&differ) && !memcmp(x + 1, y + 1, SIZE_OF(w - 1));
}

PRIVATE int is_same(const kept_stretch *k, const stretch *s, const body *b)
{
    const int w = b->w;
    if (!k->whole || k->of.system != s->system || k->of.many != s->many || !is_same_time(k->of.length, s->length, w))
        return 0;
    for (int i = 0; i < b->p->sites; i++) {
        const number *kept = k->of.rate[i], *rate = s->rate[i];
        if (!kept != !rate || (rate && memcmp(kept, rate, SIZE_OF(w))))
            return 0;
    }
    for (int d = 0; d < s->many; d++) {
        const active_dose *one = k->of.doses + d, *other = s->doses + d;
        if (one->site != other->site || !is_same_time(one->age, other->age, w) ||
            memcmp(one->amount, other->amount, SIZE_OF(w)) || memcmp(one->shape, other->shape, SIZE_OF(w)) ||
            memcmp(one->ktr, other->ktr, SIZE_OF(w)))
            return 0;
    }
    return 1;
}

PRIVATE kept_stretch *new_slot(body *b, const stretch *s)
{
    kept_stretch *k = b->kept + b->next_slot;
    b->next_slot = (b->next_slot + 1) % SLOTS;
    memcpy(&k->of, s, offsetof(stretch, doses) + sizeof(active_dose) * (size_t)s->many);
    k->whole = k->steps = 0;
    return k;
}

/* Nothing is left in a depot into which nothing comes: it would force short steps for ever. */
INLINE void emptied(const number *in, body *b, const int w)
{
    const problem *p = b->p;
    const number empty = 0.1 * p->absolute * b->largest;
    for (int site = 0; site < p->sites; site++) {
        if (p->depot[site] < 0)
            continue;
        number *held = b->y + p->depot[site] * w;
        const choice holds = (in[site * w] > empty) | (MAGNITUDE(held[0]) > empty);
        for (int i = 0; i < w; i++)
            held[i] = CHOSEN(holds, held[i], EVERY(0.0));
    }
}

/* Follow a stretch; 0 where no step is short enough. */
INLINE int follow_stretch(const stretch *s, body *b, const form f, const int w)
{
    const int n = STATES_OF(f), size = n * w, at_stages = STAGES * f.sites * w;
    const double length = smallest_lane(s->length);
    number y[MOST_STATES * MOST_WIDTH], now[STAGES * MOST_SITES * MOST_WIDTH], *in = now;
    kept_stretch *old = 0, *kept = 0;
    for (int i = 0; i < SLOTS && !old; i++)
        if (is_same(b->kept + i, s, b))
            old = b->kept + i;
    double part = 0.0, step = fmin(longest(s, 0.0), 1.0 / 32.0);
    if (!old)
        kept = new_slot(b, s);
    for (int64_t count = 0; part < 1.0; count++) {
        if (count > MOST_STEPS || !(step * length > SHORTEST_H))
            return 0;
        const int again = old && count < old->steps;
        if (again) {
            step = old->step[count];
            in = old->entered + count * at_stages;
        } else {
            step = fmin(step, longest(s, part));
            if (part + step > 1.0 - 1e-12)
                step = 1.0 - part;
            in = kept && kept->steps < MOST_KEPT ? kept->entered + kept->steps * at_stages : now;
            for (int stage = 0; stage < STAGES; stage++)
                entering(in + stage * f.sites * w, s, part + PLACE[stage] * step, b, w);
        }
        emptied(in, b, w);
        along(b->slope[0], b->y, in, s, b, f, w);
        const double error = one_step(y, step, in, s, b, f, w);
        if (again && !(error <= 1.0)) {
            old->whole = 0; /* steps of its own, from here on */
            old = 0;
            continue;
        }
        const double scale = again ? 1.0 : error > 0.0 ? 0.9 * pow(error, -1.0 / 8.0) : 6.0;
        if (!(error <= (kept ? 0.5 : 1.0))) {
            step *= fmin(fmax(isfinite(error) ? scale * 0.9 : 0.2, 0.2), 0.8);
            continue;
        }
        for (int i = 0; i < size; i++)
            b->y[i] = y[i];
        if (kept && kept->steps < MOST_KEPT)
            kept->step[kept->steps++] = step;
        else if (kept)
            kept = 0;
        part += step;
        if (part > 1.0 - 1e-12)
            part = 1.0;
        if (!again)
            step *= fmin(fmax(scale, 0.3), 6.0);
    }
    if (kept)
        kept->whole = 1;
    const choice finite = MAGNITUDE(b->y[0]) < INFINITY;
    return of_all(&finite) == 1;
}

/* The same for values alone, with code of its own for the forms that are frequent. */
#define WALK(name, elimination, depots, links)                                                                         \
    PRIVATE int name(const stretch *s, body *b)                                                                        \
    {                                                                                                                  \
        return follow_stretch(s, b, (form){elimination, 1, 1, depots, links, 1}, 1);                                   \
    }
WALK(walk_saturated, SATURATED, 1, 0)
WALK(walk_saturated_linked, SATURATED, 1, 1)
WALK(walk_inhibited, INHIBITED, 1, 0)
WALK(walk_induced, INDUCED, 0, 0)
WALK(walk_induced_depot, INDUCED, 1, 0)
WALK(walk_saturated_induced, SATURATED_INDUCED, 1, 0)
#undef WALK

PRIVATE int walk_any(const stretch *s, body *b)
{
    return follow_stretch(s, b, b->form, b->w);
}

typedef int (*walker)(const stretch *, body *);

PRIVATE walker walker_of(const form f, int w)
{
    if (w > 1 || !f.simple || f.links > (f.elimination == SATURATED) || !(f.depots || f.elimination == INDUCED))
        return walk_any;
    switch ((enum elimination)f.elimination) {
    case SATURATED:
        return f.links ? walk_saturated_linked : walk_saturated;
    case INHIBITED:
        return walk_inhibited;
    case INDUCED:
        return f.depots ? walk_induced_depot : walk_induced;
    case SATURATED_INDUCED:
        return walk_saturated_induced;
    }
    return walk_any;
}

/* Add what is given, and begin from nothing at a reset. */
PRIVATE void begin_interval(int64_t interval, body *b, const int w)
{
    const problem *p = b->p;
    if (!p->keep[b->g.row[0] * p->intervals + interval]) {
        for (int i = 0; i < p->states * w; i++)
            b->y[i] = EVERY(0.0);
        if (p->memory && p->elimination != INHIBITED)
            b->y[p->compartments * w] = EVERY(1.0);
    }
    for (int s = 0; s < p->sites; s++) {
        if (!p->bolus[s])
            continue;
        const int to = p->depot[s] >= 0 ? p->depot[s] : p->target[s];
        for (int i = 0; i < w; i++)
            b->y[to * w + i] += b->g.bolus[s][interval * w + i];
    }
}

/* Lay out what enters from one time to another; 0 where too many doses enter at once, or members differ. */
PRIVATE int lay_out(stretch *s, int64_t interval, const number *from, const number *to, body *b, const int w)
{
    const problem *p = b->p;
    const group *g = &b->g;
    const int64_t at = g->row[0] * p->intervals + interval;
    s->many = 0;
    s->system = p->systems > 1 ? p->state[at] : 0;
    b->values = g->values + s->system * p->parameters * w;
    for (int i = 0; i < w; i++)
        s->length[i] = to[i] - from[i];
    for (int site = 0; site < p->sites; site++) {
        s->rate[site] = p->rate[site] ? g->rate[site] + interval * w : 0;
        if (!p->delayed[site])
            continue;
        const int64_t last = p->started[site][at];
        for (int64_t back = 1; back <= p->overlap[site] && back <= last; back++) {
            const int64_t dose = last - back;
            const double until = p->until[site][g->row[0] * p->delayed[site] + dose];
            const number *amount = g->amount[site] + dose * w, *start = g->start[site] + dose * w;
            const number age = from[0] - start[0];
            const choice before = from[0] < until, given = amount[0] != 0.0, enters_yet = age <= g->window[site][dose];
            const choice may_enter = age <= g->longest_window[site];
            if (!is_any(&may_enter))
                break;
            const int enters = of_all(&before);
            if (enters < 0)
                return 0;
            if (!enters || !is_any(&given) || !is_any(&enters_yet))
                continue;
            if (s->many == MOST_ACTIVE)
                return 0;
            active_dose *active = s->doses + s->many++;
            active->site = site;
            active->amount = amount;
            active->shape = g->shape[site] + dose * w;
            active->ktr = g->ktr[site] + dose * w;
            active->constant = g->constant[site] + dose * w;
            active->spread = g->spread[site][dose];
            active->window = g->window[site][dose];
            for (int i = 0; i < w; i++)
                active->age[i] = from[i] - start[i];
            active->age[0] = LARGER(active->age[0], EVERY(0.0));
        }
    }
    return 1;
}

/* How many intervals from one on are like it: the same length, the same doses, no point within. */
PRIVATE int64_t alike_ahead(int64_t interval, int64_t point, body *b, const int w)
{
    const problem *p = b->p;
    const group *g = &b->g;
    const uint8_t *keep = p->keep + g->row[0] * p->intervals;
    kept_stretch *like = 0;
    for (int64_t i = interval; i < p->intervals; i++) {
        const number end = g->bounds[(i + 1) * w];
        const choice early = (end < g->point_time[point]) & (end < g->finish);
        if (!keep[i] || of_all(&early) != 1)
            return i - interval;
        for (int site = 0; site < p->sites; site++)
            if (p->bolus[site] && memcmp(g->bolus[site] + i * w, g->bolus[site] + interval * w, SIZE_OF(w)))
                return i - interval;
        if (!lay_out(&b->now, i, g->bounds + i * w, g->bounds + (i + 1) * w, b, w))
            return i - interval;
        for (int k = 0; k < SLOTS && !like; k++)
            like = is_same(b->kept + k, &b->now, b) ? b->kept + k : 0;
        if (!like || !is_same(like, &b->now, b))
            return i - interval;
    }
    return p->intervals - interval;
}

/* One interval; 0 where no step is short enough. */
PRIVATE int through(int64_t interval, body *b, const int w)
{
    const number *from = b->g.bounds + interval * w;
    begin_interval(interval, b, w);
    return lay_out(&b->now, interval, from, from + w, b, w) && b->walk(&b->now, b);
}

#endif
