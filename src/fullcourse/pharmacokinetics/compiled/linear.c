/* Carry linear systems from event to event, with slopes: what ../engine/predict.py does run by run in arrays.
 *
 * What is in the body and has entered is one state; it is moved on by exact exponentials. A dose that still enters is kept
 * apart and taken from its own beginning, until all of it is in. Long trains are summed by doubling. */

#include "linear.h"

/* How long a dose takes to enter, h. */
static double input_h(int k, const body *b)
{
    const problem *p = b->p;
    if (p->train_entry[k] == CONSTANT)
        return of_train(p->duration, k, b)[0];
    if (p->train_entry[k] == DELAYED) {
        const double a = of_train(p->shape, k, b)[0];
        return (a + 10.0 * sqrt(a) + 46.0) / of_train(p->ktr, k, b)[0];
    }
    return 0.0;
}

/* Whether more than rounding of a dose is still to enter. */
static int still_enters(int k, double age, const body *b)
{
    const problem *p = b->p;
    if (p->train_entry[k] == AT_ONCE)
        return 0;
    if (p->train_entry[k] == CONSTANT)
        return age - of_train(p->duration, k, b)[0] <= 1e-6;
    const double a = of_train(p->shape, k, b)[0], y = of_train(p->ktr, k, b)[0] * age;
    return !(y > a && y - a - a * log(y / a) > ROUNDED);
}

/* How many doses of a train have entered by a time. */
static double entered_by(int k, double time, int64_t row, const body *b)
{
    const problem *p = b->p;
    const int64_t at = b->subject * p->trains + k;
    const double elapsed = time - of_train(p->start, k, b)[0];
    double count = floor((elapsed + SAME_TIME) / p->train_interval[at]) + 1.0;
    if (fabs(elapsed) <= SAME_TIME && !p->train_lagged[b->row * p->trains + k] && row < p->train_row[at])
        count = 0.0;
    if (!p->train_steady[at])
        count = fmax(count, 0.0);
    return fmin(count, p->train_doses[at]);
}

/* The age of a dose at a time, never below 0 but where it has not begun. */
static void age_at(double *age, int k, double number, double time, const body *b)
{
    const double interval = b->p->train_interval[b->subject * b->p->trains + k];
    const double *start = of_train(b->p->start, k, b);
    for (int i = 0; i < b->width; i++)
        age[i] = -start[i];
    age[0] = time + age[0] - number * interval;
    if (age[0] < 0.0)
        put(age, 0.0, b->width);
}

static int is_small(state part, state whole, const body *b)
{
    for (int i = 0; i < b->p->states; i++)
        if (fabs(part[i][0]) > 1e-17 * fabs(whole[i][0]))
            return 0;
    return 1;
}

/* Add the sum over `count` doses, an interval apart, of which the latest has become `first`; infinitely many too. */
static enum status add_train(state sum, state first, double interval, double count, body *b)
{
    const int endless = isinf(count);
    int64_t left = endless ? 0 : (int64_t)count;
    double span[MOST_WIDTH];
    state block, result, later;
    clear(block, b);
    clear(result, b);
    add_state(block, first, 1.0, b);
    put(span, interval, b->width);
    for (int bit = 0; endless || left; bit++) {
        if (left & 1) {
            advance(later, result, span, b);
            clear(result, b);
            add_state(result, block, 1.0, b);
            add_state(result, later, 1.0, b);
        }
        left >>= 1;
        if (!endless && !left)
            break;
        if (bit > MOST_DOUBLINGS)
            return ENDLESS;
        advance(later, block, span, b);
        add_state(block, later, 1.0, b);
        span[0] *= 2.0;
        if (endless && is_small(later, block, b))
            break;
    }
    add_state(sum, endless ? block : result, 1.0, b);
    return FINE;
}

/* Let the doses from `from` up to `to` of a train enter: those that still enter are kept open, the rest is summed. */
static enum status enter(state settled, int k, double from, double to, double time, body *b)
{
    const problem *p = b->p;
    const double interval = p->train_interval[b->subject * p->trains + k];
    double age[MOST_WIDTH];
    double number = to - 1.0;
    for (; number >= from; number -= 1.0) {
        age_at(age, k, number, time, b);
        if (!still_enters(k, age[0], b))
            break;
        if (b->many_open == MOST_OPEN)
            return TOO_MANY;
        b->open[b->many_open++] = (open_dose){k, number};
    }
    if (!(number >= from))
        return FINE;
    age_at(age, k, number, time, b);
    const double left = age[0] - input_h(k, b);
    if (left > 0.0 && b->slowest * left > 700.0)
        return FINE;
    if (number - from < 1.0) {
        add_dose(settled, k, age, 1.0, b);
        return FINE;
    }
    state first;
    clear(first, b);
    add_dose(first, k, age, 1.0, b);
    return add_train(settled, first, interval, number - from + 1.0, b);
}

/* Add what is open at a time; doses all of which is in join what is settled. */
static void add_open(state total, state settled, double time, body *b)
{
    double age[MOST_WIDTH];
    int kept = 0;
    for (int i = 0; i < b->many_open; i++) {
        const open_dose dose = b->open[i];
        age_at(age, dose.train, dose.number, time, b);
        if (still_enters(dose.train, age[0], b)) {
            add_dose(total, dose.train, age, 1.0, b);
            b->open[kept++] = dose;
        } else {
            state in;
            clear(in, b);
            add_dose(in, dose.train, age, 1.0, b);
            add_state(total, in, 1.0, b);
            add_state(settled, in, 1.0, b);
        }
    }
    b->many_open = kept;
}

/* Express amounts in the modes of another system. */
static void in_new_modes(state x, const double *old, const double *new, const body *b)
{
    const problem *p = b->p;
    const int width = b->width;
    for (int n = 0; n < p->blocks; n++) {
        const int begin = p->block_begin[n], modes = p->block_modes[n];
        double amounts[3][MOST_WIDTH], part[MOST_WIDTH];
        for (int c = 0; c < modes; c++) {
            put(amounts[c], 0.0, width);
            for (int i = 0; i < modes; i++) {
                if (c == 0) {
                    add(amounts[0], x[begin + i], width);
                    continue;
                }
                times(part, x[begin + i], old + (p->block_beside[n] + (c - 1) * modes + i) * width, width);
                add(amounts[c], part, width);
            }
        }
        for (int i = 0; i < modes; i++) {
            put(x[begin + i], 0.0, width);
            for (int c = 0; c < modes; c++) {
                times(part, amounts[c], new + (p->block_into[n] + c * modes + i) * width, width);
                add(x[begin + i], part, width);
            }
        }
    }
}

static void write_point(state total, int64_t point, const body *b)
{
    const problem *p = b->p;
    for (int s = 0; s < p->sources; s++) {
        double *to = p->result + ((b->row * p->sources + s) * p->points + point) * b->width;
        for (int i = p->source_begin[s]; i < p->source_end[s]; i++)
            add(to, total[i], b->width);
    }
}

/* What a record at the end of a run sets: its steady state, and a dose that empties the body first. */
static enum status set_at_end(state end, int64_t run, body *b)
{
    const problem *p = b->p;
    const int64_t at = b->subject * p->runs + run;
    const double time = p->run_end[at];
    for (int k = 0; k < p->trains; k++) {
        const int64_t of = b->subject * p->trains + k;
        const int steady = p->train_steady[of];
        if (p->train_row[of] != p->run_end_row[at] || !(steady || p->run_reset[at]) ||
            is_nothing(of_train(p->amount, k, b), b->width))
            continue;
        const double count = entered_by(k, time, INT64_MAX, b), interval = p->train_interval[of];
        if (!steady && !(count > 0.0))
            continue;
        double age[MOST_WIDTH];
        double number = count - 1.0;
        int opened = 0;
        for (; steady || number >= 0.0; number -= 1.0) {
            age_at(age, k, number, time, b);
            if (opened++ > MOST_OPEN)
                return TOO_MANY;
            if (!still_enters(k, age[0], b))
                break;
            add_dose(end, k, age, 1.0, b);
        }
        if (!steady && number < 0.0)
            continue;
        state first;
        clear(first, b);
        add_dose(first, k, age, 1.0, b);
        if (add_train(end, first, interval, steady ? INFINITY : number + 1.0, b))
            return ENDLESS;
    }
    return FINE;
}

static void use_system(int64_t index, body *b)
{
    const problem *p = b->p;
    b->system = p->system + (b->row * p->systems + index) * p->quantities * b->width;
    b->has_kept = 0;
    b->slowest = INFINITY;
    for (int i = 0; i < p->states; i++)
        if (b->system[i * b->width] > 0.0)
            b->slowest = fmin(b->slowest, b->system[i * b->width]);
}

static enum status follow(body *b, double *have)
{
    const problem *p = b->p;
    const int width = b->width;
    double gap[MOST_WIDTH], age[MOST_WIDTH];
    state settled, total;
    int64_t point = 0, previous = -1;
    const double *old = 0;
    b->system = 0;
    clear(settled, b);
    for (int64_t run = 0; run < p->runs; run++) {
        const int64_t at = b->subject * p->runs + run;
        const int64_t end_row = p->run_end_row[at];
        if (run && end_row == previous)
            break; /* the rest pads */
        old = b->system;
        use_system(p->systems > 1 ? p->run_state[at] : 0, b);
        if (old && old != b->system)
            in_new_modes(settled, old, b->system, b);
        double now = p->run_start[at];
        b->many_open = 0;
        for (int k = 0; k < p->trains; k++) {
            const int64_t of = b->subject * p->trains + k;
            have[k] = run ? entered_by(k, now, previous, b) : 0.0;
            const int counts = previous < p->train_cancel_row[of] && (!p->train_steady[of] || previous >= p->train_row[of]);
            if (!counts || is_nothing(of_train(p->amount, k, b), width)) {
                have[k] = INFINITY;
                continue;
            }
            if (p->train_entry[k] == AT_ONCE)
                continue;
            for (double number = have[k] - 1.0; p->train_steady[of] || number >= 0.0; number -= 1.0) {
                age_at(age, k, number, now, b);
                if (!still_enters(k, age[0], b))
                    break;
                if (b->many_open == MOST_OPEN)
                    return TOO_MANY;
                b->open[b->many_open++] = (open_dose){k, number};
                add_dose(settled, k, age, -1.0, b);
            }
        }
        for (int last = 0; !last;) {
            while (point < p->points && !p->point_valid[b->subject * p->points + point])
                point++;
            const int64_t here = b->subject * p->points + point;
            last = point >= p->points || p->point_row[here] >= end_row;
            const double time = last ? p->run_end[at] : p->point_time[here];
            const int64_t row = last ? end_row : p->point_row[here];
            if (time > now) {
                put(gap, time - now, width);
                advance(settled, settled, gap, b);
                now = time;
            }
            for (int k = 0; k < p->trains; k++) {
                if (isinf(have[k]))
                    continue;
                const double count = entered_by(k, time, row, b);
                if (count > have[k]) {
                    const enum status done = enter(settled, k, have[k], count, time, b);
                    if (done)
                        return done;
                    have[k] = count;
                }
            }
            copy(total, settled, b);
            add_open(total, settled, time, b);
            if (!last)
                write_point(total, point++, b);
        }
        if (p->run_reset[at])
            clear(total, b);
        const enum status done = set_at_end(total, run, b);
        if (done)
            return done;
        for (; point < p->points; point++) {
            const int64_t here = b->subject * p->points + point;
            if (!p->point_valid[here])
                continue;
            if (p->point_row[here] != end_row)
                break;
            write_point(total, point, b);
        }
        copy(settled, total, b);
        previous = end_row;
    }
    return FINE;
}

/* Follow every member of a batch; the status of the first that could not be. */
int fullcourse_linear(const problem *p)
{
    body *b = calloc(1, sizeof(body));
    double *have = calloc((size_t)(p->trains + 1), sizeof(double));
    enum status status = b && have ? FINE : TOO_MANY;
    for (int64_t row = 0; row < p->batch && status == FINE; row++) {
        b->p = p;
        b->row = row;
        b->subject = p->subjects > 1 ? row : 0;
        b->width = (int)p->width;
        status = follow(b, have);
    }
    free(b);
    free(have);
    return status;
}
