/* Follow systems whose elimination saturates, inhibits or induces itself, with slopes, by steps of order 8.
 *
 * Between two events a group of members takes the same steps, short enough for each of them. Members that go through
 * the same events lie side by side in lanes; the slopes of few members are shared out over the lanes that are free.
 * Where the same doses follow one another at the same distance, the steps of the interval before are taken again, with
 * what entered at them, for as long as their error allows. Lengths may have slopes: a stretch is followed along its part
 * from 0 to 1. */

#define COURSE fullcourse_course
#include "course.h"

int fullcourse_course_wide(const problem *p);
int fullcourse_course_widest(const problem *p);

/* Follow every member of a batch and say which could not be; 1 where it cannot be tried. */
int fullcourse_nonlinear(const problem *p)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return fullcourse_course_widest(p);
    if (__builtin_cpu_supports("avx2"))
        return fullcourse_course_wide(p);
#endif
    return fullcourse_course(p);
}
