/* A number of several persons at once, one in each lane, so that one instruction follows all of them.
 *
 * A file that includes this is compiled for the processors that TARGET names, with as many LANES as they take at once. No
 * operation joins lanes or is fused. Members who are followed together take the same steps, so that processors of other
 * LANES give other last digits, within what a step may leave out. */

#ifndef FULLCOURSE_NUMBER_H
#define FULLCOURSE_NUMBER_H

#include <math.h>
#include <stdint.h>

#ifndef LANES
#define LANES 4
#endif

#ifndef TARGET
#define TARGET
#endif
#define INLINE static inline __attribute__((always_inline)) TARGET
#define PRIVATE static TARGET

typedef double number __attribute__((vector_size(8 * LANES)));
typedef int64_t choice __attribute__((vector_size(8 * LANES))); /* all bits of a lane, or none */

/* Macros where a function would hand a vector over by value, which has no fixed convention. */
#define EVERY(x) ((number){0.0} + (x))
#define AS_BITS(x) ((choice)(x))
#define MAGNITUDE(x) ((number)(AS_BITS(x) & INT64_MAX))
#define CHOSEN(when, x, y) ((number)(((choice)(when) & AS_BITS(x)) | (~(choice)(when) & AS_BITS(y))))
#define LARGER(x, y) CHOSEN((x) > (y), x, y)
#define SMALLER(x, y) CHOSEN((x) < (y), x, y)
/* 1, with the sign of x */
#define SIGN(x) ((number)((AS_BITS(x) & INT64_MIN) | AS_BITS(EVERY(1.0))))

/* What all lanes say: 1 yes, 0 no, -1 where they differ. */
INLINE int of_all(const choice *when)
{
    int64_t each = -1, some = 0;
    for (int l = 0; l < LANES; l++) {
        each &= (*when)[l];
        some |= (*when)[l];
    }
    return each ? 1 : some ? -1 : 0;
}

INLINE int is_any(const choice *when)
{
    int64_t some = 0;
    for (int l = 0; l < LANES; l++)
        some |= (*when)[l];
    return some != 0;
}

/* The largest lane; not a number where any lane is none. */
INLINE double largest_lane(const number *x)
{
    double most = (*x)[0];
    for (int l = 1; l < LANES; l++)
        if (!((*x)[l] <= most))
            most = most == most ? (*x)[l] : most;
    return most;
}

INLINE double smallest_lane(const number *x)
{
    double least = (*x)[0];
    for (int l = 1; l < LANES; l++)
        least = (*x)[l] < least ? (*x)[l] : least;
    return least;
}

#endif
