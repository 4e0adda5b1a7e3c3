/* The kernel of non-linear systems for processors with registers of eight numbers. */

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl")))
#define LANES 8
#define COURSE fullcourse_course_widest
#include "course.h"
#endif
