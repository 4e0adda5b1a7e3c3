/* Carry depot and modes of many individuals from point to point, all of them at each point; see engine/walk.py. */

#include <stddef.h>
#include <stdint.h>

#define MOST_MODES 3

/* What doses add at a point for some individuals; `who` is null where it is everybody. */
typedef struct {
    int64_t point, count;
    const int64_t *who;
    const double *depot, *modes[MOST_MODES];
} addition;

typedef struct {
    int64_t points, size, modes, additions, stride;
    const int64_t *distance;                /* which distance lies before each point; -1: none */
    const double *absorb;                   /* by distance: what is kept of a depot, (distance, size); null: no depot */
    const double *keep, *cross;             /* and of a mode, and what of the depot reaches it, (distance, mode, size) */
    const addition *added;                  /* in order of their points */
    double *depot, *mode, *target;          /* (size), (mode, size), (point, stride) */
} way;

static void change(const way *w, int64_t distance)
{
    const int64_t n = w->size;
    const double *restrict absorb = w->absorb ? w->absorb + distance * n : 0;
    double *restrict depot = w->depot;
    for (int64_t m = 0; m < w->modes; m++) {
        const double *restrict keep = w->keep + (distance * w->modes + m) * n;
        const double *restrict cross = w->cross + (distance * w->modes + m) * n;
        double *restrict mode = w->mode + m * n;
        if (absorb)
            for (int64_t i = 0; i < n; i++)
                mode[i] = mode[i] * keep[i] + depot[i] * cross[i];
        else
            for (int64_t i = 0; i < n; i++)
                mode[i] *= keep[i];
    }
    for (int64_t i = 0; absorb && i < n; i++)
        depot[i] *= absorb[i];
}

static void add(const way *w, const addition *a)
{
    for (int64_t i = 0; i < a->count; i++) {
        const int64_t who = a->who ? a->who[i] : i;
        if (a->depot)
            w->depot[who] += a->depot[i];
        for (int64_t m = 0; m < w->modes; m++)
            w->mode[m * w->size + who] += a->modes[m][i];
    }
}

/* Add what the modes come to at every point after the first to the target. */
void fullcourse_walk(const way *w)
{
    int64_t next = 0;
    for (int64_t point = 1; point < w->points; point++) {
        if (w->distance[point] >= 0)
            change(w, w->distance[point]);
        for (; next < w->additions && w->added[next].point == point; next++)
            add(w, w->added + next);
        double *restrict target = w->target + point * w->stride;
        for (int64_t m = 0; m < w->modes; m++) {
            const double *restrict mode = w->mode + m * w->size;
            for (int64_t i = 0; i < w->size; i++)
                target[i] += mode[i];
        }
    }
}
