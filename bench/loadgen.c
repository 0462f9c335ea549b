/* One load generator for every websocket server in the bench. One thread, epoll.
 *
 * Each edit carries a marker that is unique for ever ("b" + run + "-" + number, so a server that
 * applies an id once takes every edit of every run). Each person counts the markers that come in, so
 * it does not matter whether a server sends one edit a frame or fifty. An edit is complete when the
 * last person of its room has it. Loss, order and holes in the server's numbering are always counted.
 *
 * Closed loop (--rate 0): each writer keeps --window edits on their way. Open loop: each writer sends
 * --rate edits a second, and latency counts from when an edit was DUE, so a server that stalls the
 * generator does not look better for it.
 *
 * --people names a file with one person a line, tab separated: room number, path, Cookie header
 * ("-" for none), what this person edits, first text frame ("-" for none). The first --writers people
 * of a room write. The result is one JSON object on standard output.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include "measure.h"
#include "websocket.h"
#include "yjs.h"

enum { EDITS_MOST = 1 << 22, READ_SIZE = 1 << 18, EVENTS_MOST = 512, TIMER = -1 };
enum protocol { TEXT, YJS, HOCUSPOCUS };
enum state { IDLE, CONNECTING, SHAKING_HANDS, JOINING, READY };

static const char usage_text[] =
    "loadgen --port N --people FILE [--protocol text|yjs|hocuspocus] [--template FILE] [--writers N] [--rate PER_WRITER]\n"
    "        [--window N] [--seconds S] [--ramp S] [--settle S] [--payload BYTES] [--at-once N] [--ready TEXT]\n"
    "        [--echo 0|1] [--pids 1,2] [--beside 3]\n";

static struct {
    int port, writers, window, payload, at_once, echo;
    enum protocol protocol;
    double rate, seconds, ramp, settle;
    const char *people, *template, *ready, *pids, *beside;
} opt = {.writers = 1, .window = 1, .payload = 64, .at_once = 16, .echo = 1, .seconds = 3, .ramp = 0.5, .settle = 0.3,
         .template = "{\"id\":\"%I\",\"target\":\"%T\",\"value\":\"%N %V\"}", .ready = "", .pids = "", .beside = ""};

typedef struct {
    int room, writer; /* `writer` is the place among the room's writers, -1 for a reader */
    char *path, *cookie, *target, *hello, document[24];
} who;

typedef struct {
    who who;
    int fd;
    enum state state;
    buffer in, out;
    uint64_t began, due;
    uint32_t yjs_client, yjs_clock;
    int64_t seq; /* the last event number seen, -1 before the snapshot */
} person;

typedef struct {
    uint64_t due;
    uint32_t writer;
    uint16_t seen, expected;
} edit;

static person *people;
static int people_count, room_count, *room_size;
static edit *edits;
static uint32_t edits_made;
static uint32_t *newest; /* newest[person * writers + writer]: the last edit of that writer this person saw, plus 1 */
static char marker[16], filler[1 << 16];
static size_t marker_length;
static int poller, timer, joined, joining, running, measuring;
static uint64_t measure_from;
static histogram delivery, completion, acknowledgement, join;
static struct {
    uint64_t deliveries, completed, frames, bytes, disorder, holes, refused, stalls;
} seen, at_start, at_end;

static _Noreturn void die(const char *format, const char *detail, int number) {
    fprintf(stderr, "loadgen: ");
    fprintf(stderr, format, detail, number);
    fprintf(stderr, "\n");
    exit(3);
}

/* -- sending ----------------------------------------------------------------------------------- */

static void watch(person *p) {
    struct epoll_event event = {.events = EPOLLIN | (p->out.end > p->out.start ? EPOLLOUT : 0), .data.u32 = p - people};
    epoll_ctl(poller, EPOLL_CTL_MOD, p->fd, &event);
}

static void flush(person *p) {
    int waited = p->out.end - p->out.start > 0;
    while (p->out.start < p->out.end) {
        ssize_t count = send(p->fd, p->out.data + p->out.start, p->out.end - p->out.start, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) break;
        if (count < 0) die("person %2$d was cut off while sending: %1$s", strerror(errno), p - people);
        p->out.start += count;
    }
    if (waited) watch(p);
}

static void send_frame(person *p, int opcode, const void *payload, size_t length) {
    uint8_t header[WS_HEADER_MOST];
    int idle = p->out.start == p->out.end;
    buffer_add(&p->out, header, ws_header(header, opcode, length, 1));
    buffer_add(&p->out, payload, length);
    if (!idle) return; /* epoll will say when there is room */
    ssize_t count = send(p->fd, p->out.data + p->out.start, p->out.end - p->out.start, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) p->out.start += count;
    if (p->out.start < p->out.end) watch(p);
}

/* The text of an edit: %I its id, %N its number, %T what this person edits, %V filler. */
static void render(buffer *out, const person *p, uint32_t number) {
    char word[48];
    for (const char *t = opt.template; *t; t++) {
        if (t[0] != '%' || t[1] == 0) {
            buffer_add(out, t, 1);
            continue;
        }
        switch (*++t) {
        case 'I': buffer_add(out, word, snprintf(word, sizeof word, "%s%08x", marker, number)); break;
        case 'N': buffer_add(out, word, snprintf(word, sizeof word, "%u", number)); break;
        case 'T': buffer_add(out, p->who.target, strlen(p->who.target)); break;
        case 'V': buffer_add(out, filler, opt.payload); break;
        default: die("the template has an unknown mark: %s", t, 0);
        }
    }
}

static void send_edit(person *p, uint64_t due) {
    static buffer text, message;
    if (edits_made == EDITS_MOST) die("%smore than %d edits in one run", "", EDITS_MOST);
    edits[edits_made] = (edit){.due = due, .writer = p - people, .expected = room_size[p->who.room] - !opt.echo};
    text.start = text.end = message.start = message.end = 0;
    render(&text, p, edits_made++);
    if (opt.protocol == TEXT) return send_frame(p, WS_TEXT, text.data, text.end);
    buffer_add(&text, "", 1);
    yjs_edit(&message, opt.protocol == HOCUSPOCUS ? p->who.document : NULL, p->yjs_client, p->yjs_clock++, (char *)text.data);
    send_frame(p, WS_BINARY, message.data, message.end);
}

/* -- receiving --------------------------------------------------------------------------------- */

static void edit_arrived(person *p, uint32_t number, uint64_t at) {
    edit *e = &edits[number];
    person *writer = &people[e->writer];
    int measured = e->due >= measure_from, own = writer == p;
    uint32_t *last = &newest[(p - people) * opt.writers + writer->who.writer];
    if (writer->who.room != p->who.room || number < *last) {
        seen.disorder++; /* doubled, out of the writer's order, or from another room */
        return;
    }
    *last = number + 1;
    if (own && measured) record(&acknowledgement, at - e->due);
    if (own && !opt.echo) return;
    seen.deliveries++;
    if (measured) record(&delivery, at - e->due);
    if (++e->seen < e->expected) return;
    seen.completed++;
    if (measured) record(&completion, at - e->due);
    if (running && opt.rate == 0) send_edit(writer, at);
}

/* The number behind a key near the start of a frame, -1 when it is not there. */
static int64_t number_after(const char *text, const char *key) {
    const char *found = strstr(text, key);
    return found ? strtoll(found + strlen(key), NULL, 10) : -1;
}

/* Our protocol numbers its events (P12, P21): whatever a frame covers must follow what came before. */
static void check_numbers(person *p, const frame *f) {
    char head[97];
    size_t length = f->length < sizeof head ? f->length : sizeof head - 1;
    memcpy(head, f->payload, length);
    head[length] = 0;
    if (strncmp(head, "{\"t\":\"", 6) != 0) return;
    if (strncmp(head + 6, "snapshot", 8) == 0) {
        p->seq = number_after(head, "\"seq\":");
    } else if (strncmp(head + 6, "events", 6) == 0) {
        int64_t first = number_after(head, "\"seq\":"), last = number_after(head, "\"to\":");
        if (first >= 0 && p->seq >= 0 && first > p->seq + 1) seen.holes++;
        if (last >= 0) p->seq = last;
    } else if (strncmp(head + 6, "refused", 7) == 0 && seen.refused++ == 0) {
        fprintf(stderr, "loadgen: first refusal: %.*s\n", (int)f->length, (char *)f->payload);
    }
}

static void is_ready(person *p) {
    p->state = READY;
    joined++;
    joining--;
    record(&join, now() - p->began);
}

static void message(person *p, const frame *f, uint64_t at) {
    if (f->opcode == WS_PING) return send_frame(p, WS_PONG, f->payload, f->length);
    if (f->opcode == WS_CLOSE) {
        fprintf(stderr, "loadgen: close reason: %.*s\n", f->length > 2 ? (int)f->length - 2 : 0, (char *)f->payload + 2);
        die("%sthe server closed a socket with code %d", "", f->length >= 2 ? f->payload[0] << 8 | f->payload[1] : 0);
    }
    if (f->opcode == WS_PONG) return;
    seen.frames++;
    if (opt.protocol == TEXT) check_numbers(p, f);
    if (p->state == JOINING && memmem(f->payload, f->length, opt.ready, strlen(opt.ready))) is_ready(p);
    uint8_t *end = f->payload + f->length, *found = f->payload;
    while ((found = memmem(found, end - found, marker, marker_length)) != NULL) {
        uint32_t number = 0;
        found += marker_length;
        for (int i = 0; i < 8 && found + i < end; i++)
            number = number << 4 | (found[i] <= '9' ? found[i] - '0' : found[i] - 'a' + 10);
        if (number < edits_made) edit_arrived(p, number, at);
    }
}

static void greet(person *p) {
    static buffer first;
    const char *document = opt.protocol == HOCUSPOCUS ? p->who.document : NULL;
    if (strcmp(p->who.hello, "-") != 0) send_frame(p, WS_TEXT, p->who.hello, strlen(p->who.hello));
    if (opt.protocol == HOCUSPOCUS) {
        first.start = first.end = 0;
        hocuspocus_token(&first, document);
        send_frame(p, WS_BINARY, first.data, first.end);
    }
    if (opt.protocol != TEXT) {
        first.start = first.end = 0;
        yjs_ask(&first, document);
        send_frame(p, WS_BINARY, first.data, first.end);
    }
    p->state = JOINING;
    if (*opt.ready == 0) is_ready(p);
}

/* Reads the answer to the upgrade; whatever follows it is frames already. */
static void shaken(person *p) {
    buffer_add(&p->in, "", 1);
    p->in.end--;
    char *answer = (char *)p->in.data + p->in.start, *end = strstr(answer, "\r\n\r\n");
    if (end == NULL) return;
    if (strncmp(answer, "HTTP/1.1 101", 12) != 0) die("the server refused a socket: %.200s", answer, 0);
    p->in.start += end + 4 - answer;
    greet(p);
}

static void readable(person *p) {
    buffer_reserve(&p->in, READ_SIZE);
    ssize_t count = recv(p->fd, p->in.data + p->in.end, READ_SIZE - 1, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) die("the server cut off person %2$d: %1$s", count ? strerror(errno) : "end of stream", p - people);
    p->in.end += count;
    seen.bytes += count;
    uint64_t at = now();
    if (p->state == SHAKING_HANDS) shaken(p);
    frame f;
    while (p->state >= JOINING && ws_take(&p->in, &f)) message(p, &f, at);
}

/* -- joining ----------------------------------------------------------------------------------- */

static void connect_person(person *p) {
    int one = 1;
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(opt.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    /* Servers limit how many sockets one address may open, so a full house comes from several. */
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (p - people) / 200)};
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    bind(p->fd, (void *)&own, sizeof own);
    setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    p->began = now();
    p->state = CONNECTING;
    joining++;
    if (connect(p->fd, (void *)&server, sizeof server) && errno != EINPROGRESS) die("cannot connect: %s", strerror(errno), 0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.u32 = p - people};
    epoll_ctl(poller, EPOLL_CTL_ADD, p->fd, &event);
}

static void ask_upgrade(person *p) {
    char request[4096];
    int has_cookie = strcmp(p->who.cookie, "-") != 0;
    int length = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s\r\n",
        p->who.path, opt.port, opt.port, has_cookie ? "Cookie: " : "", has_cookie ? p->who.cookie : "", has_cookie ? "\r\n" : "");
    p->state = SHAKING_HANDS;
    buffer_add(&p->out, request, length);
}

static void handle(const struct epoll_event *event) {
    person *p = &people[event->data.u32];
    if (event->events & EPOLLOUT) {
        if (p->state == CONNECTING) ask_upgrade(p);
        flush(p);
    }
    if (event->events & ~EPOLLOUT) readable(p);
}

/* -- the run ----------------------------------------------------------------------------------- */

static void pass(uint64_t until) {
    struct epoll_event ready[EVENTS_MOST];
    uint64_t t = now();
    int wait = until > t ? (until - t) / MS + 1 : 0;
    int found = epoll_wait(poller, ready, EVENTS_MOST, wait < 50 ? wait : 50);
    for (int i = 0; i < found; i++) {
        uint64_t expired;
        if (ready[i].data.u32 != (uint32_t)TIMER) handle(&ready[i]);
        else if (read(timer, &expired, sizeof expired) < 0) continue;
    }
}

/* Lets everybody in. Gives the memory in use when the first fifth was in: what a server sets up once,
 * with its first visitors, is not a cost of each person. `counted` is how many came after that. */
static double join_all(int *counted) {
    uint64_t give_up = now() + 60 * SECOND;
    double rss = 0;
    *counted = 0;
    for (int next = 0; joined < people_count;) {
        if (*counted == 0 && joined >= people_count / 5) {
            rss = usage_of(opt.pids).rss;
            *counted = people_count - joined;
        }
        while (next < people_count && joining < opt.at_once) connect_person(&people[next++]);
        pass(now() + 20 * MS);
        if (now() > give_up) die("%sonly %d people were let in within 60 s", "", joined);
    }
    return rss;
}

/* Sends what is due and sets the timer to the next. */
static void send_due(void) {
    uint64_t t = now(), next = UINT64_MAX, gap = SECOND / opt.rate;
    for (person *p = people; p < people + people_count; p++) {
        if (p->who.writer < 0) continue;
        for (; p->due <= t; p->due += gap) send_edit(p, p->due);
        if (p->due < next) next = p->due;
    }
    struct itimerspec at = {.it_value = {.tv_sec = next / SECOND, .tv_nsec = next % SECOND}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static void start_writing(void) {
    uint64_t start = now();
    int writers = 0, place = 0;
    for (person *p = people; p < people + people_count; p++) writers += p->who.writer >= 0;
    measure_from = start + opt.ramp * SECOND;
    running = 1;
    for (person *p = people; p < people + people_count; p++) {
        if (p->who.writer < 0) continue;
        if (opt.rate > 0) p->due = start + SECOND / opt.rate * place++ / writers;
        for (int i = 0; opt.rate == 0 && i < opt.window; i++) send_edit(p, now());
    }
}

/* In a closed loop a lost edit would stop its writer for ever: after 2 s of silence all start again. */
static void restart_when_stalled(void) {
    static uint64_t completed, since;
    if (completed != seen.completed || since == 0) {
        completed = seen.completed;
        since = now();
    } else if (now() - since > 2 * SECOND) {
        since = now();
        seen.stalls++;
        for (person *p = people; p < people + people_count; p++)
            if (p->who.writer >= 0) send_edit(p, now());
    }
}

static double own_cpu(void) {
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void run_and_report(void) {
    usage before_join = usage_of(opt.pids);
    uint64_t join_began = now();
    int counted;
    double first_rss = join_all(&counted), join_s = (now() - join_began) / 1e9;
    usage after_join = usage_of(opt.pids);
    uint64_t join_bytes = seen.bytes;
    for (uint64_t until = now() + opt.settle * SECOND; now() < until;) pass(until);
    usage settled = usage_of(opt.pids), server[2] = {settled, settled}, beside[2] = {{0}};
    double own[2] = {0};
    uint64_t from = 0, to = 0, stop;
    start_writing();
    stop = measure_from + opt.seconds * SECOND;
    while (opt.seconds > 0 && now() < stop) {
        if (opt.rate > 0) send_due();
        else restart_when_stalled();
        pass(measuring || now() >= measure_from ? stop : measure_from);
        if (!measuring && now() >= measure_from) {
            measuring = 1;
            server[0] = usage_of(opt.pids), beside[0] = usage_of(opt.beside), own[0] = own_cpu();
            at_start = seen, from = now();
        }
    }
    to = now(), at_end = seen;
    server[1] = usage_of(opt.pids), beside[1] = usage_of(opt.beside), own[1] = own_cpu();
    running = 0;
    for (uint64_t until = now() + 2.5 * SECOND; now() < until && seen.completed < edits_made;) pass(until);
    uint32_t incomplete = 0;
    for (uint32_t i = 0; i < edits_made; i++) incomplete += edits[i].seen < edits[i].expected;
    double took = from ? (to - from) / 1e9 : 1, cpu = server[1].cpu - server[0].cpu;
    uint64_t deliveries = at_end.deliveries - at_start.deliveries, completed = at_end.completed - at_start.completed;
    printf("{\"rooms\":%d,\"people\":%d,\"writers\":%d,\"rate\":%g,\"window\":%d,\"seconds\":%.3f,", room_count, people_count,
           opt.writers, opt.rate, opt.window, took);
    printf("\"edits_s\":%.1f,\"deliveries_s\":%.0f,\"frames_s\":%.0f,\"mb_s\":%.2f,", completed / took, deliveries / took,
           (at_end.frames - at_start.frames) / took, (at_end.bytes - at_start.bytes) / took / 1e6);
    printf("\"cpu_us_per_delivery\":%.4f,\"cpu_us_per_edit\":%.2f,\"cpu_share\":%.3f,\"beside_cpu_share\":%.3f,",
           deliveries ? cpu * 1e6 / deliveries : -1, completed ? cpu * 1e6 / completed : -1, cpu / took,
           (beside[1].cpu - beside[0].cpu) / took);
    printf("\"generator_share\":%.3f,", (own[1] - own[0]) / took);
    const struct { const char *name; const histogram *values; } latencies[] = {
        {"delivery", &delivery}, {"complete", &completion}, {"ack", &acknowledgement}, {"join", &join}};
    for (size_t i = 0; i < 4; i++)
        printf("\"%s_p50_ms\":%.3f,\"%s_p99_ms\":%.3f,\"%s_most_ms\":%.3f,", latencies[i].name, quantile(latencies[i].values, .5),
               latencies[i].name, quantile(latencies[i].values, .99), latencies[i].name, latencies[i].values->most / 1e3);
    printf("\"join_s\":%.4f,\"join_cpu_ms_each\":%.4f,\"join_kb_each\":%.1f,", join_s,
           (after_join.cpu - before_join.cpu) * 1e3 / people_count, join_bytes / 1e3 / people_count);
    printf("\"rss_kb_per_person\":%.1f,\"rss_mb\":%.1f,", counted ? (settled.rss - first_rss) / counted : -1, server[1].rss / 1024);
    printf("\"edits\":%u,\"incomplete\":%u,\"disorder\":%lu,\"holes\":%lu,\"refused\":%lu,\"stalls\":%lu}\n", edits_made, incomplete,
           seen.disorder, seen.holes, seen.refused, seen.stalls);
}

/* -- starting ---------------------------------------------------------------------------------- */

static char *slurp(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) die("cannot read %s", path, 0);
    buffer all = {0};
    for (size_t count = 1; count > 0;) {
        buffer_reserve(&all, READ_SIZE);
        count = fread(all.data + all.end, 1, READ_SIZE - 1, file);
        all.end += count;
    }
    fclose(file);
    all.data[all.end] = 0;
    return (char *)all.data;
}

static void read_people(char *lines) {
    int capacity = 0;
    for (char *line = strtok(lines, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (people_count == capacity) people = must_have(realloc(people, (capacity = capacity * 2 + 64) * sizeof(person)));
        person p = {.seq = -1, .yjs_client = ((uint32_t)rand() & 0x3fffffff) + 1, .fd = -1};
        char *field[5] = {0}, *rest = line;
        for (int i = 0; i < 5; i++) field[i] = strsep(&rest, "\t");
        if (field[4] == NULL) die("a line of %s has fewer than five fields", opt.people, 0);
        p.who = (who){.room = atoi(field[0]), .path = field[1], .cookie = field[2], .target = field[3], .hello = field[4]};
        snprintf(p.who.document, sizeof p.who.document, "room%d", p.who.room);
        if (p.who.room >= room_count) {
            room_size = must_have(realloc(room_size, (p.who.room + 1) * sizeof *room_size));
            while (room_count <= p.who.room) room_size[room_count++] = 0;
        }
        int place = room_size[p.who.room]++;
        p.who.writer = place < opt.writers ? place : -1;
        people[people_count++] = p;
    }
    if (people_count == 0) die("nobody is named in %s", opt.people, 0);
}

static void read_options(int count, char **words) {
    for (int i = 1; i + 1 < count; i += 2) {
        const char *key = words[i], *value = words[i + 1];
        if (!strcmp(key, "--port")) opt.port = atoi(value);
        else if (!strcmp(key, "--people")) opt.people = value;
        else if (!strcmp(key, "--protocol")) opt.protocol = *value == 't' ? TEXT : *value == 'y' ? YJS : HOCUSPOCUS;
        else if (!strcmp(key, "--template")) opt.template = slurp(value);
        else if (!strcmp(key, "--writers")) opt.writers = atoi(value);
        else if (!strcmp(key, "--rate")) opt.rate = atof(value);
        else if (!strcmp(key, "--window")) opt.window = atoi(value);
        else if (!strcmp(key, "--seconds")) opt.seconds = atof(value);
        else if (!strcmp(key, "--ramp")) opt.ramp = atof(value);
        else if (!strcmp(key, "--settle")) opt.settle = atof(value);
        else if (!strcmp(key, "--payload")) opt.payload = atoi(value);
        else if (!strcmp(key, "--at-once")) opt.at_once = atoi(value);
        else if (!strcmp(key, "--ready")) opt.ready = value;
        else if (!strcmp(key, "--echo")) opt.echo = atoi(value);
        else if (!strcmp(key, "--pids")) opt.pids = value;
        else if (!strcmp(key, "--beside")) opt.beside = value;
        else die("unknown option %s", key, 0);
    }
    if (opt.people == NULL || opt.port == 0) {
        fputs(usage_text, stderr);
        exit(2);
    }
}

int main(int count, char **words) {
    read_options(count, words);
    srand(now() ^ getpid());
    read_people(slurp(opt.people));
    marker_length = snprintf(marker, sizeof marker, "b%08x-", (uint32_t)(now() / 1000) ^ (uint32_t)getpid() << 16);
    for (size_t i = 0; i < sizeof filler; i++) filler[i] = "The quick customer waits for an onboarding call "[i % 48];
    if (opt.payload > (int)sizeof filler) die("%sa payload of %d bytes is too large", "", opt.payload);
    edits = must_have(calloc(EDITS_MOST, sizeof *edits));
    newest = must_have(calloc((size_t)people_count * (opt.writers ? opt.writers : 1), sizeof *newest));
    poller = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)TIMER};
    epoll_ctl(poller, EPOLL_CTL_ADD, timer, &event);
    run_and_report();
    return 0;
}
