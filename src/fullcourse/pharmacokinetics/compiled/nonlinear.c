/* Follow systems whose elimination saturates, inhibits or induces itself, with slopes, by steps of order 8.
 *
 * Between two events every member of a batch takes its own steps. Where the same doses follow one another at the same
 * distance, the steps of the interval before are taken again, with what entered at them, for as long as their error
 * allows. Lengths may have slopes: a stretch is followed along its part from 0 to 1. */

#include "nonlinear.h"

#include "rates.h"

static int is_same(const kept_stretch *k, const stretch *s, const body *b)
{
    const int w = (int)b->p->width;
    const size_t size = sizeof(double) * (size_t)w, slopes = size - sizeof(double);
    if (!k->whole || k->of.system != s->system || k->of.many != s->many || fabs(k->of.length[0] - s->length[0]) > 1e-9 ||
        memcmp(k->of.length + 1, s->length + 1, slopes))
        return 0;
    for (int i = 0; i < b->p->sites; i++) {
        if (!k->of.rate[i] != !s->rate[i] || (s->rate[i] && memcmp(k->rates[i], s->rate[i], size)))
            return 0;
    }
    for (int d = 0; d < s->many; d++) {
        const active_dose *one = k->of.doses + d, *other = s->doses + d;
        if (one->site != other->site || fabs(one->age[0] - other->age[0]) > 1e-9 ||
            memcmp(one->age + 1, other->age + 1, slopes) || memcmp(k->doses[d][0], other->amount, size) ||
            memcmp(k->doses[d][1], other->shape, size) || memcmp(k->doses[d][2], other->ktr, size))
            return 0;
    }
    return 1;
}

static kept_stretch *new_slot(body *b, const stretch *s)
{
    kept_stretch *k = b->kept + b->next_slot;
    const size_t size = sizeof(double) * (size_t)b->p->width;
    b->next_slot = (b->next_slot + 1) % SLOTS;
    memcpy(&k->of, s, offsetof(stretch, doses) + sizeof(active_dose) * (size_t)s->many);
    k->whole = k->steps = 0;
    for (int i = 0; i < b->p->sites; i++)
        if (s->rate[i])
            memcpy(k->rates[i], s->rate[i], size);
    for (int d = 0; d < s->many; d++) {
        memcpy(k->doses[d][0], s->doses[d].amount, size);
        memcpy(k->doses[d][1], s->doses[d].shape, size);
        memcpy(k->doses[d][2], s->doses[d].ktr, size);
    }
    return k;
}

/* Nothing is left in a depot into which nothing comes: it would force short steps for ever. */
INLINE void emptied(const double *in, body *b, const int w)
{
    const problem *p = b->p;
    const double empty = 0.1 * p->absolute * b->largest;
    for (int site = 0; site < p->sites; site++) {
        const int depot = p->depot[site];
        if (depot < 0 || in[site * w] > empty || fabs(b->y[depot * w]) > empty)
            continue;
        for (int i = 0; i < w; i++)
            b->y[depot * w + i] = 0.0;
    }
}

/* Follow a stretch; 0 where no step is short enough. */
INLINE int follow_stretch(const stretch *s, body *b, const int n, const int w)
{
    const problem *p = b->p;
    const int size = n * w, at_stages = STAGES * (int)p->sites * w;
    double y[n * w], now[STAGES * MOST_SITES * w], *in = now;
    kept_stretch *old = 0, *kept = 0;
    for (int i = 0; i < SLOTS && !old; i++)
        if (is_same(b->kept + i, s, b))
            old = b->kept + i;
    double part = 0.0, step = fmin(longest(s, 0.0), 1.0 / 32.0);
    if (!old)
        kept = new_slot(b, s);
    for (int64_t count = 0; part < 1.0; count++) {
        if (count > MOST_STEPS || !(step * s->length[0] > SHORTEST_H))
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
                entering(in + stage * p->sites * w, s, part + PLACE[stage] * step, b, w);
        }
        emptied(in, b, w);
        along(b->slope[0], b->y, in, s, b, n, w);
        const double error = one_step(y, step, in, s, b, n, w);
        if (again && !(error <= 1.0)) {
            old->whole = 0; /* steps of its own, from here on */
            old = 0;
            continue;
        }
        const double scale = error > 0.0 ? 0.9 * pow(error, -1.0 / 8.0) : 6.0;
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
    return isfinite(b->y[0]);
}

/* The same for values alone, with code of its own for the numbers of states that are frequent. */
static int walk_2(const stretch *s, body *b)
{
    return follow_stretch(s, b, 2, 1);
}

static int walk_3(const stretch *s, body *b)
{
    return follow_stretch(s, b, 3, 1);
}

static int walk_many(const stretch *s, body *b)
{
    return follow_stretch(s, b, (int)b->p->states, (int)b->p->width);
}

/* Add what is given, and begin from nothing at a reset. */
static void begin_interval(int64_t interval, body *b, const int w)
{
    const problem *p = b->p;
    const int64_t at = b->row * p->intervals + interval;
    if (!p->keep[at]) {
        for (int i = 0; i < p->states * w; i++)
            b->y[i] = 0.0;
        if (p->memory && p->elimination != INHIBITED)
            b->y[p->compartments * w] = 1.0;
    }
    for (int s = 0; s < p->sites; s++) {
        if (!p->bolus[s])
            continue;
        const int to = p->depot[s] >= 0 ? p->depot[s] : p->target[s];
        for (int i = 0; i < w; i++)
            b->y[to * w + i] += p->bolus[s][at * w + i];
    }
}

/* Lay out what enters from one time to another; 0 where too many doses enter at once. */
static int lay_out(stretch *s, int64_t interval, const double *from, const double *to, body *b, const int w)
{
    const problem *p = b->p;
    const int64_t at = b->row * p->intervals + interval;
    s->many = 0;
    s->system = p->systems > 1 ? p->state[at] : 0;
    b->values = p->values + (b->row * p->systems + s->system) * p->parameters * w;
    for (int i = 0; i < w; i++)
        s->length[i] = to[i] - from[i];
    for (int site = 0; site < p->sites; site++) {
        s->rate[site] = p->rate[site] ? p->rate[site] + at * w : 0;
        if (!p->delayed[site])
            continue;
        const int64_t last = p->started[site][at], many = p->delayed[site];
        for (int64_t back = 1; back <= p->overlap[site] && back <= last; back++) {
            const int64_t dose = b->row * many + last - back;
            const double *start = p->start[site] + dose * w, *shape = p->shape[site] + dose * w;
            const double *ktr = p->ktr[site] + dose * w, age = from[0] - start[0], y = ktr[0] * age, a = shape[0];
            if (!(from[0] < p->until[site][dose]) || p->amount[site][dose * w] == 0.0 ||
                (y > a && y - a - a * log(y / a) > b->passed))
                continue;
            if (s->many == MOST_ACTIVE)
                return 0;
            active_dose *active = s->doses + s->many++;
            active->site = site;
            active->amount = p->amount[site] + dose * w;
            active->shape = shape;
            active->ktr = ktr;
            active->constant = p->constant[site] + dose * w;
            for (int i = 0; i < w; i++)
                active->age[i] = from[i] - start[i];
            active->age[0] = fmax(active->age[0], 0.0);
        }
    }
    return 1;
}

/* How many intervals from one on are like it: the same length, the same doses, no point within. */
static int64_t alike_ahead(int64_t interval, double next_point, body *b, const int w)
{
    const problem *p = b->p;
    const double *bounds = p->bounds + b->row * (p->intervals + 1) * w;
    const int64_t first = b->row * p->intervals + interval;
    kept_stretch *like = 0;
    stretch s;
    for (int64_t i = interval; i < p->intervals; i++) {
        const int64_t at = b->row * p->intervals + i;
        const double end = bounds[(i + 1) * w];
        if (!p->keep[at] || !(end < next_point) || !(end < p->finish[b->row]))
            return i - interval;
        for (int site = 0; site < p->sites; site++)
            if (p->bolus[site] &&
                memcmp(p->bolus[site] + at * w, p->bolus[site] + first * w, sizeof(double) * (size_t)w))
                return i - interval;
        if (!lay_out(&s, i, bounds + i * w, bounds + (i + 1) * w, b, w))
            return i - interval;
        for (int k = 0; k < SLOTS && !like; k++)
            like = is_same(b->kept + k, &s, b) ? b->kept + k : 0;
        if (!like || !is_same(like, &s, b))
            return i - interval;
    }
    return p->intervals - interval;
}

/* One interval; 0 where no step is short enough. */
static int through(int64_t interval, body *b, const int w)
{
    const double *bounds = b->p->bounds + b->row * (b->p->intervals + 1) * w;
    stretch s;
    begin_interval(interval, b, w);
    return lay_out(&s, interval, bounds + interval * w, bounds + (interval + 1) * w, b, w) &&
           b->walk(&s, b);
}

#include "leap.h"

/* Whether the states from one on are as they were when the interval before began, slopes too. */
static int stands_still(const double *before, int first, const body *b, const int n, const int w)
{
    for (int j = first; j < n; j++) {
        const int is_memory = b->p->memory && j == b->p->compartments;
        const double scale = fmax(is_memory ? 1e-3 : b->largest, fabs(b->y[j * w]));
        for (int i = 0; i < w; i++)
            if (fabs(b->y[j * w + i] - before[j * w + i]) > 1e-12 * fmax(scale, fabs(b->y[j * w + i])))
                return 0;
    }
    return 1;
}

/* How many intervals that are alike may be passed over from one on; what is left in the body then stands in b->y. */
static int64_t pass_over(int64_t interval, double next_point, const double *before, passing *seen, body *b, const int n,
                         const int w)
{
    const problem *p = b->p;
    if (interval < seen->not_before)
        return 0;
    const int still = stands_still(before, 0, b, n, w);
    const int slow = p->memory && p->compartments == 1 && p->links == 0 && stands_still(before, 2, b, n, w);
    if (!still && !(slow && interval >= seen->tried))
        return 0;
    const int64_t many = alike_ahead(interval, next_point, b, w);
    if (still)
        return many;
    seen->tried = interval + many;
    if (many < FEWEST_LEAPT) {
        seen->tried = interval + (many > 0 ? many : 1);
        return 0;
    }
    return leap(interval, many, b, n, w);
}

static int follow_row(body *b, const int n, const int w)
{
    const problem *p = b->p;
    const double *bounds = p->bounds + b->row * (p->intervals + 1) * w;
    double from[w], to[w], before[n * w];
    int64_t point = b->row * p->points, points = point + p->points;
    passing seen = {4, p->elimination == INHIBITED ? 4 : 14};
    stretch s;
    memset(b->y, 0, sizeof b->y);
    memset(before, 0, sizeof before);
    if (p->memory && p->elimination != INHIBITED)
        b->y[p->compartments * w] = 1.0;
    for (int i = 0; i < SLOTS; i++)
        b->kept[i].whole = 0;
    for (int64_t interval = 0; interval < p->intervals; interval++) {
        if (point == points || !isfinite(p->point_time[point]))
            break;
        if (interval && !(bounds[interval * w] < p->finish[b->row]))
            break;
        const int64_t passed = pass_over(interval, p->point_time[point], before, &seen, b, n, w);
        if (passed < 0)
            return 0;
        if (passed > 0) {
            interval += passed - 1;
            seen.not_before = interval + 4;
            continue;
        }
        memcpy(before, b->y, sizeof before);
        memcpy(from, bounds + interval * w, sizeof from);
        begin_interval(interval, b, w);
        for (int last = 0; !last;) {
            const double *end = bounds + (interval + 1) * w;
            last = point == points || !(p->point_time[point] < end[0]);
            memset(to, 0, sizeof to);
            if (last)
                memcpy(to, end, sizeof to);
            else
                to[0] = fmax(p->point_time[point], from[0]);
            if (!lay_out(&s, interval, from, to, b, w))
                return 0;
            if (s.length[0] <= AT_ONCE_H) {
                double in[MOST_SITES * w];
                entering(in, &s, 0.5, b, w);
                along(b->slope[0], b->y, in, &s, b, n, w);
                for (int i = 0; i < n * w; i++)
                    b->y[i] += b->slope[0][i];
            } else if (!b->walk(&s, b))
                return 0;
            if (!last) {
                for (int k = 0; k < p->sources; k++)
                    memcpy(p->result + ((b->row * p->sources + k) * p->points + p->point_column[point]) * w,
                           b->y + p->source_state[k] * w, sizeof(double) * (size_t)w);
                point++;
            }
            memcpy(from, to, sizeof from);
        }
    }
    return 1;
}

/* Follow every member of a batch and say which could not be; 1 where there is no memory for it. */
int fullcourse_nonlinear(const problem *p)
{
    body *b = calloc(1, sizeof(body));
    day_map *map = calloc(1, sizeof(day_map));
    int failed = b == 0 || map == 0;
    for (int i = 0; !failed && i < SLOTS; i++) {
        const size_t numbers = (size_t)(MOST_KEPT * STAGES * p->sites * p->width);
        b->kept[i].entered = malloc(sizeof(double) * numbers);
        failed = b->kept[i].entered == 0;
    }
    for (int64_t row = 0; row < p->batch && !failed; row++) {
        b->p = p;
        b->map = map;
        b->row = row;
        b->largest = p->largest[row];
        b->passed = 5.0 - log(p->absolute);
        for (int j = 0; j < p->states; j++) {
            const int is_memory = p->memory && j == p->compartments;
            b->allowed[j] = p->absolute * (is_memory ? 1e-3 : b->largest);
            b->relative[j] = p->relative * (is_memory ? OF_MEMORY : 1.0);
        }
        b->walk = p->width > 1 ? walk_many : p->states == 2 ? walk_2 : p->states == 3 ? walk_3 : walk_many;
        p->failed[row] = !follow_row(b, (int)p->states, (int)p->width);
    }
    for (int i = 0; b && i < SLOTS; i++)
        free(b->kept[i].entered);
    free(map);
    free(b);
    return failed;
}
