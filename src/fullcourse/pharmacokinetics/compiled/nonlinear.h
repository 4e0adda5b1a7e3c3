/* What the kernel of non-linear systems is handed and keeps; see nonlinear.c. */

#ifndef FULLCOURSE_NONLINEAR_H
#define FULLCOURSE_NONLINEAR_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "chains.h"
#include "dop853.h"

#define MOST_STATES 12
#define MOST_SITES 4
#define MOST_LINKS 4
#define MOST_ACTIVE 256
#define SLOTS 4
#define MOST_KEPT 192
#define MOST_STEPS 400000
#define SHORTEST_H 1e-13
#define AT_ONCE_H 4e-9
#define OF_MEMORY 0.0005 /* a memory keeps the errors of many days */
#define FEWEST_LEAPT 45
enum elimination { SATURATED, INHIBITED, INDUCED, SATURATED_INDUCED };
enum parameter { IVC, FIRST, VMAX, KM, RCLF, IC50, KMEM, EMAX, EC50, OUT1, BACK1, OUT2, BACK2, OF_SITES };

typedef struct {
    int64_t batch, points, intervals, width, parameters, systems, states, compartments, memory, elimination, sites, links,
        sources, delayed[MOST_SITES], overlap[MOST_SITES];
    double relative, absolute;
    const int32_t *depot, *target;                   /* by site: state of the depot, or -1; state that it leads to */
    const int32_t *link_source, *link_from_leaving; /* by link: state of the source; whether its elimination feeds it */
    const int32_t *source_state;
    const double *point_time;
    const int64_t *point_column;
    const double *bounds, *finish, *largest, *values;
    const int64_t *state;
    const uint8_t *keep;
    const double *bolus[MOST_SITES], *rate[MOST_SITES];
    const int64_t *started[MOST_SITES];
    const double *start[MOST_SITES], *amount[MOST_SITES], *shape[MOST_SITES], *ktr[MOST_SITES], *constant[MOST_SITES],
        *until[MOST_SITES];
    double *result;
    uint8_t *failed; /* by member */
} problem;

typedef struct {
    int site;
    const double *amount, *shape, *ktr, *constant;
    double age[MOST_WIDTH]; /* at the begin of the stretch */
} active_dose;

/* What enters during a stretch. */
typedef struct {
    double length[MOST_WIDTH];
    int64_t system;
    const double *rate[MOST_SITES];
    int many;
    active_dose doses[MOST_ACTIVE];
} stretch;

/* The steps of a stretch, and what entered at their stages. */
typedef struct {
    stretch of;
    double doses[MOST_ACTIVE][3][MOST_WIDTH], rates[MOST_SITES][MOST_WIDTH];
    int steps, whole;
    double step[MOST_KEPT];
    double *entered; /* (step, stage, site, width) */
} kept_stretch;

#define SLOW_NODES 8
#define FAST_NODES 4
typedef struct {
    int slow_nodes, fast_nodes;
    double slow[SLOW_NODES], fast[FAST_NODES];
    double after[SLOW_NODES][FAST_NODES][2][MOST_WIDTH]; /* an interval later: central, and memory but for what is kept of it */
    double kept[MOST_WIDTH];                             /* of the memory before, over an interval */
    double half;                                         /* above 0: memory is counted as 1 / (half + memory) */
} day_map;

typedef struct body body;
struct body {
    const problem *p;
    day_map *map;
    int (*walk)(const stretch *, body *);
    double passed; /* logarithm of the part of a dose below which no more of it enters */
    int64_t row;
    const double *values; /* parameters of the system */
    double largest;
    double allowed[MOST_STATES], relative[MOST_STATES]; /* error of each state: whatever it is, and relative to it */
    double y[MOST_STATES * MOST_WIDTH], slope[STAGES][MOST_STATES * MOST_WIDTH];
    kept_stretch kept[SLOTS];
    int next_slot;
};

/* From which interval on passing over is tried. */
typedef struct {
    int64_t not_before, tried;
} passing;

#define INLINE static inline __attribute__((always_inline))

#endif
