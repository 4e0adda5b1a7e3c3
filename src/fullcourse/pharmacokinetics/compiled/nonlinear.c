/* Follow systems whose elimination saturates, inhibits or induces itself, with slopes, by steps of order 8.
 *
 * Between two events a group of members takes the same steps, short enough for each of them. Members that go through
 * the same events lie side by side in lanes; the slopes of few members are shared out over the lanes that are free.
 * Where the same doses follow one another at the same distance, the steps of the interval before are taken again, with
 * what entered at them, for as long as their error allows. Lengths may have slopes: a stretch is followed along its part
 * from 0 to 1. */

#define COURSE fullcourse_course
#include "course.h"

TARGET int fullcourse_course_wide(const problem *p, int chunks);

/* How many lanes share the slopes of a member: as few numbers as possible are worked with in all. */
static int best_chunks(const problem *p)
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

/* Follow every member of a batch and say which could not be; 1 where it cannot be tried. */
int fullcourse_nonlinear(const problem *p)
{
    const int chunks = best_chunks(p);
    if (!chunks)
        return 1;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return fullcourse_course_wide(p, chunks);
#endif
    return fullcourse_course(p, chunks);
}
