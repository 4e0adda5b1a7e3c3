/* What the kernel of non-linear systems is handed and keeps; see nonlinear.c. */

#ifndef FULLCOURSE_NONLINEAR_H
#define FULLCOURSE_NONLINEAR_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dop853.h"
#include "number.h"

#define MOST_STATES 12
#define MOST_SITES 4
#define MOST_LINKS 4
#define MOST_ACTIVE 256
#define MOST_WIDTH 12 /* a value and its slopes, in one lane */
#define SLOTS 4
#define MOST_KEPT 192
#define MOST_STEPS 400000
#define SHORTEST_H 1e-13
#define AT_ONCE_H 4e-9
#define OF_MEMORY 0.002 /* a memory keeps the errors of many days */
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
    const int64_t *order; /* of the members, so that those who are alike follow one another */
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

/* A value and its slopes stand in `w` numbers. */

typedef struct {
    int site;
    const number *amount, *shape, *ktr, *constant;
    number age[MOST_WIDTH]; /* at the begin of the stretch */
    number spread, window; /* how sharply it comes in, and for how long; h */
} active_dose;

/* What enters during a stretch. */
typedef struct {
    number length[MOST_WIDTH];
    int64_t system;
    const number *rate[MOST_SITES];
    int64_t many;
    active_dose doses[MOST_ACTIVE];
} stretch;

/* The steps of a stretch, and what entered at their stages. */
typedef struct {
    stretch of;
    int steps, whole;
    double step[MOST_KEPT];
    number *entered; /* (step, stage, site, width) */
} kept_stretch;

#define SLOW_NODES 8
#define FAST_NODES 5
typedef struct {
    int slow_nodes, fast_nodes, inhibits; /* whether memory inhibits or induces: see how it is counted */
    number half, slow[SLOW_NODES], fast[2][FAST_NODES]; /* central: as it is, and as it is counted */
    number after[SLOW_NODES][FAST_NODES][2][MOST_WIDTH]; /* an interval later: central, and memory but for what is kept of it */
    number kept[MOST_WIDTH];                             /* of the memory before, over an interval */
} day_map;

/* Members that are followed together, and what of the problem is theirs, lane by lane. */
typedef struct {
    const problem *p;
    int members, chunks, w;     /* lanes of a member: each has the value and some of the slopes */
    int64_t row[LANES];         /* member of each lane */
    int first_slope[LANES];     /* of each lane */
    number *room;               /* holds all that follows */
    number *values, *bounds, *point_time, *bolus[MOST_SITES], *rate[MOST_SITES], *start[MOST_SITES],
        *amount[MOST_SITES], *shape[MOST_SITES], *ktr[MOST_SITES], *constant[MOST_SITES],
        *window[MOST_SITES], *spread[MOST_SITES];
    number finish, longest_window[MOST_SITES];
    double passed; /* logarithm of the part of a dose below which no more of it enters */
} group;

/* How a system is built. A form that is written out where it is used is code of its own for the compiler. */
typedef struct {
    int elimination, compartments, sites, depots, links;
    int simple; /* one compartment, one site that leads to it, and links from it */
} form;

typedef struct body body;
struct body {
    const problem *p;
    group g;
    form form;
    int w;
    int (*walk)(const stretch *, body *);
    const number *values; /* parameters of the system */
    number largest, allowed[MOST_STATES]; /* error of each state, whatever it is */
    double relative[MOST_STATES];         /* and relative to it */
    number y[MOST_STATES * MOST_WIDTH], slope[STAGES][MOST_STATES * MOST_WIDTH];
    number before[MOST_STATES * MOST_WIDTH];
    kept_stretch kept[SLOTS];
    int next_slot;
    stretch now;
    day_map map;
};

/* From which interval on passing over is tried. */
typedef struct {
    int64_t not_before, tried;
} passing;

#endif
