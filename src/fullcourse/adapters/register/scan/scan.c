/* Lines of an export, checked strictly and told apart by what of them may be read.

   A line is walked once. Whatever is not plainly right (a key that stands twice or is written with an escape, half a
   surrogate pair, a number beyond what is usual, a type that is not expected where a gap is) makes the line one for the
   strict reader: nothing is refused here, and nothing is guessed. Of a plain line the key is built: every element that
   a reader may look at, byte for byte, with a mark in the place of each gap (id, patient, dates, measured values). Marks
   are control characters, which JSON does not allow, so that two lines with one key differ in gaps and in what nobody
   reads only. Equal keys have one number; keys are compared, and not only their sums. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define VERSION 1
#define GAPS 16
#define DEEPEST 40
#define MOST_KEYS 64
#define LONGEST_NUMBER 40
#define LONGEST_VALUE 24
#define LONGEST_DATE 40
#define LONGEST_ID 64

enum { SKIP, KEEP, /* the first node of all is to skip: of what is kept whole, or not at all, nothing inside is looked for */
        OBJECT, LIST, EITHER, REFERENCE, DATE, ID, PATIENT, NUMBER };
enum { OPEN = 1, CLOSE = 2, BEGIN = 3, END = 4, GAP = 5, NAMED = 6 }; /* and GAP stands before the kind of a gap */
enum { BLANK = -2, PLAINLY_NOT = -1 };

typedef struct {
    const uint8_t *at;
    uint64_t sum;
    uint32_t length;
} Name;

/* As in `library.py`. */
typedef struct {
    int64_t nodes, names, types;
    const int32_t *kind, *other, *first, *count; /* of each node; `other` is the node of names that are not listed */
    const int64_t *name_begin;                   /* of each name, and where the last ends */
    const int32_t *name_node;
    const int64_t *type_begin;
    const int32_t *type_node;
    const uint8_t *letters;
    const uint8_t *data;
    int64_t size;
    int64_t *start, *gap_begin, *gap_end; /* of each line, and of its gaps: GAPS a line */
    int32_t *length, *key;
    uint8_t *gap_kind;                    /* of each key: GAPS a key; 0 behind the last */
    int64_t *key_begin;                   /* of each key in `room`, and where the last ends */
    int64_t *key_line;                    /* of each key: the first line that has it */
    uint8_t *room;
    int64_t lines, keys;                  /* what came out */
} Scan;

typedef struct {
    const Scan *scan;
    const Name *names;
    const uint8_t *here, *end;
    uint8_t *out;
    int64_t *gap_begin, *gap_end;
    uint8_t kinds[GAPS];
    int gaps;
    const uint8_t *type, *type_end; /* found by a walk that looks for nothing else */
} Walk;

static uint64_t load(const uint8_t *at) {
    uint64_t word;
    memcpy(&word, at, 8);
    return word;
}

static uint64_t sum_of(const uint8_t *at, uint32_t length) {
    uint64_t head = 0, tail = 0;
    if (length >= 8) {
        head = load(at);
        tail = load(at + length - 8);
    } else {
        memcpy(&head, at, length);
    }
    head = (head ^ (tail * 0x9E3779B97F4A7C15ULL) ^ length) * 0xD6E8FEB86659FD93ULL;
    return head ^ (head >> 32);
}

static const uint8_t *blank(const uint8_t *p, const uint8_t *end) {
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
        p++;
    return p;
}

/* Return where one character beyond ASCII ends; NULL where it is no UTF-8. */
static const uint8_t *letter(const uint8_t *p, const uint8_t *end) {
    int more = *p >= 0xF0 ? 3 : *p >= 0xE0 ? 2 : 1;
    if (*p < 0xC2 || *p > 0xF4 || end - p <= more)
        return NULL;
    for (int i = 1; i <= more; i++)
        if ((p[i] & 0xC0) != 0x80)
            return NULL;
    if ((*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] > 0x9F) || (*p == 0xF0 && p[1] < 0x90) ||
        (*p == 0xF4 && p[1] > 0x8F))
        return NULL;
    return p + more + 1;
}

static int digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

static int hex(uint8_t c) {
    return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Return where an escape ends; NULL where it is none, or may be half a pair. */
static const uint8_t *escape(const uint8_t *p, const uint8_t *end) {
    if (end - p < 2)
        return NULL;
    if (p[1] != 'u')
        return p[1] && strchr("\"\\/bfnrt", p[1]) ? p + 2 : NULL;
    if (end - p < 6 || !hex(p[2]) || !hex(p[3]) || !hex(p[4]) || !hex(p[5]))
        return NULL;
    return (p[2] == 'd' || p[2] == 'D') && p[3] >= '8' ? NULL : p + 6;
}

#define ONES 0x0101010101010101ULL
#define HIGHS 0x8080808080808080ULL

/* Return where the closing quote of a string stands, from behind its opening one; NULL where it is not plainly right. */
static const uint8_t *string(const uint8_t *p, const uint8_t *end, int *escaped) {
    for (;;) {
        while (end - p >= 8) {
            uint64_t word = load(p), quote = word ^ (ONES * '"'), slash = word ^ (ONES * '\\');
            uint64_t odd = word | (word - ONES * 0x20) | (quote - ONES) | (slash - ONES);
            if (odd & HIGHS)
                break;
            p += 8;
        }
        while (p < end && *p != '"' && *p != '\\' && *p >= 0x20 && *p < 0x80)
            p++;
        if (p >= end || *p < 0x20)
            return NULL;
        if (*p == '"')
            return p;
        if (*p == '\\') {
            *escaped = 1;
            p = escape(p, end);
        } else if (*p >= 0x80) {
            p = letter(p, end);
        }
        if (!p)
            return NULL;
    }
}

static const uint8_t *digits(const uint8_t *p, const uint8_t *end) {
    while (p < end && digit(*p))
        p++;
    return p;
}

static const uint8_t *number(const uint8_t *p, const uint8_t *end) {
    const uint8_t *begin = p, *behind;
    p += *p == '-';
    if (p >= end || !digit(*p))
        return NULL;
    p = *p == '0' ? p + 1 : digits(p, end);
    if (p < end && *p == '.') {
        behind = digits(p + 1, end);
        if (behind == p + 1)
            return NULL;
        p = behind;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        behind = digits(p, end);
        if (behind == p || behind - p > 2)
            return NULL;
        p = behind;
    }
    return p - begin <= LONGEST_NUMBER ? p : NULL;
}

static int word(Walk *walk, const char *letters, int length) {
    if (walk->end - walk->here < length || memcmp(walk->here, letters, (size_t)length))
        return 0;
    walk->here += length;
    return 1;
}

static int is_id(uint8_t c) {
    return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
}

static int gap(Walk *walk, int kind, const uint8_t *begin, const uint8_t *end) {
    if (walk->gaps == GAPS)
        return 0;
    walk->gap_begin[walk->gaps] = begin - walk->scan->data;
    walk->gap_end[walk->gaps] = end - walk->scan->data;
    walk->kinds[walk->gaps++] = (uint8_t)kind;
    *walk->out++ = GAP;
    *walk->out++ = (uint8_t)kind;
    return 1;
}

/* Take a string that fills a gap: an id, a date, or a reference to a patient; 0 where it does not plainly. */
static int fill(Walk *walk, int kind, const uint8_t *begin, const uint8_t *end) {
    const uint8_t *p = begin;
    int64_t longest = kind == DATE ? LONGEST_DATE : LONGEST_ID;
    if (kind == PATIENT) {
        for (p = end; p > begin && is_id(p[-1]);)
            p--;
        int is_plain = p - begin >= 8 && !memcmp(p - 8, "Patient/", 8) && (p - 8 == begin || p[-9] == '/');
        if (!is_plain && !(p - begin == 9 && !memcmp(begin, "urn:uuid:", 9)))
            p = end;
        for (const uint8_t *q = begin; q + 9 < p; q++)
            if (!memcmp(q, "/_history/", 10))
                p = end; /* a version may stand behind the patient */
        memcpy(walk->out, begin, (size_t)(p - begin));
        walk->out += p - begin;
        if (p == end) {
            *walk->out++ = NAMED;
            return 1;
        }
        begin = p;
    }
    for (; p < end; p++)
        if (!is_id(*p) && (kind != DATE || (*p != ':' && *p != '+')))
            return 0;
    return begin < end && end - begin <= longest && gap(walk, kind, begin, end);
}

static int value(Walk *walk, int node, int depth);

static int object(Walk *walk, int node, int depth, int is_first) {
    const Scan *scan = walk->scan;
    const uint8_t *end = walk->end;
    Name seen[MOST_KEYS];
    uint64_t bloom = 0;
    int count = 0, refers = 0, kind = scan->kind[node], is_kept = kind > KEEP;
    const uint8_t *p = blank(walk->here + 1, end);
    if (is_kept)
        *walk->out++ = OPEN;
    if (p < end && *p == '}') {
        walk->here = p + 1;
        if (is_kept)
            *walk->out++ = CLOSE;
        return kind != REFERENCE;
    }
    for (;; p = blank(walk->here + 1, end)) {
        int escaped = 0, child = 0;
        if (p >= end || *p != '"' || count == MOST_KEYS)
            return 0;
        const uint8_t *name = p + 1;
        p = string(name, end, &escaped);
        if (!p || escaped)
            return 0;
        Name *key = &seen[count++];
        key->at = name;
        key->length = (uint32_t)(p - name);
        key->sum = sum_of(name, key->length);
        uint64_t bit = 1ULL << (key->sum & 63);
        if (bloom & bit)
            for (int i = 0; i < count - 1; i++)
                if (seen[i].sum == key->sum && seen[i].length == key->length && !memcmp(seen[i].at, name, key->length))
                    return 0;
        bloom |= bit;
        p = blank(p + 1, end);
        if (p >= end || *p != ':')
            return 0;
        walk->here = blank(p + 1, end);
        if (is_kept) {
            child = scan->other[node];
            for (int32_t i = scan->first[node], last = i + scan->count[node]; i < last; i++)
                if (walk->names[i].sum == key->sum && walk->names[i].length == key->length &&
                    !memcmp(walk->names[i].at, name, key->length)) {
                    child = scan->name_node[i];
                    break;
                }
            if (scan->kind[child] != SKIP) {
                memcpy(walk->out, name - 1, key->length + 2);
                walk->out += key->length + 2;
            }
            refers |= kind == REFERENCE && scan->kind[child] == PATIENT;
        } else if (is_first && key->length == 12 && !memcmp(name, "resourceType", 12)) {
            walk->type = walk->here;
        }
        if (!value(walk, child, depth + 1))
            return 0;
        if (is_first && walk->type && !walk->type_end)
            walk->type_end = walk->here;
        p = walk->here = blank(walk->here, end);
        if (p < end && *p == ',')
            continue;
        if (p >= end || *p != '}')
            return 0;
        walk->here = p + 1;
        if (is_kept)
            *walk->out++ = CLOSE;
        return kind != REFERENCE || refers;
    }
}

static int list(Walk *walk, int node, int depth) {
    int is_kept = walk->scan->kind[node] > KEEP;
    if (is_kept)
        *walk->out++ = BEGIN;
    walk->here = blank(walk->here + 1, walk->end);
    if (walk->here < walk->end && *walk->here == ']') {
        walk->here++;
        if (is_kept)
            *walk->out++ = END;
        return 1;
    }
    for (;; walk->here = blank(walk->here + 1, walk->end)) {
        if (walk->here >= walk->end)
            return 0;
        if (is_kept ? *walk->here != '{' || depth >= DEEPEST || !object(walk, node, depth + 1, 0)
                    : !value(walk, 0, depth + 1))
            return 0;
        walk->here = blank(walk->here, walk->end);
        if (walk->here < walk->end && *walk->here == ',')
            continue;
        if (walk->here >= walk->end || *walk->here != ']')
            return 0;
        walk->here++;
        if (is_kept)
            *walk->out++ = END;
        return 1;
    }
}

/* Walk one value, and put into the key what its node says; 0 where it is not plainly right. */
static int value(Walk *walk, int node, int depth) {
    const uint8_t *begin = walk->here, *p;
    int kind = walk->scan->kind[node], escaped = 0, is_right = 0;
    if (begin >= walk->end || depth > DEEPEST)
        return 0;
    switch (*begin) {
    case '{':
        is_right = (kind <= KEEP || kind == OBJECT || kind == EITHER || kind == REFERENCE) &&
                   object(walk, node, depth, 0);
        break;
    case '[':
        is_right = (kind <= KEEP || kind == LIST || kind == EITHER) && list(walk, node, depth);
        break;
    case '"':
        p = string(begin + 1, walk->end, &escaped);
        if (!p)
            return 0;
        walk->here = p + 1;
        is_right = kind <= KEEP ||
                   (!escaped && (kind == DATE || kind == ID || kind == PATIENT) && fill(walk, kind, begin + 1, p));
        break;
    case 't':
        is_right = kind <= KEEP && word(walk, "true", 4);
        break;
    case 'f':
        is_right = kind <= KEEP && word(walk, "false", 5);
        break;
    case 'n':
        is_right = kind <= KEEP && word(walk, "null", 4);
        break;
    default:
        p = number(begin, walk->end);
        if (!p)
            return 0;
        walk->here = p;
        is_right = kind <= KEEP || (kind == NUMBER && p - begin <= LONGEST_VALUE && gap(walk, NUMBER, begin, p));
    }
    if (is_right && kind == KEEP) {
        memcpy(walk->out, begin, (size_t)(walk->here - begin));
        walk->out += walk->here - begin;
    }
    return is_right;
}

/* Return the node of the type of a line; -1 where the line is not plainly right, or is left to the strict reader. */
static int node_of(Walk *walk, const Name *types, int *last) {
    static const char usual[] = "{\"resourceType\":\"";
    const uint8_t *begin = walk->here, *name, *end;
    int escaped = 0;
    if (walk->end - begin > 17 && !memcmp(begin, usual, 17)) {
        name = begin + 17;
        end = string(name, walk->end, &escaped);
    } else {
        walk->type = walk->type_end = NULL;
        if (*begin != '{' || !object(walk, 0, 0, 1) || !walk->type || *walk->type != '"')
            return -1;
        name = walk->type + 1;
        end = walk->type_end - 1;
        walk->here = begin;
    }
    if (!end || escaped)
        return -1;
    uint32_t length = (uint32_t)(end - name);
    if (*last >= 0 && types[*last].length == length && !memcmp(types[*last].at, name, length))
        return walk->scan->type_node[*last];
    uint64_t sum = sum_of(name, length);
    for (int i = 0; i < walk->scan->types; i++)
        if (types[i].sum == sum && types[i].length == length && !memcmp(types[i].at, name, length)) {
            *last = i;
            return walk->scan->type_node[i];
        }
    return -1;
}

static uint64_t key_sum(const uint8_t *p, int64_t length) {
    uint64_t sum = (uint64_t)length * 0x9E3779B97F4A7C15ULL;
    for (; length >= 8; p += 8, length -= 8) {
        sum = (sum ^ load(p)) * 0xD6E8FEB86659FD93ULL;
        sum ^= sum >> 29;
    }
    return (sum ^ sum_of(p, (uint32_t)length)) * 0x9E3779B97F4A7C15ULL;
}

static void measure(Name *names, int64_t count, const uint8_t *letters, const int64_t *begin) {
    for (int64_t i = 0; i < count; i++) {
        names[i].at = letters + begin[i];
        names[i].length = (uint32_t)(begin[i + 1] - begin[i]);
        names[i].sum = sum_of(names[i].at, names[i].length);
    }
}

int fullcourse_scan_version(void) {
    return VERSION;
}

/* Scan the lines of a block; 0 where memory lacks. */
int fullcourse_scan(Scan *scan) {
    const uint8_t *p = scan->data, *end = p + scan->size;
    int64_t places = 1024, line = 0, keys = 0;
    while (places < 2 * (scan->lines + 1))
        places *= 2;
    Name *names = malloc(sizeof(Name) * (size_t)(scan->names + scan->types + 1));
    int32_t *table = malloc(sizeof(int32_t) * (size_t)places);
    uint64_t *sums = malloc(sizeof(uint64_t) * (size_t)(scan->lines + 1));
    if (!names || !table || !sums) {
        free(names);
        free(table);
        free(sums);
        return 0;
    }
    Name *types = names + scan->names;
    measure(names, scan->names, scan->letters, scan->name_begin);
    measure(types, scan->types, scan->letters, scan->type_begin);
    memset(table, 0xFF, sizeof(int32_t) * (size_t)places);
    uint8_t *room = scan->room;
    int last = -1;
    scan->key_begin[0] = 0;
    for (; p < end; line++) {
        const uint8_t *stop = memchr(p, '\n', (size_t)(end - p)), *behind;
        behind = stop = stop ? stop : end;
        if (behind > p && behind[-1] == '\r')
            behind--;
        scan->start[line] = p - scan->data;
        scan->length[line] = (int32_t)(behind - p);
        Walk walk = {.scan = scan, .names = names, .here = blank(p, behind), .end = behind, .out = room,
                     .gap_begin = scan->gap_begin + line * GAPS, .gap_end = scan->gap_end + line * GAPS};
        scan->key[line] = walk.here == behind ? BLANK : PLAINLY_NOT;
        p = stop + 1;
        if (walk.here == behind)
            continue;
        int node = node_of(&walk, types, &last);
        if (node < 0 || !object(&walk, node, 0, 0) || blank(walk.here, behind) != behind)
            continue;
        int64_t size = walk.out - room;
        uint64_t sum = key_sum(room, size), at = sum & (uint64_t)(places - 1);
        int32_t key;
        while ((key = table[at]) >= 0) {
            int64_t begin = scan->key_begin[key];
            if (sums[key] == sum && scan->key_begin[key + 1] - begin == size &&
                !memcmp(scan->room + begin, room, (size_t)size))
                break;
            at = (at + 1) & (uint64_t)(places - 1);
        }
        if (key < 0) {
            key = table[at] = (int32_t)keys++;
            sums[key] = sum;
            room = walk.out;
            scan->key_begin[key + 1] = room - scan->room;
            scan->key_line[key] = line;
            memcpy(scan->gap_kind + key * GAPS, walk.kinds, GAPS);
        }
        scan->key[line] = key;
    }
    scan->lines = line;
    scan->keys = keys;
    free(names);
    free(table);
    free(sums);
    return 1;
}

/* Copy texts of a block into rows of one width, with zeros behind them. */
void fullcourse_copy(const uint8_t *data, int64_t count, const int64_t *begin, const int64_t *end, int64_t width,
                     uint8_t *out) {
    for (int64_t i = 0; i < count; i++) {
        int64_t size = end[i] - begin[i];
        memcpy(out + i * width, data + begin[i], (size_t)(size < width ? size : width));
        if (size < width)
            memset(out + i * width + size, 0, (size_t)(width - size));
    }
}
