/* The kernel of non-linear systems for processors with registers of four numbers. */

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2")))
#define COURSE fullcourse_course_wide
#include "course.h"
#endif
