/* What the kernel of linear systems is handed, a state in the body, and what a dose makes of it; see linear.c. */

#ifndef FULLCOURSE_LINEAR_H
#define FULLCOURSE_LINEAR_H

#include <stdint.h>
#include <stdlib.h>

#include "chains.h"

#define MOST_STATES 16
#define MOST_OPEN 2048
#define SAME_TIME 1e-9
#define ROUNDED 36.0
#define MOST_DOUBLINGS 60
enum status { FINE, ENDLESS, TOO_MANY };

typedef struct {
    int64_t batch, subjects, runs, points, width, states, systems, quantities, terms, trains, blocks, sources;
    const int32_t *term_head, *term_target, *term_length, *term_path, *term_factor;
    const int32_t *entry_begin, *entry_state, *entry_factor;
    const int32_t *block_begin, *block_modes, *block_into, *block_beside;
    const int32_t *source_begin, *source_end;
    const double *point_time;
    const int64_t *point_row;
    const uint8_t *point_valid;
    const double *run_start, *run_end;
    const int64_t *run_end_row, *run_state;
    const uint8_t *run_reset;
    const int32_t *train_site, *train_entry;
    const double *train_interval, *train_doses;
    const uint8_t *train_steady, *train_lagged;
    const int64_t *train_row, *train_cancel_row;
    const double *system, *start, *amount, *duration, *shape, *ktr;
    double *result;
} problem;

typedef struct {
    int train;
    double number; /* of the dose in its train */
} open_dose;

typedef struct {
    const problem *p;
    int64_t row, subject;
    int width;
    const double *system; /* of the run: rates of the states, then factors */
    double slowest;
    double kept[32][MOST_WIDTH], kept_time[MOST_WIDTH]; /* what a term comes to over a time */
    int has_kept;
    delay known;
    open_dose open[MOST_OPEN];
    int many_open;
} body;

typedef double state[MOST_STATES][MOST_WIDTH];

static int is_nothing(const double *x, int width)
{
    for (int i = 0; i < width; i++)
        if (x[i] != 0.0)
            return 0;
    return 1;
}

static void clear(state x, const body *b)
{
    for (int i = 0; i < b->p->states; i++)
        memset(x[i], 0, sizeof(double) * (size_t)b->width);
}

static void add_state(state sum, state x, double factor, const body *b)
{
    for (int i = 0; i < b->p->states; i++)
        add_scaled(sum[i], x[i], factor, b->width);
}

static void copy(state to, state from, const body *b)
{
    for (int i = 0; i < b->p->states; i++)
        memcpy(to[i], from[i], sizeof(double) * (size_t)b->width);
}

static void with_factor(double *x, int32_t factor, const body *b)
{
    double product[MOST_WIDTH];
    if (factor < 0)
        return;
    times(product, x, b->system + factor * b->width, b->width);
    memcpy(x, product, sizeof(double) * (size_t)b->width);
}

/* Move a state on by a time. */
static void advance(state result, state from, const double *time, body *b)
{
    const problem *p = b->p;
    const int width = b->width;
    double part[MOST_WIDTH];
    state moved;
    if (!b->has_kept || memcmp(b->kept_time, time, sizeof(double) * (size_t)width)) {
        for (int t = 0; t < p->terms; t++) {
            response(b->kept[t], AT_ONCE, b->system, p->term_path + t * MOST_PATH, p->term_length[t], time, 0, 0, 0, width);
            with_factor(b->kept[t], p->term_factor[t], b);
        }
        memcpy(b->kept_time, time, sizeof(double) * (size_t)width);
        b->has_kept = 1;
    }
    clear(moved, b);
    for (int t = 0; t < p->terms; t++) {
        if (is_nothing(from[p->term_head[t]], width))
            continue;
        times(part, from[p->term_head[t]], b->kept[t], width);
        add(moved[p->term_target[t]], part, width);
    }
    copy(result, moved, b);
}

static const double *of_train(const double *values, int k, const body *b)
{
    return values + (b->row * b->p->trains + k) * b->width;
}

/* Add what a dose that began to enter some time ago has become, times a factor. */
static void add_dose(state sum, int k, const double *age, double factor, body *b)
{
    const problem *p = b->p;
    const int width = b->width;
    enum entry kind = (enum entry)p->train_entry[k];
    double amount[MOST_WIDTH], part[MOST_WIDTH], through[MOST_WIDTH], on[MOST_WIDTH], off[MOST_WIDTH];
    const double *shape = 0, *ktr = 0, *since = age;
    state entered;
    if (age[0] < 0.0 || (kind == DELAYED && age[0] <= 0.0) || is_nothing(of_train(p->amount, k, b), width))
        return;
    memcpy(amount, of_train(p->amount, k, b), sizeof(double) * (size_t)width);
    put(off, 0.0, width);
    if (kind == DELAYED) {
        shape = of_train(p->shape, k, b);
        ktr = of_train(p->ktr, k, b);
        new_delay(&b->known, shape[0], ktr[0], age[0]);
    } else if (kind == CONSTANT) {
        const double *length = of_train(p->duration, k, b);
        divided(part, amount, length, width);
        memcpy(amount, part, sizeof(double) * (size_t)width);
        if (!(age[0] < length[0])) {
            memcpy(on, length, sizeof(double) * (size_t)width);
            memcpy(off, age, sizeof(double) * (size_t)width);
            add_scaled(off, length, -1.0, width);
            since = on;
        }
    }
    clear(entered, b);
    const int site = p->train_site[k];
    for (int e = p->entry_begin[site]; e < p->entry_begin[site + 1]; e++)
        for (int t = 0; t < p->terms; t++) {
            if (p->term_head[t] != p->entry_state[e])
                continue;
            response(through, kind, b->system, p->term_path + t * MOST_PATH, p->term_length[t], since, shape, ktr,
                     &b->known, width);
            with_factor(through, p->term_factor[t], b);
            with_factor(through, p->entry_factor[e], b);
            times(part, through, amount, width);
            add(entered[p->term_target[t]], part, width);
        }
    if (kind == CONSTANT && !is_nothing(off, width))
        advance(entered, entered, off, b);
    add_state(sum, entered, factor, b);
}

#endif
