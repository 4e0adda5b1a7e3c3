/* Pass over many intervals in which memory alone still changes; see nonlinear.c. */

#ifndef FULLCOURSE_LEAP_H
#define FULLCOURSE_LEAP_H

#include "follow.h"

#define MOST_CARRIED 0.95 /* of central, from one interval to the next */

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

/* Memory, as the map counts it: by what it leaves of a clearance, or by the time that it leaves a drug in the body. What
 * follows from it is then nearly straight. */
PRIVATE void counted(number *count, const day_map *map, const number *memory)
{
    *count = 1.0 / (map->inhibits ? map->half + *memory : *memory);
}

PRIVATE void uncounted(number *memory, const day_map *map, const number *count)
{
    *memory = 1.0 / *count - (map->inhibits ? map->half : EVERY(0.0));
}

/* Central, as the map counts it for what becomes of memory: what C / (half + C) induces while C falls evenly is nearly
 * straight in log(1 + C / half), and what inhibits is straight in C. */
PRIVATE void counted_central(number *count, const day_map *map, const number *central)
{
    *count = *central;
    if (map->inhibits)
        return;
    *count = 1.0 + LARGER(*central, EVERY(0.0)) / map->half;
    logarithm(count);
}

PRIVATE void uncounted_central(number *central, const day_map *map, const number *count)
{
    *central = *count;
    if (map->inhibits)
        return;
    exponential(central);
    *central = map->half * (*central - 1.0);
}

/* What the interpolated map makes of central and memory. */
PRIVATE void mapped(number *to, const day_map *map, const number *from, int w)
{
    number fast[2][FAST_NODES], fast_slope[2][FAST_NODES], slow[SLOW_NODES], slow_slope[SLOW_NODES], memory, central;
    counted(&memory, map, from + w);
    counted_central(&central, map, from);
    const number turn = -memory * memory;
    const number room = map->half + LARGER(from[0], EVERY(0.0));
    const number bend[2] = {EVERY(1.0), map->inhibits ? EVERY(1.0) : 1.0 / room};
    lagrange(slow, slow_slope, map->slow, map->slow_nodes, &memory);
    lagrange(fast[0], fast_slope[0], map->fast[0], map->fast_nodes, from);
    lagrange(fast[1], fast_slope[1], map->fast[1], map->fast_nodes, &central);
    for (int i = 0; i < 2 * w; i++)
        to[i] = EVERY(0.0);
    for (int k = 0; k < 2; k++) {
        number in_fast = EVERY(0.0), in_slow = EVERY(0.0);
        for (int i = 0; i < map->slow_nodes; i++)
            for (int j = 0; j < map->fast_nodes; j++) {
                const number *after = map->after[i][j][k], share = slow[i] * fast[k][j];
                for (int d = 0; d < w; d++)
                    to[k * w + d] += share * after[d];
                in_fast += slow[i] * fast_slope[k][j] * after[0];
                in_slow += slow_slope[i] * fast[k][j] * after[0];
            }
        for (int d = 1; d < w; d++)
            to[k * w + d] += in_fast * bend[k] * from[d] + in_slow * turn * from[w + d];
    }
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

/* Replace the last of three amounts, an interval apart, by where they settle if each change is the same part of the one
 * before (Aitken 1926). */
PRIVATE void settled(number *x)
{
    const number first = x[1] - x[0], second = x[2] - x[1];
    for (int l = 0; l < LANES; l++) {
        const double part = fmin(fmax(first[l] != 0.0 ? second[l] / first[l] : 0.0, 0.0), MOST_CARRIED);
        x[2][l] += second[l] * part / (1.0 - part);
    }
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
    for (int side = 0; side < 2; side++) {
        number central[3] = {begun[0], begun[0], begun[0]};
        for (int day = 1; day < 3; day++) {
            for (int i = 2 * w; i < n * w; i++)
                b->y[i] = begun[i];
            b->y[0] = central[day - 1];
            b->y[w] = side ? *high : *low;
            for (int d = 1; d < w; d++)
                b->y[d] = b->y[w + d] = EVERY(0.0);
            if (!through(interval, b, w))
                return 0;
            central[day] = b->y[0];
        }
        settled(central);
        for (int day = 1; day < 3; day++) {
            *least = SMALLER(*least, central[day]);
            *most = LARGER(*most, central[day]);
        }
    }
    return 1;
}

/* Work the map out at its nodes; 0 where no step is short enough. */
PRIVATE int make_map(day_map *map, const number *begun, int64_t interval, body *b, const int n, const int w)
{
    for (int i = 0; i < map->slow_nodes; i++)
        for (int j = 0; j < map->fast_nodes; j++) {
            number memory;
            uncounted(&memory, map, map->slow + i);
            memcpy(b->y, begun, SIZE_OF(n * w));
            for (int d = 0; d < 2 * w; d++)
                b->y[d] = EVERY(0.0);
            b->y[0] = map->fast[0][j];
            b->y[w] = memory;
            if (!through(interval, b, w))
                return 0;
            memcpy(map->after[i][j][0], b->y, SIZE_OF(w));
            for (int d = 0; d < w; d++)
                map->after[i][j][1][d] = b->y[w + d] - memory * map->kept[d];
        }
    return 1;
}

/* Follow the map over `many` intervals from x on; 0 where it leaves the map. `middle` is where it was after a third. */
PRIVATE int follow_map(number *x, number *middle, const day_map *map, int64_t many, const number *ends, const number *floor,
                       const number *fastest, int w)
{
    number next[2 * w];
    for (int64_t passed = 0; passed < many; passed++) {
        const choice outside = (x[w] < ends[0]) | (x[w] > ends[1]) | (x[0] < *floor) | (x[0] > *fastest);
        if (is_any(&outside))
            return 0;
        mapped(next, map, x, w);
        memcpy(x, next, sizeof next);
        if (passed == many / 3)
            memcpy(middle, x, sizeof next);
    }
    return 1;
}

/* Whether the map makes of an interval what the interval is; -1 where no step is short enough. */
PRIVATE int is_true(const number *from, double scale, const day_map *map, const number *begun, int64_t interval, body *b,
                    const int n, const int w)
{
    number next[2 * w];
    memcpy(b->y, begun, SIZE_OF(n * w));
    memcpy(b->y, from, sizeof next);
    if (!through(interval, b, w))
        return -1;
    mapped(next, map, from, w);
    return is_near(next, b->y, b, scale);
}

/* Pass over `many` intervals that are alike, when memory alone still changes, and slowly: what an interval makes of
 * central and memory is a smooth function of the two, and is interpolated. Returns how many were passed over; the map is
 * held against real intervals in the middle and at the end. */
PRIVATE int64_t leap(int64_t interval, int64_t many, body *b, const int n, const int w)
{
    const problem *p = b->p;
    const number *bounds = b->g.bounds + interval * w;
    number begun[n * w], x[2 * w], middle[2 * w], ends[2], counts[2], centrals[2], least, most;
    day_map *map = &b->map;
    memcpy(begun, b->y, sizeof begun);
    if (!through(interval, b, w))
        return -1;
    const number *turning = b->values + KMEM * w, turnover = turning[0] * (bounds[w] - bounds[0]);
    map->inhibits = p->elimination == INHIBITED;
    /* mg/L of memory, or mg in central */
    map->half = map->inhibits ? b->values[IC50 * w] : b->values[EC50 * w] / b->values[IVC * w];
    for (int l = 0; l < LANES; l++)
        map->kept[0][l] = exp(-turnover[l]);
    for (int d = 1; d < w; d++)
        map->kept[d] = -map->kept[0] * (turning[d] * turnover / turning[0]);
    if (!bounds_of_map(ends, ends + 1, &least, &most, begun, interval, many, b, n, w))
        return -1;
    const number room = 0.1 * (most - least) + 1e-9 * b->largest, floor = least - room;
    const number fastest = most + room, slowest = LARGER(floor, EVERY(0.0));
    counted(counts, map, ends);
    counted(counts + 1, map, ends + 1);
    counted_central(centrals, map, &slowest);
    counted_central(centrals + 1, map, &fastest);
    int holds = 0;
    for (int thorough = 0; thorough < 2 && !holds; thorough++) {
        map->slow_nodes = thorough ? SLOW_NODES : 6;
        map->fast_nodes = thorough ? FAST_NODES : map->inhibits ? 3 : 4;
        spread_nodes(map->slow, map->slow_nodes, counts, counts + 1);
        spread_nodes(map->fast[1], map->fast_nodes, centrals, centrals + 1);
        for (int j = 0; j < map->fast_nodes; j++)
            uncounted_central(map->fast[0] + j, map, map->fast[1] + j);
        if (!make_map(map, begun, interval, b, n, w))
            return -1;
        memcpy(x, begun, sizeof x);
        if (!follow_map(x, middle, map, many, ends, &floor, &fastest, w))
            break;
        holds = is_true(middle, 1.0, map, begun, interval, b, n, w);
        if (holds > 0)
            holds = is_true(x, 0.1, map, begun, interval, b, n, w);
        if (holds < 0)
            return -1;
    }
    memcpy(b->y, begun, sizeof begun);
    if (!holds)
        return 0;
    memcpy(b->y, x, sizeof x);
    return many;
}

#endif
