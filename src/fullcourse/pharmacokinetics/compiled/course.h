/* The whole way of groups of members; see nonlinear.c. COURSE names what is compiled here. */

#include "leap.h"

/* Whether the states from one on are as they were when the interval before began, slopes too. */
PRIVATE int stands_still(int first, const body *b, const int n, const int w)
{
    for (int j = first; j < n; j++) {
        const int is_memory = b->p->memory && j == b->p->compartments;
        const number own = is_memory ? EVERY(1e-3) : b->largest, size = MAGNITUDE(b->y[j * w]);
        const number scale = LARGER(own, size);
        for (int i = 0; i < w; i++) {
            const number of_slope = MAGNITUDE(b->y[j * w + i]), apart = MAGNITUDE(b->y[j * w + i] - b->before[j * w + i]);
            const choice moved = apart > 1e-12 * LARGER(scale, of_slope);
            if (is_any(&moved))
                return 0;
        }
    }
    return 1;
}

/* How many intervals that are alike may be passed over from one on; what is left in the body then stands in b->y. */
PRIVATE int64_t pass_over(int64_t interval, int64_t point, passing *seen, body *b, const int n, const int w)
{
    const problem *p = b->p;
    if (interval < seen->not_before)
        return 0;
    const int still = stands_still(0, b, n, w);
    const int slow = p->memory && p->compartments == 1 && p->links == 0 && stands_still(2, b, n, w);
    if (!still && !(slow && interval >= seen->tried))
        return 0;
    const int64_t many = alike_ahead(interval, point, b, w);
    if (still)
        return many;
    seen->tried = interval + many;
    if (many < FEWEST_LEAPT) {
        seen->tried = interval + (many > 0 ? many : 1);
        return 0;
    }
    return leap(interval, many, b, n, w);
}

/* From one time to another; 0 where it cannot be followed. */
PRIVATE int go(int64_t interval, const number *from, const number *to, body *b, const int n, const int w)
{
    stretch *s = &b->now;
    if (!lay_out(s, interval, from, to, b, w))
        return 0;
    const choice brief = s->length[0] <= AT_ONCE_H;
    const int at_once = of_all(&brief);
    if (at_once < 0)
        return 0;
    if (!at_once)
        return b->walk(s, b);
    number in[MOST_SITES * w];
    entering(in, s, 0.5, b, w);
    along(b->slope[0], b->y, in, s, b, b->form, w);
    for (int i = 0; i < n * w; i++)
        b->y[i] += w == 1 ? b->slope[0][i] * s->length[0] : b->slope[0][i];
    return 1;
}

/* An interval with the points in it; 0 where it cannot be followed, or members differ in what comes next. */
PRIVATE int follow_interval(int64_t interval, int64_t *point, body *b, const int n, const int w)
{
    const problem *p = b->p;
    const number *end = b->g.bounds + (interval + 1) * w;
    number from[w], to[w];
    memcpy(from, b->g.bounds + interval * w, sizeof from);
    begin_interval(interval, b, w);
    for (int last = 0; !last;) {
        const number *at = b->g.point_time + *point;
        if (*point < p->points) {
            const choice before = *at < end[0];
            const int here = of_all(&before);
            if (here < 0)
                return 0;
            last = !here;
        } else
            last = 1;
        for (int i = 0; i < w; i++)
            to[i] = last ? end[i] : EVERY(0.0);
        if (!last)
            to[0] = LARGER(*at, from[0]);
        if (!go(interval, from, to, b, n, w))
            return 0;
        if (!last)
            write_point(&b->g, b->y, (*point)++);
        memcpy(from, to, sizeof from);
    }
    return 1;
}

/* The whole way of a group; 0 where it cannot be followed, or members differ in what comes next. */
PRIVATE int follow_group(body *b, const int n, const int w)
{
    const problem *p = b->p;
    const group *g = &b->g;
    int64_t point = 0;
    passing seen = {4, p->elimination == INHIBITED ? 4 : 14};
    for (int i = 0; i < n * w; i++)
        b->y[i] = b->before[i] = EVERY(0.0);
    if (p->memory && p->elimination != INHIBITED)
        b->y[p->compartments * w] = EVERY(1.0);
    for (int i = 0; i < SLOTS; i++)
        b->kept[i].whole = 0;
    for (int64_t interval = 0; interval < p->intervals && point < p->points; interval++) {
        const choice asked = g->point_time[point] < INFINITY, ahead = g->bounds[interval * w] < g->finish;
        const int is_asked = of_all(&asked), is_ahead = interval ? of_all(&ahead) : 1;
        if (is_asked < 0 || is_ahead < 0)
            return 0;
        if (!is_asked || !is_ahead)
            break;
        const int64_t passed = pass_over(interval, point, &seen, b, n, w);
        if (passed < 0)
            return 0;
        if (passed > 0) {
            interval += passed - 1;
            seen.not_before = interval + 4;
            continue;
        }
        memcpy(b->before, b->y, SIZE_OF(n * w));
        if (!follow_interval(interval, &point, b, n, w))
            return 0;
    }
    return 1;
}

/* Follow some members together; 0 where they cannot be. */
PRIVATE int follow_members(const int64_t *rows, int members, body *b)
{
    const problem *p = b->p;
    fill(&b->g, rows, members);
    b->next_slot = 0;
    for (int l = 0; l < LANES; l++)
        b->largest[l] = p->largest[b->g.row[l]];
    for (int j = 0; j < p->states; j++) {
        const int is_memory = p->memory && j == p->compartments;
        b->allowed[j] = p->absolute * (is_memory ? EVERY(1e-3) : b->largest);
        b->relative[j] = p->relative * (is_memory ? OF_MEMORY : 1.0);
    }
    return follow_group(b, (int)p->states, b->w);
}

/* Follow members one by one where they cannot be followed together. */
PRIVATE void follow_some(const int64_t *rows, int members, body *b)
{
    if (follow_members(rows, members, b))
        return;
    for (int i = 0; i < members; i++)
        b->p->failed[rows[i]] = members == 1 || !follow_members(rows + i, 1, b);
}

/* How many lanes share the slopes of a member: as few numbers as possible are worked with in all; 0 where there are too
 * many. */
PRIVATE int best_chunks(const problem *p)
{
    int best = 0;
    int64_t least = INT64_MAX;
    for (int chunks = 1; chunks <= LANES; chunks *= 2) {
        const int64_t w = 1 + (p->width - 2 + chunks) / chunks, together = LANES / chunks;
        const int64_t work = (p->batch + together - 1) / together * w;
        if (w <= MOST_WIDTH && work < least) {
            least = work;
            best = chunks;
        }
    }
    return best;
}

/* Follow every member of a batch and say which could not be; 1 where it cannot be tried, or there is no memory for it. */
TARGET int COURSE(const problem *p)
{
    const int chunks = best_chunks(p);
    if (!chunks)
        return 1;
    const int w = 1 + (int)(p->width - 2 + chunks) / chunks, together = LANES / chunks;
    const size_t body_size = (sizeof(body) + ALIGNED - 1) / ALIGNED * ALIGNED;
    const size_t entered = SIZE_OF(MOST_KEPT * STAGES * p->sites * w), room = SIZE_OF(room_needed(p, w));
    const size_t whole = (body_size + room + SLOTS * entered + ALIGNED - 1) / ALIGNED * ALIGNED;
    char *memory = aligned_alloc(ALIGNED, whole);
    if (!memory)
        return 1;
    body *b = (body *)memory;
    b->p = b->g.p = p;
    b->w = b->g.w = w;
    b->g.chunks = chunks;
    b->g.room = (number *)(memory + body_size);
    for (int i = 0; i < SLOTS; i++)
        b->kept[i].entered = (number *)(memory + body_size + room + (size_t)i * entered);
    b->g.passed = 5.0 - log(p->absolute);
    b->form = form_of(p);
    b->walk = walker_of(b->form, w);
    for (int64_t begin = 0, members; begin < p->batch; begin += members) {
        const int64_t *rows = p->order + begin;
        for (members = 1; members < together && begin + members < p->batch; members++)
            if (!is_alike(p, rows[0], rows[members]))
                break;
        follow_some(rows, (int)members, b);
    }
    free(memory);
    return 0;
}
