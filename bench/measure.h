/* Clocks, latency histograms, and what other processes use, read from /proc. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <ctype.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000ull
#define SECOND 1000000000ull

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

/* Log-linear: exact microseconds up to 256, then 128 steps per doubling (under 1 % wrong), up to hours. */
enum { LINEAR = 256, STEPS = 128, BUCKETS = LINEAR + 32 * STEPS };

typedef struct {
    uint64_t count, most, bucket[BUCKETS];
} histogram;

static void record(histogram *h, uint64_t nanoseconds) {
    uint64_t us = nanoseconds / 1000;
    size_t b = us;
    if (us >= LINEAR) {
        int log = 63 - __builtin_clzll(us);
        b = LINEAR + (log - 8) * STEPS + ((us >> (log - 7)) & (STEPS - 1));
    }
    h->bucket[b < BUCKETS ? b : BUCKETS - 1]++;
    h->count++;
    if (us > h->most) h->most = us;
}

/* Milliseconds under which the given part (0..1) of all values lies; -1 when there are none. */
static double quantile(const histogram *h, double part) {
    uint64_t wanted = part * h->count, passed = 0;
    if (h->count == 0) return -1;
    for (size_t b = 0; b < BUCKETS; b++) {
        passed += h->bucket[b];
        if (passed <= wanted) continue;
        if (b < LINEAR) return b / 1000.0;
        int log = (b - LINEAR) / STEPS + 8;
        uint64_t step = (b - LINEAR) % STEPS, width = 1ull << (log - 7);
        return ((1ull << log) + step * width + width / 2.0) / 1000.0;
    }
    return h->most / 1000.0;
}

/* A set of processes: the ones that were named and everything they started. */
enum { PIDS_MOST = 512 };

typedef struct {
    int count, pid[PIDS_MOST];
} processes;

typedef struct {
    double cpu; /* seconds in user and kernel since each process began */
    double rss; /* kilobytes in memory */
} usage;

static int contains(const processes *set, int pid) {
    for (int i = 0; i < set->count; i++)
        if (set->pid[i] == pid) return 1;
    return 0;
}

/* Reads /proc/PID/stat: the parent, and the processor time in clock ticks. Returns 0 when it is gone. */
static int read_stat(int pid, int *parent, unsigned long *ticks) {
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) return 0;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = 0;
    char *after_name = strrchr(line, ')'); /* the name may hold blanks and brackets */
    unsigned long user = 0, kernel = 0;
    if (after_name == NULL ||
        sscanf(after_name + 2, "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", parent, &user, &kernel) != 3)
        return 0;
    *ticks = user + kernel;
    return 1;
}

/* "12,34" and all their descendants. Goes over /proc until a pass finds nobody new. */
static processes family(const char *list) {
    processes set = {0};
    for (const char *p = list; *p && set.count < PIDS_MOST; p += strcspn(p, ","), p += *p == ',')
        set.pid[set.count++] = atoi(p);
    for (int before = -1; set.count != before && set.count > 0;) {
        before = set.count;
        DIR *all = opendir("/proc");
        struct dirent *entry;
        while (all != NULL && (entry = readdir(all)) != NULL) {
            int pid = isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : 0, parent;
            unsigned long ticks;
            if (pid && !contains(&set, pid) && set.count < PIDS_MOST && read_stat(pid, &parent, &ticks) && contains(&set, parent))
                set.pid[set.count++] = pid;
        }
        if (all != NULL) closedir(all);
    }
    return set;
}

static usage usage_of(const char *list) {
    processes set = family(list);
    usage total = {0};
    for (int i = 0; i < set.count; i++) {
        int parent;
        unsigned long ticks;
        long all, resident;
        char path[64];
        if (!read_stat(set.pid[i], &parent, &ticks)) continue;
        total.cpu += (double)ticks / sysconf(_SC_CLK_TCK);
        snprintf(path, sizeof path, "/proc/%d/statm", set.pid[i]);
        FILE *file = fopen(path, "r");
        if (file == NULL) continue;
        if (fscanf(file, "%ld %ld", &all, &resident) == 2) total.rss += resident * (sysconf(_SC_PAGESIZE) / 1024.0);
        fclose(file);
    }
    return total;
}

#endif
