/* Lay members of a batch side by side in lanes, and write what was found back; see nonlinear.c. */

#ifndef FULLCOURSE_GROUP_H
#define FULLCOURSE_GROUP_H

#include "nonlinear.h"

#define ALIGNED 64

/* Copy what stands by (member, count, width) or by (member, count), lane by lane. */
PRIVATE void spread_out(number *to, const double *from, int64_t count, const group *g)
{
    const int64_t width = g->p->width;
    for (int l = 0; l < LANES; l++) {
        const double *own = from + g->row[l] * count * width;
        for (int64_t k = 0; k < count; k++) {
            to[k * g->w][l] = own[k * width];
            for (int i = 1; i < g->w; i++) {
                const int slope = g->first_slope[l] + i - 1;
                to[k * g->w + i][l] = slope < width ? own[k * width + slope] : 0.0;
            }
        }
    }
}

PRIVATE void spread_values(number *to, const double *from, int64_t count, const group *g)
{
    for (int l = 0; l < LANES; l++)
        for (int64_t k = 0; k < count; k++)
            to[k][l] = from[g->row[l] * count + k];
}

/* How many numbers hold what of the problem a group needs. */
PRIVATE int64_t room_needed(const problem *p, int w)
{
    int64_t many = p->systems * p->parameters + p->intervals + 1;
    for (int s = 0; s < p->sites; s++)
        many += p->intervals * ((p->bolus[s] != 0) + (p->rate[s] != 0)) + 5 * p->delayed[s];
    many *= w;
    for (int s = 0; s < p->sites; s++)
        many += 2 * p->delayed[s];
    return many + p->points;
}

/* For how long each dose enters: until less than a part of it is left; and how sharply.
 *
 * Source: Laurent and Massart, Annals of Statistics 28:1302, 2000, lemma 1, for the tail of a gamma distribution. */
PRIVATE void spread_windows(group *g, int site)
{
    g->longest_window[site] = EVERY(0.0);
    for (int64_t dose = 0; dose < g->p->delayed[site]; dose++) {
        const number *shape = g->shape[site] + dose * g->w, *ktr = g->ktr[site] + dose * g->w;
        number *window = g->window[site] + dose, *spread = g->spread[site] + dose;
        for (int l = 0; l < LANES; l++) {
            (*window)[l] = ((*shape)[l] + sqrt(2.0 * (*shape)[l] * g->passed) + g->passed) / (*ktr)[l];
            (*spread)[l] = sqrt((*shape)[l]) / (*ktr)[l];
        }
        g->longest_window[site] = LARGER(g->longest_window[site], *window);
    }
}

/* Fill the lanes with members; lanes that are left repeat the first. */
PRIVATE void fill(group *g, const int64_t *rows, int members)
{
    const problem *p = g->p;
    number *next = g->room;
    g->members = members;
    for (int l = 0; l < LANES; l++) {
        const int member = l / g->chunks < members ? l / g->chunks : 0;
        g->row[l] = rows[member];
        g->first_slope[l] = 1 + l % g->chunks * (g->w - 1);
        g->finish[l] = p->finish[rows[member]];
    }
#define PLACED(field, from, count)                                                                                     \
    do {                                                                                                               \
        g->field = next;                                                                                               \
        if (from)                                                                                                      \
            spread_out(next, from, count, g);                                                                          \
        next += (from) ? (count)*g->w : 0;                                                                             \
    } while (0)
    PLACED(values, p->values, p->systems * p->parameters);
    PLACED(bounds, p->bounds, p->intervals + 1);
    for (int s = 0; s < p->sites; s++) {
        const int64_t doses = p->delayed[s];
        PLACED(bolus[s], p->bolus[s], p->intervals);
        PLACED(rate[s], p->rate[s], p->intervals);
        PLACED(start[s], p->start[s], doses);
        PLACED(amount[s], p->amount[s], doses);
        PLACED(shape[s], p->shape[s], doses);
        PLACED(ktr[s], p->ktr[s], doses);
        PLACED(constant[s], p->constant[s], doses);
        g->window[s] = next;
        g->spread[s] = next + doses;
        next += 2 * doses;
        spread_windows(g, s);
    }
#undef PLACED
    g->point_time = next;
    spread_values(next, p->point_time, p->points, g);
}

/* Whether two members go through the same events in the same order: only numbers differ. */
PRIVATE int is_alike(const problem *p, int64_t one, int64_t other)
{
#define SAME(field, count) !memcmp(p->field + one * (count), p->field + other * (count), sizeof *p->field * (size_t)(count))
    if (!SAME(keep, p->intervals) || !SAME(state, p->intervals) || !SAME(point_column, p->points))
        return 0;
    for (int s = 0; s < p->sites; s++)
        if (p->delayed[s] && !(SAME(started[s], p->intervals) && SAME(until[s], p->delayed[s])))
            return 0;
#undef SAME
    return 1;
}

/* Write the amounts at a point, and their slopes, where they are asked for. */
PRIVATE void write_point(const group *g, const number *y, int64_t point)
{
    const problem *p = g->p;
    for (int l = 0; l < g->members * g->chunks; l++) {
        const int64_t row = g->row[l], column = p->point_column[row * p->points + point];
        for (int k = 0; k < p->sources; k++) {
            double *to = p->result + ((row * p->sources + k) * p->points + column) * p->width;
            const number *from = y + p->source_state[k] * g->w;
            to[0] = from[0][l];
            for (int i = 1; i < g->w && g->first_slope[l] + i - 1 < p->width; i++)
                to[g->first_slope[l] + i - 1] = from[i][l];
        }
    }
}

#endif
