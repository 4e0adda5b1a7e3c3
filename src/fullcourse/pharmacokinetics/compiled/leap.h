/* Pass over many intervals in which memory alone still changes; included by nonlinear.c, whose `through` it uses. */

/* Lagrange's polynomials on nodes and their slopes. */
static void lagrange(double *value, double *slope, const double *nodes, int count, double x)
{
    for (int k = 0; k < count; k++) {
        value[k] = 1.0;
        slope[k] = 0.0;
        for (int j = 0; j < count; j++) {
            if (j == k)
                continue;
            const double gap = nodes[k] - nodes[j];
            slope[k] = slope[k] * (x - nodes[j]) / gap + value[k] / gap;
            value[k] *= (x - nodes[j]) / gap;
        }
    }
}


static void spread_nodes(double *nodes, int count, double low, double high)
{
    for (int k = 0; k < count; k++)
        nodes[k] = 0.5 * (low + high) - 0.5 * (high - low) * cos(M_PI * (k + 0.5) / count);
}

static double counted(const day_map *map, double memory)
{
    return map->half > 0.0 ? 1.0 / (map->half + memory) : memory;
}

/* What the interpolated map makes of central and memory. */
static void mapped(double *to, const day_map *map, const double *from, int w)
{
    double fast[FAST_NODES], fast_slope[FAST_NODES], slow[SLOW_NODES], slow_slope[SLOW_NODES];
    double in_fast[2] = {0.0, 0.0}, in_slow[2] = {0.0, 0.0};
    const double turn = map->half > 0.0 ? -1.0 / ((map->half + from[w]) * (map->half + from[w])) : 1.0;
    lagrange(fast, fast_slope, map->fast, map->fast_nodes, from[0]);
    const double memory = counted(map, from[w]);
    lagrange(slow, slow_slope, map->slow, map->slow_nodes, memory);
    memset(to, 0, sizeof(double) * 2 * (size_t)w);
    for (int i = 0; i < map->slow_nodes; i++)
        for (int j = 0; j < map->fast_nodes; j++)
            for (int k = 0; k < 2; k++) {
                const double *after = map->after[i][j][k];
                add_scaled(to + k * w, after, slow[i] * fast[j], w);
                in_fast[k] += slow[i] * fast_slope[j] * after[0];
                in_slow[k] += slow_slope[i] * fast[j] * after[0];
            }
    for (int k = 0; k < 2; k++)
        for (int d = 1; d < w; d++)
            to[k * w + d] += in_fast[k] * from[d] + in_slow[k] * turn * from[w + d];
    add_product(to + w, map->kept, from + w, 1.0, w);
}

static int is_near(const double *x, const double *y, const body *b, double scale)
{
    const int w = (int)b->p->width;
    return fabs(x[0] - y[0]) <= scale * b->p->relative * b->largest &&
           fabs(x[w] - y[w]) <= scale * b->p->relative * fmax(fabs(y[w]), 1e-3);
}

/* Pass over `many` intervals that are alike, when memory alone still changes, and slowly: what an interval makes of
 * central and memory is a smooth function of the two, and is interpolated. Returns how many were passed over; the map is
 * held against real intervals in the middle and at the end. */
static int64_t leap(int64_t interval, int64_t many, body *b, const int n, const int w)
{
    const problem *p = b->p;
    const double *bounds = p->bounds + b->row * (p->intervals + 1) * w;
    double begun[n * w], x[2 * w], next[2 * w], real[2 * w], middle[2 * w];
    day_map *map = b->map;
    memcpy(begun, b->y, sizeof begun);
    if (!through(interval, b, w))
        return -1;
    const double turnover = b->values[KMEM * w] * (bounds[(interval + 1) * w] - bounds[interval * w]);
    const double change = b->y[w] - begun[w], left = 1.0 - exp(-turnover * (double)many);
    const double ends = begun[w] + change * left / (1.0 - exp(-turnover));
    const double wide = 0.6 * fabs(ends - begun[w]) + 1e-9, narrow = 0.05 * wide;
    const double low = fmax(fmin(begun[w] - narrow, ends - (ends < begun[w] ? wide : 0.0)), 0.0);
    const double high = fmax(begun[w] + narrow, ends + (ends > begun[w] ? wide : 0.0));
    map->slow_nodes = p->elimination == INHIBITED ? 6 : SLOW_NODES;
    map->fast_nodes = p->elimination == INHIBITED ? 3 : FAST_NODES;
    map->half = p->elimination == INHIBITED ? b->values[IC50 * w] : 0.0;
    map->kept[0] = exp(-turnover);
    for (int d = 1; d < w; d++)
        map->kept[d] = -map->kept[0] * (b->values[KMEM * w + d] * turnover / b->values[KMEM * w]);
    double least = fmin(begun[0], b->y[0]), most = fmax(begun[0], b->y[0]);
    for (int side = 0; side < 2; side++) /* where central ends at either end of memory */
        for (int day = 0; day < 2; day++) {
            for (int i = 2 * w; i < n * w; i++)
                b->y[i] = begun[i];
            if (!day)
                b->y[0] = begun[0];
            b->y[w] = side ? high : low;
            for (int d = 1; d < w; d++)
                b->y[d] = b->y[w + d] = 0.0;
            if (!through(interval, b, w))
                return -1;
            least = fmin(least, b->y[0]);
            most = fmax(most, b->y[0]);
        }
    const double room = 0.1 * (most - least) + 1e-9 * b->largest;
    spread_nodes(map->slow, map->slow_nodes, counted(map, low), counted(map, high));
    spread_nodes(map->fast, map->fast_nodes, fmax(least - room, 0.0), most + room);
    for (int i = 0; i < map->slow_nodes; i++)
        for (int j = 0; j < map->fast_nodes; j++) {
            memcpy(b->y, begun, sizeof begun);
            memset(b->y, 0, sizeof(double) * 2 * (size_t)w);
            b->y[0] = map->fast[j];
            const double memory = map->half > 0.0 ? 1.0 / map->slow[i] - map->half : map->slow[i];
            b->y[w] = memory;
            if (!through(interval, b, w))
                return -1;
            memcpy(map->after[i][j][0], b->y, sizeof(double) * (size_t)w);
            memcpy(map->after[i][j][1], b->y + w, sizeof(double) * (size_t)w);
            add_scaled(map->after[i][j][1], map->kept, -memory, w);
        }
    memcpy(x, begun, sizeof x);
    int64_t passed = 0;
    for (; passed < many; passed++) {
        if (x[w] < low || x[w] > high || x[0] < least - room || x[0] > most + room)
            break;
        mapped(next, map, x, w);
        memcpy(x, next, sizeof x);
        if (passed == many / 3)
            memcpy(middle, x, sizeof x);
    }
    int holds = passed == many;
    for (int check = 0; check < 2 && holds; check++) {
        const double *from = check ? x : middle;
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
