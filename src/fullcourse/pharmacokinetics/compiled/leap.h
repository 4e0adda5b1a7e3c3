/* Pass over many intervals in which memory alone still changes; see nonlinear.c. */

#ifndef FULLCOURSE_LEAP_H
#define FULLCOURSE_LEAP_H

#include "follow.h"

/* Lagrange's polynomials on nodes and their slopes. */
PRIVATE void lagrange(number *value, number *slope, const number *nodes, int count, const number *x)
{
    for (int k = 0; k < count; k++) {
        value[k] = EVERY(1.0);
        slope[k] = EVERY(0.0);
        for (int j = 0; j < count; j++) {
            if (j == k)
                continue;
            const number parts = 1.0 / (nodes[k] - nodes[j]), away = *x - nodes[j];
            slope[k] = (slope[k] * away + value[k]) * parts;
            value[k] *= away * parts;
        }
    }
}

PRIVATE void spread_nodes(number *nodes, int count, const number *low, const number *high)
{
    for (int k = 0; k < count; k++)
        nodes[k] = 0.5 * (*low + *high) - 0.5 * (*high - *low) * cos(M_PI * (k + 0.5) / count);
}

PRIVATE void counted(number *count, const day_map *map, const number *memory)
{
    *count = map->turned ? 1.0 / (map->half + *memory) : *memory;
}

/* What the interpolated map makes of central and memory. */
PRIVATE void mapped(number *to, const day_map *map, const number *from, int w)
{
    number fast[FAST_NODES], fast_slope[FAST_NODES], slow[SLOW_NODES], slow_slope[SLOW_NODES], memory;
    number in_fast[2] = {EVERY(0.0), EVERY(0.0)}, in_slow[2] = {EVERY(0.0), EVERY(0.0)};
    lagrange(fast, fast_slope, map->fast, map->fast_nodes, from);
    counted(&memory, map, from + w);
    const number turn = map->turned ? -memory * memory : EVERY(1.0);
    lagrange(slow, slow_slope, map->slow, map->slow_nodes, &memory);
    for (int i = 0; i < 2 * w; i++)
        to[i] = EVERY(0.0);
    for (int i = 0; i < map->slow_nodes; i++)
        for (int j = 0; j < map->fast_nodes; j++)
            for (int k = 0; k < 2; k++) {
                const number *after = map->after[i][j][k], share = slow[i] * fast[j];
                for (int d = 0; d < w; d++)
                    to[k * w + d] += share * after[d];
                in_fast[k] += slow[i] * fast_slope[j] * after[0];
                in_slow[k] += slow_slope[i] * fast[j] * after[0];
            }
    for (int k = 0; k < 2; k++)
        for (int d = 1; d < w; d++)
            to[k * w + d] += in_fast[k] * from[d] + in_slow[k] * turn * from[w + d];
    add_product(to + w, map->kept, from + w, w);
}

PRIVATE int is_near(const number *x, const number *y, const body *b, double scale)
{
    const int w = b->w;
    const number central = MAGNITUDE(x[0] - y[0]), memory = MAGNITUDE(x[w] - y[w]), size = MAGNITUDE(y[w]);
    const choice near = (central <= scale * b->p->relative * b->largest) &
                        (memory <= scale * b->p->relative * LARGER(size, EVERY(1e-3)));
    return of_all(&near) == 1;
}

/* Between which amounts memory, and central at its either end, will move; 0 where no step is short enough. */
PRIVATE int bounds_of_map(number *low, number *high, number *least, number *most, const number *begun, int64_t interval,
                          int64_t many, body *b, const int n, const int w)
{
    const number *bounds = b->g.bounds + interval * w;
    const number turnover = b->values[KMEM * w] * (bounds[w] - bounds[0]);
    number part;
    for (int l = 0; l < LANES; l++)
        part[l] = (1.0 - exp(-turnover[l] * (double)many)) / (1.0 - exp(-turnover[l]));
    const number memory = begun[w], ends = memory + (b->y[w] - memory) * part;
    const number wide = 0.6 * MAGNITUDE(ends - memory) + 1e-9, narrow = 0.05 * wide;
    const choice falls = ends < memory;
    const number lower = SMALLER(memory - narrow, CHOSEN(falls, ends - wide, ends));
    const number higher = LARGER(memory + narrow, CHOSEN(falls, ends, ends + wide));
    *low = LARGER(lower, EVERY(0.0));
    *high = higher;
    *least = SMALLER(begun[0], b->y[0]);
    *most = LARGER(begun[0], b->y[0]);
    for (int side = 0; side < 2; side++)
        for (int day = 0; day < 2; day++) {
            for (int i = 2 * w; i < n * w; i++)
                b->y[i] = begun[i];
            if (!day)
                b->y[0] = begun[0];
            b->y[w] = side ? *high : *low;
            for (int d = 1; d < w; d++)
                b->y[d] = b->y[w + d] = EVERY(0.0);
            if (!through(interval, b, w))
                return 0;
            *least = SMALLER(*least, b->y[0]);
            *most = LARGER(*most, b->y[0]);
        }
    return 1;
}

/* Work the map out at its nodes; 0 where no step is short enough. */
PRIVATE int make_map(day_map *map, const number *begun, int64_t interval, body *b, const int n, const int w)
{
    for (int i = 0; i < map->slow_nodes; i++)
        for (int j = 0; j < map->fast_nodes; j++) {
            const number memory = map->turned ? 1.0 / map->slow[i] - map->half : map->slow[i];
            memcpy(b->y, begun, SIZE_OF(n * w));
            for (int d = 0; d < 2 * w; d++)
                b->y[d] = EVERY(0.0);
            b->y[0] = map->fast[j];
            b->y[w] = memory;
            if (!through(interval, b, w))
                return 0;
            memcpy(map->after[i][j][0], b->y, SIZE_OF(w));
            for (int d = 0; d < w; d++)
                map->after[i][j][1][d] = b->y[w + d] - memory * map->kept[d];
        }
    return 1;
}

/* Pass over `many` intervals that are alike, when memory alone still changes, and slowly: what an interval makes of
 * central and memory is a smooth function of the two, and is interpolated. Returns how many were passed over; the map is
 * held against real intervals in the middle and at the end. */
PRIVATE int64_t leap(int64_t interval, int64_t many, body *b, const int n, const int w)
{
    const problem *p = b->p;
    const number *bounds = b->g.bounds + interval * w;
    number begun[n * w], x[2 * w], next[2 * w], real[2 * w], middle[2 * w], low, high, least, most, counts[2];
    day_map *map = &b->map;
    memcpy(begun, b->y, sizeof begun);
    if (!through(interval, b, w))
        return -1;
    const number *turning = b->values + KMEM * w, turnover = turning[0] * (bounds[w] - bounds[0]);
    map->turned = p->elimination == INHIBITED;
    map->slow_nodes = map->turned ? 6 : SLOW_NODES;
    map->fast_nodes = map->turned ? 3 : FAST_NODES;
    map->half = b->values[IC50 * w];
    for (int l = 0; l < LANES; l++)
        map->kept[0][l] = exp(-turnover[l]);
    for (int d = 1; d < w; d++)
        map->kept[d] = -map->kept[0] * (turning[d] * turnover / turning[0]);
    if (!bounds_of_map(&low, &high, &least, &most, begun, interval, many, b, n, w))
        return -1;
    const number room = 0.1 * (most - least) + 1e-9 * b->largest, floor = least - room;
    const number fastest = most + room, slowest = LARGER(floor, EVERY(0.0));
    counted(counts, map, &low);
    counted(counts + 1, map, &high);
    spread_nodes(map->slow, map->slow_nodes, counts, counts + 1);
    spread_nodes(map->fast, map->fast_nodes, &slowest, &fastest);
    if (!make_map(map, begun, interval, b, n, w))
        return -1;
    memcpy(x, begun, sizeof x);
    int64_t passed = 0;
    for (; passed < many; passed++) {
        const choice outside = (x[w] < low) | (x[w] > high) | (x[0] < floor) | (x[0] > fastest);
        if (is_any(&outside))
            break;
        mapped(next, map, x, w);
        memcpy(x, next, sizeof x);
        if (passed == many / 3)
            memcpy(middle, x, sizeof x);
    }
    int holds = passed == many;
    for (int check = 0; check < 2 && holds; check++) {
        const number *from = check ? x : middle;
        memcpy(b->y, begun, sizeof begun);
        memcpy(b->y, from, sizeof x);
        if (!through(interval, b, w))
            return -1;
        memcpy(real, b->y, sizeof real);
        mapped(next, map, from, w);
        holds = is_near(next, real, b, check ? 0.1 : 1.0);
    }
    memcpy(b->y, begun, sizeof begun);
    if (!holds)
        return 0;
    memcpy(b->y, x, sizeof x);
    return many;
}

#endif
