/* A disk as slow as most are: every flush takes at least BENCH_FLUSH_MS milliseconds.
 *
 * Loaded with LD_PRELOAD into whoever commits (the server with SQLite in it, PostgreSQL, the raw
 * measurement alike). Some machines flush in a tenth of a millisecond, because something below them
 * keeps the bytes safe or says so; then there is nothing that a group commit could save, and its worth
 * on an ordinary disk cannot be seen. The real flush still happens.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int slowly(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *wanted = getenv("BENCH_FLUSH_MS");
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    long nanoseconds = until.tv_nsec + (long)((wanted ? atof(wanted) : 0) * 1e6);
    until.tv_sec += nanoseconds / 1000000000;
    until.tv_nsec = nanoseconds % 1000000000;
    int result = real(fd);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL)) continue;
    return result;
}

int fsync(int fd) { return slowly("fsync", fd); }
int fdatasync(int fd) { return slowly("fdatasync", fd); }
